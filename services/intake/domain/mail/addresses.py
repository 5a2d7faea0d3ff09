"""Mailboxes, Message-IDs and dates out of header fields, tolerant and linear."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from services.intake.domain.mail.headers import decode_words, raw_text, readable, tidy
from services.intake.domain.mail.model import Address

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]{1,256}@[^\s<>()\[\],;:\"@]{1,255}")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,998})>")
_BARE_ID = re.compile(r"[^\s<>,;]{1,500}@[^\s<>,;]{1,498}")
_MAX_MESSAGE_ID = 998
_TRIES = 20


def mailboxes(value: bytes, limit: int) -> list[Address]:
    """The mailboxes of an address field, in order, at most `limit`; groups and comments are seen through."""
    text = raw_text(value)
    found = _mailboxes(text, limit)
    if not found and "=?" in text:
        # Some mailers encode the whole field, address and all.
        found = _mailboxes(decode_words(text), limit)
    return found


def _mailboxes(text: str, limit: int) -> list[Address]:
    found: list[Address] = []
    for piece in _pieces(text):
        address = _mailbox(piece)
        if address:
            found.append(address)
            if len(found) >= limit:
                break
    return found


def _pieces(text: str) -> list[str]:
    """Splits at commas and semicolons that stand outside quotes, comments and angle brackets."""
    pieces: list[str] = []
    start, depth, quoted, angled, position = 0, 0, False, False, 0
    while position < len(text):
        character = text[position]
        if character == "\\" and (quoted or depth):
            position += 1
        elif character == '"' and not depth:
            quoted = not quoted
        elif quoted:
            pass
        elif character == "(":
            depth += 1
        elif character == ")":
            depth = max(depth - 1, 0)
        elif depth:
            pass
        elif character == "<":
            angled = True
        elif character == ">":
            angled = False
        elif character in ",;" and not angled:
            pieces.append(text[start:position])
            start = position + 1
        position += 1
    pieces.append(text[start:])
    return pieces


def _mailbox(piece: str) -> Address | None:
    opening = piece.rfind("<")
    if opening >= 0:
        closing = piece.find(">", opening)
        inside = piece[opening + 1 : closing if closing >= 0 else len(piece)]
        address = _address_in(inside) or _address_in(piece[closing + 1 :] if closing >= 0 else "")
        name = piece[:opening]
    else:
        address = _address_in(piece)
        name = piece.replace(address, "", 1) if address else ""
    if not address:
        return None
    return Address(name=_display_name(name[:1_000]), address=canonical(address))


def _address_in(text: str) -> str:
    """The first thing that has the form of an address. Looks only around "@": a long field costs no more."""
    at = text.find("@")
    for _ in range(_TRIES):
        if at < 0:
            return ""
        match = _ADDRESS.search(text, max(at - 256, 0), at + 257)
        if match:
            return match[0]
        at = text.find("@", at + 1)
    return ""


def _display_name(text: str) -> str:
    text = text.strip()
    if ":" in text and '"' not in text:
        text = text.rpartition(":")[2].strip()  # the name of a group
    if text[:1] == "(" and text[-1:] == ")":
        text = text[1:-1]
    if text[:1] == '"' and text[-1:] == '"' and len(text) > 1:
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
    return tidy(decode_words(text)).strip("'\" ")[:200]


def canonical(address: str) -> str:
    """The address with its domain in lower case and without what cannot be stored."""
    local, _, domain = tidy(address).rpartition("@")
    return f"{local}@{domain.lower().rstrip('.')}"


def message_ids(value: bytes) -> list[str]:
    """The Message-IDs of a field, in order, without angle brackets or repeats."""
    text = raw_text(value)
    found = _MESSAGE_ID.findall(text) or _BARE_ID.findall(text)
    return list(dict.fromkeys(tidy(one) for one in found))


def message_id(value: bytes) -> str:
    """The one Message-ID of a field; what stands there when it has no proper form; "" when nothing does."""
    found = message_ids(value)
    return found[0] if found else readable(value).strip("<>[] ")[:_MAX_MESSAGE_ID]


def date(value: bytes) -> datetime | None:
    """The time of a Date field in UTC; None when it cannot be read or is absurd."""
    text = readable(value)[:200]
    try:
        parts = parsedate_tz(text)
        if parts is None:
            return None
        zone = timezone(timedelta(seconds=parts[9])) if parts[9] else UTC
        moment = datetime(*parts[:6], tzinfo=zone).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if 1970 <= moment.year < 2200 else None
