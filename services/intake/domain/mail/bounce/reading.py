"""A delivery report read: which recipients failed, with what status, why, and for how long."""

import re
from dataclasses import dataclass

from services.intake.domain.mail import addresses, headers
from services.intake.domain.mail.bounce import prose, ses, status, verdict
from services.intake.domain.mail.bounce.prose import Section
from services.intake.domain.mail.bounce.reasons import HARD, VAGUE, reason_in
from services.intake.domain.mail.bounce.report import ADDRESS, Group, groups_in
from services.intake.domain.mail.headers import Fields
from services.intake.domain.mail.model import Address, Bounce, FailedRecipient, Limits
from services.intake.domain.mail.parts import Part, leaves

_MAX_RECIPIENTS = 100
_REPORT_BYTES = 262_144
# So much of the diagnostics of one report is looked at for words, however many recipients it names.
_WORDS_BUDGET = 30_000
_FIELDS = (*verdict.REPORTS, "message/disposition-notification")
_RETURNED = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
_PERMANENT = re.compile(r"permanent|giv(en|ing) (up|it up)|fatal|will not be retried|undeliverable", re.I)
# Exim gives up for good what failed for the time being.
_RETRIED = re.compile(r"[\w)]: retry time|failing for a long time", re.I)
_TEMPORARY = re.compile(
    r"warning message only|not need to re-?send|will be retried|will (keep|continue) (on )?try|temporar|has been delayed|"
    r"is delayed|still (being|be) tried|delivery .{0,20}delayed|not yet been delivered",
    re.I,
)
# Who refuses the content of a mail may say "no such user", but has taken the address before.
_AFTER_DATA = re.compile(
    r"in reply to (end of )?data|after (end of data|data)\b|like our (final )?data|>>> data[^<\n]{0,40}\n<<< (?!503|554 (5\.5\.\d )?(no|error: no))[45]\d\d",
    re.I,
)
_AFTER_RCPT = re.compile(r">>> rcpt to[^\n]{0,300}\n<<< [45]\d\d", re.I)
# An answer to MAIL FROM cannot be about the recipient.
_AFTER_MAIL = re.compile(
    r"in reply to mail from|after mail from:|>>> mail from[^\n]{0,200}\n<<< [45]\d\d|after (pipelined )?mail from",
    re.I,
)
# There is such a mailbox, and whoever has it wants no mail from us.
_UNWANTED = re.compile(
    r"recipient preferences|(recipient|user) has (blocked|refused)|preferences of the recipient", re.I
)
_EXIM_MAIL = re.compile(r"after (pipelined )?mail from", re.I)
_ONLY_DELAYED = re.compile(
    r"warning message only|not need to re-?send|has been delayed|is delayed|not yet been delivered|\((delay|delayed)\)|"
    r"will (keep|continue) (on )?try|delivery delayed|will be retried|message delayed",
    re.I,
)


def bounce_of(fields: Fields, root: Part, text: str, sender: Address | None) -> Bounce | None:
    """The failure or delay that a message reports, None when it reports none."""
    parts = list(leaves(root))
    if verdict.is_feedback(root, parts):
        return None
    groups = _groups(parts) if root.content_type == "multipart/report" else []
    if not groups:
        if not verdict.looks_like_report(fields, root, sender, text):
            return None
        # Where else the fields may stand: in the words, or in a report that a gateway has wrapped up once more.
        groups = (
            _groups(parts) or ses.groups_in(text) or _groups_in_words(text) or _groups(parts, embedded=True)
        )
    failed = [group for group in groups if group.tells_failure]
    if not failed and any(group.tells_success for group in groups):
        return None
    lines = prose.report_lines(text)
    recipients = _recipients(fields, parts, lines, failed)
    if not recipients and not verdict.is_certain(fields, root):
        return None  # nobody is named: rather a mail that somebody should read
    words = "\n".join(lines)
    told = _Told(fields.text("subject")[:200], words, _WORDS_BUDGET, alone=len(recipients) == 1)
    return Bounce(
        tuple(told.recipient(group, section) for group, section in recipients[:_MAX_RECIPIENTS]),
        _original_message_id(parts, text),
    )


def _groups(parts: list[Part], embedded: bool = False) -> list[Group]:
    """What the fields of a report say. A report inside the mail that was returned tells of another failure."""
    found: list[Group] = []
    for part in parts:
        if part.content_type in _FIELDS and part.embedded == embedded:
            found += groups_in(part.text()[0][:_REPORT_BYTES].replace("\r", ""))
    return [group for group in found if group.address or group.status][: _MAX_RECIPIENTS * 2]


def _groups_in_words(text: str) -> list[Group]:
    if "recipient" not in text[:_REPORT_BYTES].lower():
        return []
    return [group for group in groups_in("\n".join(text.split("\n", 400)[:400])) if group.status]


def _recipients(
    fields: Fields, parts: list[Part], lines: list[str], failed: list[Group]
) -> list[tuple[Group, Section]]:
    own = frozenset(
        one.lower() for name in ("to", "from", "sender") for one in ADDRESS.findall(fields.text(name)[:4_000])
    )
    sections = prose.sections_in(lines, own)
    by_address = {section.address.lower(): section for section in sections}
    found: dict[str, tuple[Group, Section]] = {}
    for group in failed:
        address = group.address or (sections[0].address if sections else "")
        section = by_address.get(address.lower()) or by_address.get(group.final.lower())
        if not section:
            section = sections[0] if len(sections) == 1 == len(failed) else Section(address)
        if address:
            found.setdefault(address.lower(), (group, Section(address, section.lines)))
    if found:
        return list(found.values())
    empty = failed[0] if failed else Group("", "", "", "")
    named = [addresses.canonical(one) for one in ADDRESS.findall(fields.text("x-failed-recipients")[:10_000])]
    if named:
        return [(empty, by_address.get(one.lower(), Section(one))) for one in dict.fromkeys(named)]
    if not sections:
        sections = [Section(one) for one in _written_to(parts, lines, own)]
    return [(empty, section) for section in sections]


def _written_to(parts: list[Part], lines: list[str], own: frozenset[str]) -> list[str]:
    """Whom the mail that failed was sent to: the last resort, when the report names nobody."""
    for part in parts:
        headers_only = part.content_type in _RETURNED
        returned = headers.split(part.content()[:_REPORT_BYTES], Limits())[0] if headers_only else part.fields
        if headers_only or part.embedded:
            named = [one.address for one in addresses.mailboxes(returned.first("to"), 10)]
            if named:
                return named
    found = [one for line in lines for one in ADDRESS.findall(line)]
    tidied = dict.fromkeys(prose.tidy(one) for one in found)
    return [one for one in tidied if one.lower() not in own and not prose.is_daemon(one)][:1]


@dataclass(slots=True)
class _Told:
    """What a report says as a whole, against which each recipient's own lines are read."""

    subject: str
    words: str
    budget: int
    # Whether what is said anywhere is said of the one recipient.
    alone: bool

    def recipient(self, group: Group, section: Section) -> FailedRecipient:
        said = f"{group.diagnostic}\n{section.words}" if group.diagnostic else section.words
        said = said if said.strip() else self.words
        spoken = (group.diagnostic, section.words[:3_000], self.words[:3_000] if self.alone else "")
        codes = next((found for found in map(status.codes_in, spoken) if found), [])
        reply = next((found for found in map(status.reply_code, spoken) if found), "")
        code = status.preferred(group.status, codes, reply)
        reason = self._reason(group.diagnostic, section.words, code)
        temporary = self._is_temporary(reply, said)
        if not code:
            # Refused before the recipient was named: whatever the reason, it is not theirs.
            early = _EXIM_MAIL.search(section.words[:3_000])
            code = status.made_up("onhold" if early else reason, temporary)
        return FailedRecipient(
            section.address,
            code,
            (group.diagnostic or section.words or self.words).strip()[:500],
            reason=reason,
            hard=reason in HARD or (reason == "notaccept" and not code.startswith("4")),
            delayed=self._is_delayed(group),
        )

    def _reason(self, diagnostic: str, section: str, code: str) -> str:
        meaning = status.meaning(code)
        found = next((one for one in map(self._reason_in, (diagnostic, section)) if one), "")
        if meaning == "hasmoved":
            return meaning
        if found == "userunknown" and code[2:] != "1.1" and _after_data(section or self.words[:4_000]):
            return "filtered"
        if found == "userunknown" and _AFTER_MAIL.search(section):
            return "rejected"
        if code == "5.1.1" and found in ("suspend", "rejected"):
            return meaning
        if found == "filtered" and _UNWANTED.search(f"{diagnostic} {section}"[:4_000]):
            return found
        if found and not (meaning and found in VAGUE):
            return found
        found = meaning or found
        return found or self._reason_in(self.words) or self._reason_in(self.subject) or "undefined"

    def _reason_in(self, words: str) -> str:
        words = words[: min(2_000, max(self.budget, 0))]
        self.budget -= len(words)
        return reason_in(words) if words.strip() else ""

    def _is_temporary(self, reply: str, said: str) -> bool:
        if reply:
            return reply.startswith("4")
        if _RETRIED.search(said[:4_000]):
            return True
        if _PERMANENT.search(self.words[:4_000]):
            return False
        return bool(_TEMPORARY.search(said[:4_000]) or _TEMPORARY.search(self.words[:4_000]))

    def _is_delayed(self, group: Group) -> bool:
        if group.action:
            return group.action.startswith("delay")
        return bool(_ONLY_DELAYED.search(f"{self.subject}\n{self.words[:4_000]}"))


def _after_data(words: str) -> bool:
    return bool(_AFTER_DATA.search(words)) and not _AFTER_RCPT.search(words)


def _original_message_id(parts: list[Part], text: str) -> str:
    """Of the returned mail: in an attached message, in a part of its header fields alone, or in the text below."""
    for part in parts:
        if part.embedded and part.fields.first("message-id"):
            return addresses.message_id(part.fields.first("message-id"))
        if part.content_type in _RETURNED:
            fields, _ = headers.split(part.content()[:_REPORT_BYTES], Limits())
            if fields.first("message-id"):
                return addresses.message_id(fields.first("message-id"))
    match = re.search(r"^\s{0,4}message-id:\s{0,10}(<[^<>\s]{1,998}>)", text[:_REPORT_BYTES], re.I | re.M)
    return addresses.message_id(match[1].encode("utf-8", "replace")) if match else ""
