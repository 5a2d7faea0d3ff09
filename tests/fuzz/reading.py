"""What must hold of any mail that is read, and what it cost."""

import json
import resource
import signal
import time
from html.parser import HTMLParser
from types import FrameType

from services.intake.domain.mail import NormalizedMail, attached, leaf_parts, normalize
from services.intake.domain.mail.document import document_of

MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 2.0
KEYS = frozenset(document_of(normalize(b""), [], {}))


class TookTooLong(Exception):
    """More processor time than the reading child is given."""


class Audit(HTMLParser):
    """Raises for what runs, or fetches something when it is shown."""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "style", "iframe", "object", "embed", "link", "meta", "base", "form")
        for name, value in attributes:
            assert name not in ("style", "background", "srcset") and not name.startswith("on")
            assert name != "src" or (value or "").strip().lower().startswith(("cid:", "data:image/"))
            assert name != "href" or (value or "").strip().lower().startswith(
                ("http:", "https:", "mailto:", "tel:")
            )


def limit_memory() -> None:
    """This process may take no more memory than the reading child, from now on."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def read(raw: bytes) -> float:
    """The processor seconds that reading took. Raises whatever went wrong, AssertionError for an untrue answer."""
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS)
    try:
        began = time.process_time()
        mail = normalize(raw)
        spent = time.process_time() - began
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    check(raw, mail)
    return spent


def _stop(number: int, frame: FrameType | None) -> None:
    raise TookTooLong(f"{CPU_SECONDS} s")


def check(raw: bytes, mail: NormalizedMail) -> None:
    """The answer can be sent, stored and shown, and names what can be taken out."""
    told = document_of(mail, leaf_parts(raw), {"spf": "none", "dkim": "none", "dmarc": "none"})
    assert told.keys() == KEYS
    json.dumps(told, ensure_ascii=False).encode()  # no half of a character that UTF-8 cannot carry
    assert NormalizedMail.from_dict(json.loads(json.dumps(mail.to_dict()))) == mail
    found = attached(raw)
    assert tuple(one for one, _ in found) == mail.attachments
    assert [len(content) for _, content in found] == [one.size for one in mail.attachments]
    assert "\0" not in mail.text + mail.reply_text + mail.subject and "\n" not in mail.subject
    assert "\r" not in mail.text
    assert mail.is_bounce == (mail.bounce is not None)
    Audit().feed(mail.html or "")
    for one in mail.attachments:
        assert not set(one.filename) & set("/\\\n\0\u202e\u202d\u2066\u2067")
