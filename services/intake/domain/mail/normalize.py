"""Bytes in, a NormalizedMail out: for any bytes, without raising, in time linear in their number."""

import hashlib
import re
from datetime import datetime
from urllib.parse import unquote

from services.intake.domain.mail import addresses, headers
from services.intake.domain.mail.automatic import is_automatic, is_list
from services.intake.domain.mail.bounce import bounce_of
from services.intake.domain.mail.contents import Contents, Piece, contents_of
from services.intake.domain.mail.dates import date
from services.intake.domain.mail.headers import Fields
from services.intake.domain.mail.model import Address, Attachment, Leaf, Limits, NormalizedMail
from services.intake.domain.mail.parts import Part, leaves, tree
from services.intake.domain.mail.prose import html_of, text_of
from services.intake.domain.mail.reply import reply_text, reply_text_of_html

_DELIVERED = ("delivered-to", "x-original-to", "x-envelope-to", "envelope-to")
_CID = re.compile(r"\bcid:([^\s\"'<>)]{1,200})", re.I)
_CID_WITHIN = 2_097_152


def attached(raw: bytes, limits: Limits | None = None) -> list[tuple[Attachment, bytes]]:
    """Everything in a mail that is not its text, decoded: the attachments that `normalize` names, in that order."""
    limits = limits or Limits()
    contents = contents_of(tree(raw, limits)[0], limits)
    shown = _shown(contents)
    return [(_attachment(part, shown), _content(part)) for part in contents.files]


def leaf_parts(raw: bytes, limits: Limits | None = None) -> list[Leaf]:
    """Every part of a mail that has none below it, also those inside attached messages."""
    return [_leaf(part) for part in leaves(tree(raw, limits or Limits())[0])]


def normalize(raw: bytes, limits: Limits | None = None) -> NormalizedMail:
    """What the mail says. See NormalizedMail for what each field promises."""
    limits = limits or Limits()
    root, problems = tree(raw, limits)
    fields = root.fields
    contents = contents_of(root, limits)
    problems |= contents.problems
    if len(raw) > limits.told_bytes:
        problems.add("message_too_large")
    text = text_of(contents.texts, limits, problems)
    shown = _shown(contents)
    sender = _sender(fields, problems)
    bounce = bounce_of(fields, root, text, sender)
    return NormalizedMail(
        sender=sender,
        sender_words="" if sender else addresses.words(fields.first("from")),
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
        html=html_of(contents.rich, limits, problems),
        reply_text=_written(contents.texts, text, limits),
        attachments=tuple(_attachment(part, shown) for part in contents.files),
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


def _written(pieces: list[Piece], text: str, limits: Limits) -> str:
    """What is new in it. The markup tells more than the text that was made of it, where there is nothing else."""
    if len(pieces) == 1 and pieces[0].kind == "html":
        html = pieces[0].content
        if len(html) <= limits.text_chars and html.count("<") + html.count("&") <= limits.html_marks:
            return reply_text_of_html(html)
    return reply_text(text)


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
    moment = date(value) if value else None
    if moment is None:
        problems.add("date_malformed" if value else "date_missing")
    return moment


def _content(part: Part) -> bytes:
    # Only a multipart that was nested too deeply is a file itself; its transfer encoding says nothing.
    return part.body if part.is_multipart else part.content()


def _attachment(part: Part, shown: frozenset[str]) -> Attachment:
    """shown: the Content-IDs that the HTML shows in place."""
    content = _content(part)
    disposition = part.disposition
    content_id = headers.tidy(part.fields.text("content-id")).strip("<> ")[:200]
    return Attachment(
        filename=part.filename,
        content_type=part.content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content_id=content_id,
        inline=disposition == "inline"
        or content_id in shown
        or (disposition != "attachment" and bool(content_id)),
    )


def _leaf(part: Part) -> Leaf:
    content = _content(part)
    return Leaf(part.path, part.content_type, len(content), hashlib.sha256(content).hexdigest())


def _shown(contents: Contents) -> frozenset[str]:
    return frozenset(
        unquote(match)
        for piece in contents.rich
        if piece.kind == "html"
        for match in _CID.findall(piece.content[:_CID_WITHIN])
    )
