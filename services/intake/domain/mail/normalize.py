"""Bytes in, a NormalizedMail out: for any bytes, without raising, in time linear in their number."""

import hashlib
import re
from datetime import datetime

from services.intake.domain.mail import addresses, headers
from services.intake.domain.mail.automatic import is_automatic, is_list
from services.intake.domain.mail.bounce import bounce_of
from services.intake.domain.mail.headers import Fields
from services.intake.domain.mail.html import html_to_text
from services.intake.domain.mail.model import Address, Attachment, Limits, NormalizedMail
from services.intake.domain.mail.parts import Part, tree
from services.intake.domain.mail.reply import reply_text

_DELIVERED = ("delivered-to", "x-original-to", "x-envelope-to", "envelope-to")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def attached(raw: bytes, limits: Limits | None = None) -> list[tuple[Attachment, bytes]]:
    """Everything in a mail that is not its text, decoded: the attachments that `normalize` names, in that order."""
    limits = limits or Limits()
    root, problems = tree(raw, limits)
    parts: list[Part] = []
    _collect(root, [], parts, limits, problems)
    return [(_attachment(part), _content(part)) for part in parts]


def normalize(raw: bytes, limits: Limits | None = None) -> NormalizedMail:
    """What the mail says. See NormalizedMail for what each field promises."""
    limits = limits or Limits()
    root, problems = tree(raw, limits)
    fields = root.fields
    text, attachments = _contents(root, limits, problems)
    sender = _sender(fields, problems)
    bounce = bounce_of(fields, root, text, sender)
    return NormalizedMail(
        sender=sender,
        to=_mailboxes(fields, "to", limits),
        cc=_mailboxes(fields, "cc", limits),
        reply_to=_mailboxes(fields, "reply-to", limits),
        delivered_to=_delivered_to(fields),
        subject=fields.text("subject")[: limits.subject_chars],
        message_id=addresses.message_id(fields.first("message-id")),
        in_reply_to=addresses.message_id(fields.first("in-reply-to")),
        references=tuple(addresses.message_ids(fields.first("references"))[-limits.references :]),
        date=_date(fields, problems),
        text=text,
        reply_text=reply_text(text),
        attachments=tuple(attachments),
        auto_submitted=is_automatic(fields, root) or bounce is not None,
        is_bounce=bounce is not None,
        bounce=bounce,
        is_list=is_list(fields),
        authentication_results=tuple(
            headers.readable(value)[:2_000] for value in list(fields.all("authentication-results"))[:10]
        ),
        token_header=fields.text("x-fairlead-token")[:200],
        loop_header=fields.text("x-fairlead-loop")[:200],
        problems=tuple(sorted(problems)),
    )


def _sender(fields: Fields, problems: set[str]) -> Address | None:
    for name in ("from", "sender", "resent-from"):
        found = addresses.mailboxes(fields.first(name), 1)
        if found:
            if name != "from":
                problems.add("sender_missing")
            return found[0]
    problems.add("sender_missing")
    return None


def _mailboxes(fields: Fields, name: str, limits: Limits) -> tuple[Address, ...]:
    found: list[Address] = []
    for value in fields.all(name):
        found += addresses.mailboxes(value, limits.addresses - len(found))
        if len(found) >= limits.addresses:
            break
    return tuple(found[: limits.addresses])


def _delivered_to(fields: Fields) -> tuple[str, ...]:
    values = [value for name in _DELIVERED for value in fields.all(name)][:20]
    return tuple(dict.fromkeys(one.address for value in values for one in addresses.mailboxes(value, 10)))


def _date(fields: Fields, problems: set[str]) -> datetime | None:
    value = fields.first("date")
    moment = addresses.date(value) if value else None
    if moment is None:
        problems.add("date_malformed" if value else "date_missing")
    return moment


def _contents(root: Part, limits: Limits, problems: set[str]) -> tuple[str, list[Attachment]]:
    """The text as its writer meant it to be read, and everything that is not text."""
    texts: list[tuple[str, str]] = []
    attachments: list[Part] = []
    _collect(root, texts, attachments, limits, problems)
    pieces: list[str] = []
    room = limits.text_chars
    for kind, content in texts:
        piece = _as_text(kind, content, limits, problems)
        if len(piece) > room:
            problems.add("text_truncated")
            piece = piece[:room]
        room -= len(piece)
        if piece.strip():
            pieces.append(piece.strip("\n"))
    return "\n".join(pieces).rstrip(), [_attachment(part) for part in attachments]


def _collect(
    part: Part,
    texts: list[tuple[str, str]],
    attachments: list[Part],
    limits: Limits,
    problems: set[str],
) -> None:
    """Recursion is as deep as the tree, and the tree is no deeper than its limit."""
    if part.content_type == "multipart/alternative":
        _collect_best(part, texts, attachments, limits, problems)
    elif part.children and not part.is_message:
        for child in part.children:
            _collect(child, texts, attachments, limits, problems)
    elif _is_text(part):
        content, problem = part.text()
        if problem:
            problems.add(problem)
        texts.append(("html" if part.content_type == "text/html" else _plain_kind(part), content))
    else:
        attachments.append(part)


def _collect_best(
    part: Part,
    texts: list[tuple[str, str]],
    attachments: list[Part],
    limits: Limits,
    problems: set[str],
) -> None:
    """Of the alternatives the plain one that says something, else the first that does; others are not repeated."""
    choices: list[list[tuple[str, str]]] = []
    for child in part.children:
        said: list[tuple[str, str]] = []
        _collect(child, said, attachments, limits, problems)
        if any(content.strip() for _, content in said):
            choices.append(said)
    plain = next((said for said in choices if all(kind != "html" for kind, _ in said)), None)
    if plain or choices:
        texts.extend(plain or choices[0])


def _is_text(part: Part) -> bool:
    if part.embedded or part.disposition == "attachment":
        return False
    if part.content_type not in ("text/plain", "text/html", "text/enriched", "message/partial"):
        return False
    return not (part.filename and part.disposition != "inline")


def _plain_kind(part: Part) -> str:
    if part.parameters.get("format", "").lower() != "flowed":
        return "plain"
    return "flowed-delsp" if part.parameters.get("delsp", "").lower() == "yes" else "flowed"


def _as_text(kind: str, content: str, limits: Limits, problems: set[str]) -> str:
    if kind == "html":
        if len(content) > limits.html_bytes:
            problems.add("text_truncated")
            content = content[: limits.html_bytes]
        return _CONTROLS.sub("", html_to_text(content))
    content = _CONTROLS.sub("", content.replace("\r\n", "\n").replace("\r", "\n"))
    return _unflowed(content, kind == "flowed-delsp") if kind.startswith("flowed") else content


def _unflowed(text: str, delete_space: bool) -> str:
    """RFC 3676: lines that end in a space go on in the next line of the same quote depth."""
    result: list[str] = []
    paragraph: list[str] = []
    depth = 0
    for line in text.split("\n"):
        content = line.lstrip(">")
        line_depth = len(line) - len(content)
        content = content.removeprefix(" ")
        if paragraph and (line_depth != depth or content == "-- "):
            result.append(_quoted(depth, "".join(paragraph)))
            paragraph = []
        depth = line_depth
        if content.endswith(" ") and content != "-- ":
            paragraph.append(content[:-1] if delete_space else content)
            continue
        result.append(_quoted(depth, "".join([*paragraph, content])))
        paragraph = []
    if paragraph:
        result.append(_quoted(depth, "".join(paragraph)))
    return "\n".join(result)


def _quoted(depth: int, line: str) -> str:
    return f"{'>' * depth} {line}" if depth else line


def _content(part: Part) -> bytes:
    return part.body if part.is_message or part.is_multipart else part.content()


def _attachment(part: Part) -> Attachment:
    content = _content(part)
    disposition = part.disposition
    return Attachment(
        filename=part.filename,
        content_type=part.content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content_id=headers.tidy(part.fields.text("content-id")).strip("<>")[:200],
        inline=disposition == "inline"
        or (disposition != "attachment" and bool(part.fields.first("content-id"))),
    )
