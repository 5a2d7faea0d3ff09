"""What a mailer says in words: which addresses failed, and why, each with the lines that speak of it."""

import re
from dataclasses import dataclass, field

from services.intake.domain.mail import addresses
from services.intake.domain.mail.bounce.report import ADDRESS

_LINES = 400
_LINE_LENGTH = 1_000
_RECIPIENTS = 100
_SECTION_LINES = 30
# Here the mail that failed begins.
_RETURNED = re.compile(
    r"^[\s>*=-]*(received: |return-path: |delivered-to: |mime-version: |x-[a-z\-]{2,30}: |dkim-signature: |"
    r"-{0,20}\s{0,3}(original message|this is a copy|the following is|below (this line|is a copy)|message header|"
    r"headers? (of|follow)|returned message|unsent message|forwarded message|(the )?(header|text|body) of (the|your) |"
    r"a copy of|your (original )?message (follows|is)|original (mail|header)|copy of your|undelivered message|"
    r"message headers? follow|original message follows|content of|start of|begin ))",
    re.I,
)
_NOISE = re.compile(
    r"message[- ]?id|^\s*(from|sender|reply-to|mail from|subject|date|sent|envelope-sender|x-\S{1,40}|cc|references)\s?:|"
    r"mailto:|https?://|(contact|e-?mail at|write to|help from|assistance)\b.{0,40}@|postmaster@|mailer-daemon@|"
    r"with esmtp|envelope-from|\bid [0-9A-Za-z\-]{6,}",
    re.I,
)
_TO = re.compile(r"^\s*(to|an|para|à)\s?:\s", re.I)
_LEAD = r"^[\s*\u2022>|\"'-]{0,20}(?:<|\"|'|smtp:|rfc822;|\S{0,200}smtp=|mailto:){0,3}"
_HEAD = re.compile(
    _LEAD
    + rf"(?P<address>{ADDRESS.pattern})[>\"')]{{0,3}}(?=\s*$|\s*[:;,(\[]|\.\.\.|\s+(on|invalid|because|-|\(|is|was|did|does|user|"
    r"not|failed|[45]\d\d)\b)",
    re.I,
)
_LABEL = re.compile(
    r"(recipient|rcpt to|failed|undeliver\w*|deliver\w*|unknown user|user unknown|unknown|user|address(es)?|mailbox|"
    r"destinat\w*|sent|send|reach|addressee|not found|invalid|account|adresse|an|à|para|a|宛先|to)\b[^@\n]{0,60}?[\s<:;(\"']"
    rf"(?P<address>{ADDRESS.pattern})",
    re.I,
)
_REPLY = re.compile(
    rf"^\s*(?:<<<\s*|\S{{0,40}}said:\s*)?[45]\d\d[\s-].{{0,200}}?[\s<(:;\"'](?P<address>{ADDRESS.pattern})",
    re.I,
)
_DAEMON = re.compile(
    r"^(mailer-daemon|postmaster|post_master|mail-daemon|maildaemon|mdaemon|mail_delivery|bounces?|no-?reply|abuse|"
    r"helpdesk|support|listmaster|mailadm\w*|nobody|root)@",
    re.I,
)


@dataclass(slots=True)
class Section:
    """One address and the lines that speak of it."""

    address: str
    lines: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


def report_lines(text: str) -> list[str]:
    """The mailer's own lines, above the copy of the mail that failed."""
    kept: list[str] = []
    for line in text.split("\n", _LINES)[:_LINES]:
        if _RETURNED.match(line):
            if any(one.strip() for one in kept):
                break
            continue
        kept.append(line[:_LINE_LENGTH])
    return kept


def sections_in(lines: list[str], own: frozenset[str]) -> list[Section]:
    """The addresses that the lines say failed: by the most telling way in which any is named.

    own: addresses in lower case that are known not to be meant, such as whom the report is sent to.
    """
    for ways in ((_HEAD,), (_REPLY, _LABEL), (ADDRESS,)):
        found = _sections(lines, ways, own)
        if found:
            return found
    return []


def _sections(lines: list[str], ways: tuple[re.Pattern[str], ...], own: frozenset[str]) -> list[Section]:
    found: dict[str, Section] = {}
    current: Section | None = None
    for line in lines:
        if "@" in line:
            named = next((one for one in (_named(line, wanted, own) for wanted in ways) if one), "")
            if named:
                if named.lower() not in found and len(found) >= _RECIPIENTS:
                    break
                current = found.setdefault(named.lower(), Section(named))
        if current and len(current.lines) < _SECTION_LINES:
            current.lines.append(line)
    return list(found.values())


def _named(line: str, wanted: re.Pattern[str], own: frozenset[str]) -> str:
    if wanted is not _HEAD and (_NOISE.search(line) or _TO.match(line)):
        return ""
    for match in wanted.finditer(line):
        found = match.groupdict().get("address") or match[0]
        address = tidy(found)
        if address.lower() not in own and not _DAEMON.match(address):
            return address
        if wanted is _HEAD:
            return ""
    return ""


def tidy(address: str) -> str:
    """An address as it is written in prose, without what stuck to it."""
    address = re.sub(r"^(smtp|rfc822|mailto|to)[=:;]", "", address.strip("'`\"."), flags=re.I)
    return addresses.canonical(address)


def is_daemon(address: str) -> bool:
    """Whether this is a mailbox of a mail system, to which nobody wrote."""
    return bool(_DAEMON.match(address))
