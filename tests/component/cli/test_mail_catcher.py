"""The mail catcher keeps what it took, and shows it to people and to tests."""

import json
import signal
import smtplib
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import html5lib
import pytest

from cli.mail_catcher.store import MailStore, describe
from tests.harness.servers import accepts, free_port
from tests.harness.waiting import wait_until


class Catcher:
    def __init__(self, folder: Path) -> None:
        self.folder, self.smtp_port, self.http_port = folder, free_port(), free_port()

    def start(self) -> None:
        ports = ["--smtp-port", str(self.smtp_port), "--http-port", str(self.http_port)]
        command = [sys.executable, "-P", "-m", "cli.mail_catcher", "--folder", str(self.folder), *ports]
        self.process = subprocess.Popen(command)
        wait_until(lambda: accepts(self.smtp_port) and accepts(self.http_port), timeout=20)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def send(self, message: EmailMessage, to: str) -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=10) as client:
            client.send_message(message, "support@acme.example", [to])

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}{path}", timeout=10) as answer:
            return answer.read()

    def messages(self, query: str = "") -> list[dict[str, Any]]:
        return json.loads(self.get(f"/api/messages{query}"))


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[Catcher]:
    catcher = Catcher(tmp_path / "mail")
    catcher.start()
    yield catcher
    catcher.kill()


def mail(subject: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = (
        subject,
        "Acme <support@acme.example>",
        "ann@acme.example",
    )
    message["Message-ID"] = f"<{abs(hash(subject))}@acme.example>"
    message.set_content("It works again: é")
    message.add_alternative("<p>It works <b>again</b></p><script>alert(1)</script>", subtype="html")
    return message


def test_a_mail_is_listed_newest_first_and_read_whole(catcher: Catcher) -> None:
    catcher.send(mail("Reçu: ACME-1"), "ann@acme.example")
    catcher.send(mail("ACME-2"), "bob@acme.example")
    found = catcher.messages()
    assert [entry["subject"] for entry in found] == ["ACME-2", "Reçu: ACME-1"]
    whole = json.loads(catcher.get(f"/api/messages/{found[1]['id']}"))
    assert whole["text"].strip() == "It works again: é"
    assert "<b>again</b>" in whole["html"]
    assert whole["from"] == "support@acme.example"
    assert ["To", "ann@acme.example"] in whole["headers"]
    assert whole["raw"].startswith("Subject:")


def test_mail_is_found_by_recipient_by_subject_and_by_what_came_after(catcher: Catcher) -> None:
    for number in range(3):
        catcher.send(mail(f"ACME-{number}"), f"person{number}@acme.example")
    assert [m["subject"] for m in catcher.messages("?to=PERSON1@")] == ["ACME-1"]
    assert [m["subject"] for m in catcher.messages("?subject=acme-2")] == ["ACME-2"]
    first = catcher.messages("?subject=ACME-0")[0]
    assert [m["subject"] for m in catcher.messages(f"?after={first['id']}")] == ["ACME-2", "ACME-1"]


CUT = [
    b'{"id": "000000',
    b'{"number": 1}',
    json.dumps(describe("00000002", b"gone", "a", ["b"]).fields()).encode(),
]


@pytest.mark.faults
@pytest.mark.parametrize("cut", [*CUT, CUT[-1] + b"\ngo"], ids=["line", "number", "end", "message"])
def test_mail_that_was_taken_survives_a_kill(catcher: Catcher, cut: bytes) -> None:
    catcher.send(mail("ACME-1"), "ann@acme.example")
    catcher.kill()
    whole = (catcher.folder / "mails").read_bytes()
    with (catcher.folder / "mails").open("ab") as mails:
        mails.write(cut)  # a crash in the middle of the next one
    catcher.start()
    assert (catcher.folder / "mails").read_bytes() == whole
    catcher.send(mail("ACME-2"), "ann@acme.example")
    assert [entry["subject"] for entry in catcher.messages()] == ["ACME-2", "ACME-1"]


def test_mail_from_when_each_had_a_file_of_its_own_is_taken_over(tmp_path: Path) -> None:
    raw = mail("ACME-1").as_bytes()
    (tmp_path / "00000007.eml").write_bytes(raw)
    known = json.dumps(describe("00000007", raw, "a@x.example", ["b@x.example"]).fields())
    (tmp_path / "index.jsonl").write_text(f'{{"number": 5}}\n{known}\n{{"id": "0000')
    store = MailStore(tmp_path)
    assert store.get("00000007")[1] == raw
    assert store.add(raw, "a@x.example", ["b@x.example"]).id == "00000008"
    assert [path.name for path in tmp_path.iterdir()] == ["mails"]


def test_forgetting_all_keeps_ids_going_on(catcher: Catcher) -> None:
    catcher.send(mail("ACME-1"), "ann@acme.example")
    first = catcher.messages()[0]["id"]
    request = urllib.request.Request(f"http://127.0.0.1:{catcher.http_port}/api/messages", method="DELETE")
    urllib.request.urlopen(request, timeout=10).close()
    assert catcher.messages() == []
    catcher.send(mail("ACME-2"), "ann@acme.example")
    assert catcher.messages()[0]["id"] > first


def test_pages_are_valid_and_run_nothing_of_a_mail(catcher: Catcher) -> None:
    catcher.send(mail("<script>alert(2)</script>"), "ann@acme.example")
    identifier = catcher.messages()[0]["id"]
    for path in ("/", f"/messages/{identifier}"):
        page = catcher.get(path).decode()
        html5lib.HTMLParser(strict=True).parse(page)
        assert "<script" not in page
    with urllib.request.urlopen(f"http://127.0.0.1:{catcher.http_port}/messages/{identifier}/html") as frame:
        assert "sandbox" in frame.headers["Content-Security-Policy"]


def test_another_name_for_this_machine_is_refused(catcher: Catcher) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{catcher.http_port}/api/messages", headers={"Host": "evil.example"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    assert refused.value.code == 421


def test_a_broken_mail_is_kept_all_the_same(catcher: Catcher) -> None:
    with smtplib.SMTP("127.0.0.1", catcher.smtp_port, timeout=10) as client:
        client.sendmail(
            "", ["ann@acme.example"], b"Subject: =?nowhere?b?!?=\r\nMessage-ID: <[\r\n\r\n\xff\xfe"
        )
    entry = catcher.messages()[0]
    assert entry["from"] == ""
    assert json.loads(catcher.get(f"/api/messages/{entry['id']}"))["raw"]
