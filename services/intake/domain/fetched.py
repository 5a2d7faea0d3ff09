"""The envelope of a mail that was fetched: nobody told it, so it is read from what the delivering server wrote."""

import hashlib
import re
from email.utils import parseaddr

_LOOKED_AT = 65_536
_MOST_RECIPIENTS = 10
_FIELD = rb"^%s[ \t]*:[ \t]*((?:[^\r\n]|\r?\n[ \t])*)"
_RETURN_PATH = re.compile(_FIELD % b"return-path", re.I | re.M)
_FROM = re.compile(_FIELD % b"from", re.I | re.M)
_LONGEST = 2_000
NOBODY = "unknown@invalid"


def envelope_sender(raw: bytes) -> str:
    """Of Return-Path, "" for the null one; of From where there is none."""
    head = _head(raw)
    path = _RETURN_PATH.search(head)
    if path:
        text = path[1].strip().strip(b"<>").strip()
        return text.decode("utf-8", "replace").replace("\0", "")[:_LONGEST]
    author = _FROM.search(head)
    if author:
        try:
            address = parseaddr(author[1][:_LONGEST].decode("utf-8", "replace"))[1]
        except Exception:
            # The standard library's parser breaks on some; the reader has a better one.
            address = ""
        if "@" in address:
            return address.replace("\0", "")
    return NOBODY


def recipients(raw: bytes, address: str) -> tuple[str, ...]:
    """The mailbox itself, and what it was written to with a tag ("support+token@…"), as the head shows."""
    local, _, domain = address.partition("@")
    tagged = re.compile(
        rb"(?<![^\s<,:;\"])%s\+[^@\s<>,;\"]{1,80}@%s(?![^\s>,;\")])"
        % (re.escape(local.encode()), re.escape(domain.encode())),
        re.I,
    )
    found = (one.decode("utf-8", "replace") for one in tagged.findall(_head(raw)))
    return tuple(dict.fromkeys((*found, address)))[:_MOST_RECIPIENTS]


def arrival_id(mailbox_id: str, uid_validity: int, uid: int) -> str:
    """The same for the same message: whoever fetches it again finds that it is here."""
    digest = hashlib.sha256(f"{mailbox_id}\n{uid_validity}\n{uid}".encode()).hexdigest()
    return f"sub_{digest[:26]}"


def _head(raw: bytes) -> bytes:
    end = re.search(rb"\n\r?\n", raw[:_LOOKED_AT])
    return raw[: end.start() + 1] if end else raw[:_LOOKED_AT]
