"""Answer links: a token in a mail that lets its recipient do one thing to one incident without signing in.

One purpose each: incident, action, resolution cycle, recipient and expiry are all under the HMAC-SHA256, so a token is
useless for anything else. 70 lower-case letters and digits: id 26, action 1, cycle 2, expiry 5 (hours since 1970),
recipient 10 (a hash), MAC 26 (130 bits).
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from services.incidents.domain.approval import known_to
from services.incidents.domain.incident import Incident, Party

LINK_LIFE = timedelta(days=14)
_PREFIX = "inc_"
_ID, _WHO, _MAC = 26, 10, 26
_DIGITS = "abcdefghijklmnopqrstuvwxyz234567"
_SHAPE = re.compile(
    rf"([0-9a-z]{{{_ID}}})([crsd])([a-z2-7]{{2}})([a-z2-7]{{5}})([a-z2-7]{{{_WHO}}})([a-z2-7]{{{_MAC}}})"
)


class AnswerAction(StrEnum):
    """What a link does."""

    CONFIRM = "confirm"
    REOPEN = "reopen"
    RATE = "rate"
    DECIDE = "decide"


_LETTERS = {
    AnswerAction.CONFIRM: "c",
    AnswerAction.REOPEN: "r",
    AnswerAction.RATE: "s",
    AnswerAction.DECIDE: "d",
}
_ACTIONS = {letter: action for action, letter in _LETTERS.items()}


@dataclass(frozen=True, slots=True)
class AnswerClaim:
    """What a genuine token says. recipient_hash matches one party; expire_time is UTC."""

    incident_id: str
    action: AnswerAction
    cycle: int
    expire_time: datetime
    recipient_hash: str

    def party_of(self, incident: Incident) -> Party | None:
        """Whom it was made for, if they still take part."""
        parties = (incident.requester, *incident.participants)
        approval = incident.order.approval if incident.order else None
        if self.action is AnswerAction.DECIDE:
            parties = tuple(Party(name=one.name, person_id=one.person_id) for one in known_to(approval))
        return next((party for party in parties if self.recipient_hash in _hashes(party)), None)

    def is_of_cycle(self, incident: Incident) -> bool:
        """Whether the incident still stands at the resolution, or at the step of approval, that the mail spoke of."""
        if self.action is AnswerAction.DECIDE:
            approval = incident.order.approval if incident.order else None
            return approval is not None and approval.is_waiting and self.cycle == approval.step
        return self.cycle == incident.reopen_count % len(_DIGITS) ** 2


class AnswerTokens:
    """Mints and reads tokens under one secret, which never leaves the service."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise ValueError("the secret needs 32 bytes")
        self._secret = secret

    def mint(
        self, incident_id: str, action: AnswerAction, cycle: int, recipient: str, issue_time: datetime
    ) -> str:
        """recipient: a person's id, or an address where nobody is known. The same token for the same values.

        Raises ValueError for what is no incident's id.
        """
        if not incident_id.startswith(_PREFIX) or len(incident_id) != len(_PREFIX) + _ID:
            raise ValueError("an answer token needs an incident id")
        # Rounded up to the full hour.
        hours = -int(-(issue_time + LINK_LIFE).timestamp() // 3600)
        body = incident_id.removeprefix(_PREFIX) + _LETTERS[action] + _number(cycle, 2) + _number(hours, 5)
        body += _hash(recipient)
        return body + self._mac(body)

    def read(self, token: str) -> AnswerClaim | None:
        """None unless this service minted it. Says nothing about whether it may still be used."""
        parts = _SHAPE.fullmatch(token)
        if not parts or not hmac.compare_digest(parts[6], self._mac(token[:-_MAC])):
            return None
        expire_time = datetime.fromtimestamp(_value(parts[4]) * 3600, UTC)
        return AnswerClaim(_PREFIX + parts[1], _ACTIONS[parts[2]], _value(parts[3]), expire_time, parts[5])

    def _mac(self, body: str) -> str:
        return _text(hmac.digest(self._secret, body.encode(), "sha256"), _MAC)


def _hashes(party: Party) -> tuple[str, ...]:
    return tuple(_hash(name) for name in (party.person_id, party.address) if name)


def _hash(recipient: str) -> str:
    return _text(hashlib.sha256(recipient.strip().lower().encode()).digest(), _WHO)


def _text(digest: bytes, length: int) -> str:
    return base64.b32encode(digest).decode().lower()[:length]


def _number(value: int, length: int) -> str:
    digits = ""
    for _ in range(length):
        value, rest = divmod(value, len(_DIGITS))
        digits = _DIGITS[rest] + digits
    return digits


def _value(digits: str) -> int:
    value = 0
    for digit in digits:
        value = value * len(_DIGITS) + _DIGITS.index(digit)
    return value
