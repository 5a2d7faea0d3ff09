"""Delivery reports: RFC 3464 where it is followed, and the words of mailers that never heard of it."""

import re

from services.intake.domain.mail import addresses, headers
from services.intake.domain.mail.headers import Fields
from services.intake.domain.mail.model import Address, Bounce, FailedRecipient, Limits
from services.intake.domain.mail.parts import Part, leaves

_MAX_RECIPIENTS = 100
_REPORT_BYTES = 262_144
_DAEMON = re.compile(
    r"^(mailer-daemon|postmaster|mail-daemon|maildaemon|mdaemon|mail_delivery|bounces?)\b", re.I
)
# How mailers name themselves in From, often without an address that could be parsed.
_DAEMON_NAME = re.compile(
    r"mailer[-_ ]?daemon|mail[. _]?delivery|delivery[. ](sub)?system|mail (administrator|admin|system)|"
    r"post_?master|system administrator|mail-?daemon",
    re.I,
)
_SUBJECT = re.compile(
    r"undeliver|returned (mail|to sender)|delivery (status notification|failure|failed|error|problem|report)|"
    r"failure (notice|delivery)|mail (delivery|system error|failure)|could not (be delivered|send)|rejected mail|"
    r"non[- ]?(deliver|remis)|message non distribué|échec d[e'’]|unzustellbar|fehlgeschlagen|"
    r"mensaje no entregado|mancato recapito|warning: could not|not delivered|processing error|mail failure|"
    r"rejected (mail|message)|не доставлено|メールエラー",
    re.I,
)
_ADDRESS = re.compile(r"<?([A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-]{1,64}@[A-Za-z0-9][A-Za-z0-9.\-]{1,250})>?")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_QUOTED_MAIL = re.compile(
    r"^[\s>-]*(received: |return-path: |-+ ?(original message|this is a copy|the following is|below this line|"
    r"message header|returned message|unsent message|forwarded message))",
    re.I,
)
_REPORTED = ("message/delivery-status", "message/global-delivery-status")


def bounce_of(fields: Fields, root: Part, text: str, sender: Address | None) -> Bounce | None:
    """The delivery failure a message reports, None when it reports none (also for delays and successes)."""
    parts = list(leaves(root))
    if root.parameters.get("report-type", "").lower() == "feedback-report":
        return None  # a complaint by a reader, not a failure
    original = _original_message_id(parts)
    status_parts = [part for part in parts if part.content_type in _REPORTED]
    if status_parts:
        failed, spoke = _reported(status_parts)
        if failed or spoke:
            return Bounce(tuple(failed[:_MAX_RECIPIENTS]), original) if failed else None
    if not _looks_like_bounce(fields, sender, root):
        return None
    return Bounce(tuple(_in_words(fields, text)[:_MAX_RECIPIENTS]), original)


def _looks_like_bounce(fields: Fields, sender: Address | None, root: Part) -> bool:
    if fields.first("x-failed-recipients"):
        return True
    if root.parameters.get("report-type", "").lower() == "delivery-status":
        return True
    auto = fields.text("auto-submitted").lower()
    if auto.startswith("auto-replied") and fields.first("return-path") != b"<>":
        return False
    named = fields.text("from")[:500] or (sender.address if sender else "")
    daemon = bool(_DAEMON_NAME.search(named)) or fields.first("return-path") == b"<>"
    return daemon and bool(_SUBJECT.search(fields.text("subject")[:500]))


def _reported(parts: list[Part]) -> tuple[list[FailedRecipient], bool]:
    """Failed recipients of delivery-status parts, and whether any group told an action at all."""
    failed: list[FailedRecipient] = []
    spoke = False
    for part in parts:
        blocks = re.split(rb"(?:\r?\n[ \t]*){2,}", part.content()[:_REPORT_BYTES].strip())
        for block in blocks[: _MAX_RECIPIENTS + 1]:
            group, _ = headers.split(block + b"\n\n", Limits())
            action = group.text("action").lower()
            address = _reported_address(group)
            spoke = spoke or bool(action)
            status = _STATUS.search(group.text("status"))
            broken = status is not None and status[1][0] in "45" and not action
            if address and (action.startswith("fail") or broken):
                diagnostic = group.text("diagnostic-code").partition(";")[2].strip() or group.text(
                    "diagnostic-code"
                )
                failed.append(FailedRecipient(address, status[1] if status else "", diagnostic[:500]))
    return failed, spoke


def _reported_address(group: Fields) -> str:
    for name in ("final-recipient", "original-recipient", "x-actual-recipient"):
        match = _ADDRESS.search(group.text(name).rpartition(";")[2])
        if match:
            return addresses.canonical(match[1])
    return ""


def _in_words(fields: Fields, text: str) -> list[FailedRecipient]:
    """Addresses and codes out of prose, above the copy of the mail that failed."""
    prose: list[str] = []
    for line in text.split("\n")[:400]:
        if _QUOTED_MAIL.match(line):
            break
        prose.append(line[:1_000])
    status = _STATUS.search("\n".join(prose))
    named = _ADDRESS.findall(fields.text("x-failed-recipients")[:10_000])
    own = {addresses.canonical(one) for one in _ADDRESS.findall(fields.text("to")[:10_000])}
    if not named:
        named = [one for line in prose for one in _ADDRESS.findall(line)]
    found = dict.fromkeys(addresses.canonical(one.rstrip(".")) for one in named)
    return [
        FailedRecipient(one, status[1] if status else "", "")
        for one in found
        if one not in own and not _DAEMON.match(one)
    ]


def _original_message_id(parts: list[Part]) -> str:
    """Of the returned mail: inside an attached message, or in a part of its header fields alone."""
    for part in parts:
        if part.embedded and part.fields.first("message-id"):
            return addresses.message_id(part.fields.first("message-id"))
        if part.content_type in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
            fields, _ = headers.split(part.content()[:_REPORT_BYTES], Limits())
            if fields.first("message-id"):
                return addresses.message_id(fields.first("message-id"))
    return ""
