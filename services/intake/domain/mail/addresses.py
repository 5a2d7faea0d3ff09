"""Mailboxes and Message-IDs out of header fields, tolerant and linear."""

import re

from services.intake.domain.mail.headers import decode_words, raw_text, readable, tidy, unturned
from services.intake.domain.mail.model import Address

# A local part may be quoted, a domain an address literal. Before another "@" stands no domain.
_ADDRESS = re.compile(
    r"(?:\"[^\"\\@\r\n]{1,64}\"|[^\s<>()\[\],;:\"@]{1,256})@(?:\[[0-9A-Za-z.:]{1,60}\]|[^\s<>()\[\],;:\"@]{1,255}+)(?!@)"
)
_MESSAGE_ID = re.compile(r"<([^<>]{1,998})>")
_GROUP = re.compile(r'^[^"@]{1,200}:\s*')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.){0,1000})"')
_BARE_ID = re.compile(r"[^\s<>,;]{1,500}@[^\s<>,;]{1,498}")
_NAME_ALONE = re.compile(r"\s*[^\W\d_][^@<>()\[\]:;\"]{0,198}")
_MAX_MESSAGE_ID = 998
# What has no brackets is looked for from every character on: not far.
_BARE_WITHIN = 10_000
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
    before = ""
    for piece in _pieces(text):
        address = _mailbox(piece)
        if address and before and address.name:
            address = Address(name=f"{_display_name(before)}, {address.name}"[:200], address=address.address)
        # "Doe, Jane <jane@x>": a family name that should have been quoted.
        before = piece[:200] if not address and _NAME_ALONE.fullmatch(piece[:200]) else ""
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
        after = piece[closing + 1 :] if closing >= 0 else ""
        address = _address_in(inside.removeprefix("mailto:")) or _address_in(after)
        name = piece[:opening] if piece[:opening].strip() else after.replace(address, "", 1)
    else:
        address = _address_in(piece)
        name = piece.replace(address, "", 1).replace("[mailto:", "[").replace("[]", "") if address else ""
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
    if ":" in text:
        text = _GROUP.sub("", text)
    if text[:1] == "(" and text[-1:] == ")":
        text = text[1:-1]
    text = _QUOTED.sub(lambda match: re.sub(r"\\(.)", r"\1", match[1]), text)
    name = unturned(tidy(decode_words(text))).replace('\\"', '"')
    while len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    if name.count('"') % 2:
        name = name.strip('" ')
    return name[:200]


def words(value: bytes) -> str:
    """What a field says that holds no address ("root")."""
    return unturned(readable(value)).strip("'\"<> ")[:200]


def canonical(address: str) -> str:
    """The address with its domain in lower case and without what cannot be stored."""
    local, _, domain = unturned(tidy(address)).rpartition("@")
    return f"{local}@{domain.lower().rstrip('.')}"


def message_ids(value: bytes) -> list[str]:
    """The Message-IDs of a field, in order, without angle brackets or repeats; one that was folded is whole again."""
    text = raw_text(value)
    found = _MESSAGE_ID.findall(text) or _BARE_ID.findall(text[:_BARE_WITHIN])
    ids = ("".join(tidy(one).split()).strip("[]") for one in found)
    return list(dict.fromkeys(one for one in ids if one))


def message_id(value: bytes) -> str:
    """The one Message-ID of a field; what stands there when it has no proper form; "" when nothing does."""
    found = message_ids(value)
    return found[0] if found else readable(value).strip("<>[] ")[:_MAX_MESSAGE_ID]
