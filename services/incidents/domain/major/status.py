"""What one client reads on its status page: its own words and updates, and nothing of anybody else's."""

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.incidents.domain.major.record import UNDER_WAY, Affected, Major, MajorState
from services.incidents.domain.major.update import Update

SHOWN = timedelta(days=90)
_TOKEN = re.compile(r"([0-9a-f]{32})([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class Said:
    """One update, as the client got it."""

    time: datetime
    state: MajorState
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One matter, as the client knows it. incident_id: its own incident."""

    title: str
    state: MajorState
    start_time: datetime
    end_time: datetime | None
    updates: tuple[Said, ...]
    incident_id: str
    number: str
    next_update_time: datetime | None

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY


@dataclass(frozen=True, slots=True)
class StatusAddress:
    """By which anybody who has it reads a client's page; the id's other half is its seal."""

    address_id: str
    provider_id: str
    tenant_id: str
    create_time: datetime


class StatusSeal:
    """Writes and reads the addresses' tokens under a secret that never leaves the service."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def token(self, address_id: str) -> str:
        return address_id + self._mac(address_id)

    def read(self, token: str) -> str:
        """The address's id; "" unless this service wrote it. Compares in constant time."""
        found = _TOKEN.fullmatch(token)
        return found[1] if found and hmac.compare_digest(found[2], self._mac(found[1])) else ""

    def _mac(self, address_id: str) -> str:
        return hmac.digest(self._secret, address_id.encode(), "sha256").hex()[:32]


def entries_for(
    tenant_id: str, majors: Iterable[Major], updates: Iterable[Update], now: datetime
) -> list[Entry]:
    """What is under way first, then the newest; of the last 90 days."""
    by_major: dict[str, list[Update]] = {}
    for one in updates:
        by_major.setdefault(one.major_id, []).append(one)
    found = []
    for major in majors:
        own = major.affected_of(tenant_id)
        if own and (major.state in UNDER_WAY or _end(major, own, now) > now - SHOWN):
            found.append(_entry(major, own, by_major.get(major.major_id, [])))
    return sorted(found, key=lambda one: (not one.is_under_way, -one.start_time.timestamp()))


def _end(major: Major, own: Affected, now: datetime) -> datetime:
    return major.resolve_time or now


def _entry(major: Major, own: Affected, updates: Iterable[Update]) -> Entry:
    said = [
        Said(one.create_time, _as_told(one.state), row.text)
        for one in sorted(updates, key=lambda one: one.create_time, reverse=True)
        for row in one.rows
        # What was said to it before it was spared and touched anew belongs to its former incident.
        # And what could not be said on its incident, it was not told.
        if row.tenant_id == own.tenant_id and row.sent and one.create_time >= own.add_time
    ]
    return Entry(
        title=own.title,
        state=_as_told(major.state),
        # The moment that concerns this client: when it was known to be touched, not when others were.
        start_time=own.add_time,
        end_time=major.resolve_time,
        updates=tuple(said),
        incident_id=own.incident_id,
        number=own.number,
        next_update_time=major.next_update_time,
    )


def _as_told(state: MajorState) -> MajorState:
    """The review is the provider's own affair."""
    return MajorState.RESOLVED if state in (MajorState.REVIEW, MajorState.CLOSED) else state
