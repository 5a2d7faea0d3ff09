"""The fields of a delivery report (RFC 3464, RFC 6533): a group of them for each recipient.

Also read where a mailer put them into its prose, or wrote them without the indentation that continues a field.
"""

import re
from dataclasses import dataclass

from services.intake.domain.mail import addresses
from services.intake.domain.mail.bounce.status import CODE

# The labels of the domain are not told apart: in how many ways a long one may be cut grows beyond all bounds.
ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-]{1,128}@[A-Za-z0-9][A-Za-z0-9.\-]{0,250}[A-Za-z0-9]")
_ANY_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]{1,128}@[^\s<>()\[\],;:\"@]{1,250}")
_FIELD = re.compile(r"^\s{0,4}([A-Za-z][A-Za-z\-]{2,40})\s?:\s*(.*)$")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_UTF8 = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
_NAMES = ("original-recipient", "final-recipient", "x-actual-recipient")
_GROUPS = 200
_LINES = 5_000


@dataclass(frozen=True, slots=True)
class Group:
    """What a report says of one recipient; each value is empty when it says nothing."""

    address: str
    action: str
    status: str
    diagnostic: str
    final: str = ""

    @property
    def tells_failure(self) -> bool:
        """Whether a mail failed or waits, as far as the fields say: success and relaying are neither."""
        if self.action.startswith(("fail", "delay", "expire", "reject", "error", "bounce", "undeliver")):
            return True
        return not self.action.startswith(("deliver", "relay", "expand")) and self.status[:1] in ("4", "5")

    @property
    def tells_success(self) -> bool:
        """Whether the fields say that a mail went on its way."""
        return self.action.startswith(("deliver", "relay", "expand")) or self.status[:1] == "2"


def groups_in(text: str) -> list[Group]:
    """Every group that names a recipient, an action or a status, in order."""
    found: list[Group] = []
    values: dict[str, str] = {}
    name = ""
    for line in [*text.split("\n", _LINES)[:_LINES], ""]:
        line = line.rstrip()[:2_000]
        match = _FIELD.match(line)
        if not line.strip():
            _end(values, found)
            values, name = {}, ""
        elif match and not (name and line[0] in " \t" and match[1].lower() not in _NAMES):
            name = match[1].lower()
            if name == "final-recipient" and name in values:
                _end(values, found)
                values = {}
            values.setdefault(name, match[2].strip())
        elif name and len(values[name]) < 2_000:
            values[name] += " " + line.strip()
        if len(found) >= _GROUPS:
            break
    return found


def _end(values: dict[str, str], found: list[Group]) -> None:
    named = [address_in(values[name]) for name in _NAMES if name in values]
    status = CODE.search(values.get("status", ""))
    action = values.get("action", "").lower()
    if not (named or ("action" in values and status)):
        return
    if not any(name in values for name in _NAMES[:2]) and not status:
        return
    diagnostic = values.get("diagnostic-code", "")
    kind, _, words = diagnostic.partition(";")
    if len(kind) < 20 and words.strip():
        diagnostic = words.strip() if "unix" not in kind.lower() else diagnostic
    said = [one for one in named if one]
    found.append(
        Group(
            said[0] if said else "",
            action,
            ".".join(status.groups()) if status else "",
            diagnostic,
            address_in(values.get("final-recipient", "")),
        )
    )


def address_in(value: str) -> str:
    """The address of a recipient field: without its type, xtext and RFC 6533 escapes undone."""
    kind, _, content = value.partition(";")
    content = content if content and "@" not in kind else value
    if kind.strip().lower() == "utf-8":
        content = _UTF8.sub(lambda match: chr(min(int(match[1], 16), 0x10FFFF)), content)
    match = _ANY_ADDRESS.search(content.replace("mailto:", ""))
    if not match:
        return ""
    address = _XTEXT.sub(lambda found: chr(int(found[1], 16)), match[0]) if "+" in match[0] else match[0]
    return addresses.canonical(address.strip("'`.")) if address.isprintable() and " " not in address else ""
