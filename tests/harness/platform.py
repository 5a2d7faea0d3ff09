"""The whole platform as an operator starts it and an outsider meets it: `fairlead`, HTTP, SMTP, the mail catcher.

platform = Platform(tmp_path / "data").up()
answer = platform.api.post("/incidents", {"tenant_id": "acme", "title": "…"})
platform.send(letter("sam.okafor@acme.example", "support@acme.northstar.example", "Subject", "Text"))
mail = platform.mailbox.wait_for("sam.okafor@acme.example", number)
platform.down()
"""

from __future__ import annotations

import json
import os
import signal
import smtplib
import subprocess
import sys
from email import message_from_string, policy
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.harness.waiting import wait_until

ROOT = Path(__file__).parents[2]
# What a developer's shell may hold, and no test wants: servers, ports and folders of somebody else.
_NOT_OURS = ("MONGODB_URI", "NATS_URL")
SERVICES = ("directory", "intake", "incidents", "triage", "sla", "knowledge", "notify", "gateway")
# Several platforms and browsers share a machine here: one that stands back would wait for what other tests do.
_NOT_STANDING_BACK = {f"FAIRLEAD_{name.upper()}_NICENESS": "0" for name in SERVICES}
# Runs `down` when whoever holds the other end of its input is gone, however it went.
_WATCHDOG = "import subprocess, sys; sys.stdin.read(); subprocess.run(sys.argv[1:], check=False)"


def clean_environment(**more: str) -> dict[str, str]:
    """This process's environment without anything that speaks to fairlead, and with what is given."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _NOT_OURS and not name.startswith("FAIRLEAD_")
    }
    return kept | more


class Platform:
    """One installation; a data directory of its own, ports chosen free."""

    def __init__(self, data_dir: Path, *arguments: str, **environment: str) -> None:
        self.data_dir = data_dir
        self.arguments = arguments
        self.environment = clean_environment(**_NOT_STANDING_BACK | environment)
        self.document: dict[str, Any] = {}
        self._watchdog: subprocess.Popen[bytes] | None = None

    # --- as an operator

    def fairlead(self, *command: str, timeout: float = 120.0) -> subprocess.CompletedProcess[str]:
        """One run of the command on this data directory."""
        return subprocess.run(
            self.command(*command),
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def up(self) -> Platform:
        """`fairlead up --detach`; what it printed is `document`."""
        self._dismiss_watchdog()
        self._watchdog = subprocess.Popen(
            [sys.executable, "-c", _WATCHDOG, *self.command("down")],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        done = self.fairlead("up", "--detach", "--http-port", "0", "--smtp-port", "0", *self.arguments)
        assert done.returncode == 0, f"{done.stderr}\n{self._logs()}"
        self.document = json.loads(done.stdout)
        self.api = Api(self.base_url, self.document["api_client"])
        self.mailbox = Mailbox(self.document["mail_catcher"]["http_url"])
        return self

    def down(self) -> None:
        if self.document:
            self.api.close()
            self.mailbox.close()
        done = self.fairlead("down")
        assert done.returncode == 0, done.stderr
        self._dismiss_watchdog()

    def _dismiss_watchdog(self) -> None:
        if self._watchdog:
            self._watchdog.kill()
            self._watchdog.wait()
            self._watchdog = None

    def status(self) -> dict[str, Any]:
        return json.loads(self.fairlead("status", "--json").stdout)

    def running(self) -> dict[str, Any]:
        """What the supervisor says now."""
        return json.loads((self.data_dir / "run.json").read_text())

    def pid(self, name: str) -> int:
        """The process of a service or server now; 0 while it has none."""
        document = self.running()
        return int((document["services"].get(name) or document[name])["pid"] or 0)

    def processes(self) -> list[psutil.Process]:
        """Everything that runs for this installation."""
        found = {}
        for pid in self.running()["supervisor"].values():
            process = psutil.Process(pid)
            found |= {one.pid: one for one in (process, *process.children(recursive=True))}
        return list(found.values())

    def kill(self, name: str) -> int:
        """kill -9; its number. Who is gone, and not yet missed by the supervisor, is waited for."""

        def killed() -> int:
            pid = self.pid(name)
            if pid:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    return 0
            return pid

        return wait_until(killed, what=f"{name} to run")

    def kill_and_wait(self, name: str, timeout: float = 40.0) -> None:
        """kill -9, and until the supervisor has started it again and finds it ready."""
        killed = self.kill(name)

        def back() -> bool:
            document = self.running()
            entry = document["services"].get(name) or document[name]
            return entry["pid"] not in (0, killed) and bool(entry["ready"])

        wait_until(back, timeout, pause=0.05, what=f"{name} to be started again")

    def wait_ready(self, *names: str, timeout: float = 30.0) -> None:
        """Until everything answers (or only what is named); asked afresh, not what the supervisor remembers."""

        def ready() -> bool:
            found = self.status()
            if not names:
                return bool(found["ready"])
            return all((found["services"].get(name) or found[name])["ready"] for name in names)

        wait_until(ready, timeout, pause=0.2, what=f"{names or 'everything'} to answer")

    # --- as an outsider

    @property
    def base_url(self) -> str:
        return str(self.document["http_base_url"])

    def client(self, tenant: str) -> dict[str, Any]:
        """The API client of a client organization; "" for the provider's own."""
        return next(one for one in self.document["api_clients"] if one["tenant"] == tenant)

    def api_of(self, tenant: str) -> Api:
        return Api(self.base_url, self.client(tenant))

    def send(self, message: EmailMessage | bytes, sender: str = "", recipients: tuple[str, ...] = ()) -> None:
        """Hands a mail to the platform. Raises smtplib's errors for any answer but 250."""
        smtp_to(self.document["smtp"], message, sender, recipients)

    def command(self, *command: str) -> list[str]:
        """The words of a run of the command on this data directory."""
        fairlead = str(Path(sys.executable).parent / "fairlead")
        return [fairlead, *command, "--data-dir", str(self.data_dir)]

    def _logs(self) -> str:
        """The last words of everybody, for a test that fails to start it."""
        lines = []
        for log in sorted((self.data_dir / "logs").glob("*.log")):
            lines += [f"--- {log.name}", *log.read_text(errors="replace").splitlines()[-2:]]
        return "\n".join(lines)


class Api:
    """REST, as one OAuth client by client credentials. Answers are httpx responses, whatever their status."""

    def __init__(self, base_url: str, client: dict[str, Any]) -> None:
        self.client = client
        self.http = httpx.Client(base_url=base_url, timeout=20, trust_env=False)
        self._token = ""

    def token(self, scope: str = "", **more: str) -> httpx.Response:
        """The token endpoint's answer."""
        form = {"grant_type": "client_credentials", **({"scope": scope} if scope else {}), **more}
        pair = (self.client["client_id"], self.client["client_secret"])
        return self.http.post("/oauth/token", data=form, auth=pair)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """With this client's token, unless the headers bring another."""
        headers = dict(options.pop("headers", {}))
        if "authorization" not in headers:
            self._token = self._token or self.token().raise_for_status().json()["access_token"]
            headers["authorization"] = f"Bearer {self._token}"
            answer = self.http.request(method, f"/api/v1{path}", headers=headers, **options)
            if answer.status_code != 401:
                return answer
            # A token lives fifteen minutes, a run of all tests longer: a new one, as any program does.
            self._token = self.token().raise_for_status().json()["access_token"]
            headers["authorization"] = f"Bearer {self._token}"
        return self.http.request(method, f"/api/v1{path}", headers=headers, **options)

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.request("GET", path, params=query)

    def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Underscores in the names of headers stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request("POST", path, json=body if body is not None else {}, headers=named)

    def read(self, path: str, **query: Any) -> Any:
        """The JSON of a good answer."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def do(self, path: str, body: Any = None, **headers: str) -> Any:
        """The JSON of a good answer to a POST."""
        answer = self.post(path, body, **headers)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def all_of(self, path: str, name: str, **query: Any) -> list[dict[str, Any]]:
        """Every item of a list, page by page; `name` is what the answer calls the items."""
        found: list[dict[str, Any]] = []
        token = ""
        while True:
            page = self.read(path, page_size=200, page_token=token, **query)
            found += page[name]
            token = page.get("next_page_token", "")
            if not token:
                return found

    def all_incidents(self) -> list[dict[str, Any]]:
        """Every incident that this client sees."""
        return self.all_of("/incidents", "incidents")

    def close(self) -> None:
        self.http.close()


class Mailbox:
    """What the mail catcher holds."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=20, trust_env=False)

    def list(self, to: str = "", subject: str = "", after: str = "") -> list[dict[str, Any]]:
        """Newest first."""
        query = {"to": to, "subject": subject, "after": after, "limit": "5000"}
        return self.http.get("/api/messages", params=query).raise_for_status().json()

    def newest(self) -> str:
        """The newest message's id, for `after`; "0" for none."""
        found = self.list()
        return str(found[0]["id"]) if found else "0"

    def read(self, identifier: str) -> EmailMessage:
        raw = self.http.get(f"/messages/{identifier}/raw").raise_for_status().text
        return message_from_string(raw, policy=policy.default)

    def wait_for(self, to: str, subject: str, after: str = "", timeout: float = 20.0) -> EmailMessage:
        """The oldest of the mails to an address with that in the subject."""
        found = wait_until(
            lambda: self.list(to, subject, after), timeout, pause=0.1, what=f"mail to {to} about {subject}"
        )
        return self.read(found[-1]["id"])

    def close(self) -> None:
        self.http.close()


def letter(sender: str, to: str, subject: str, text: str, **headers: str) -> EmailMessage:
    """A plain mail with a Message-ID of its own; underscores in the names of headers stand for hyphens."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip(">"))
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def smtp_to(
    place: dict[str, Any], message: EmailMessage | bytes, sender: str = "", recipients: tuple[str, ...] = ()
) -> None:
    """One SMTP conversation. Bytes need sender and recipients."""
    with smtplib.SMTP(place["host"], int(place["port"]), timeout=20) as smtp:
        if isinstance(message, bytes):
            smtp.sendmail(sender, list(recipients), message)
        else:
            smtp.send_message(message, sender or None, list(recipients) or None)


def text_of(message: EmailMessage) -> str:
    """The plain text of a mail."""
    body = message.get_body(("plain",))
    return str(body.get_content()) if body else ""
