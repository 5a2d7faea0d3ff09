"""Records that are never edited: a change makes the next version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from chassis.errors import InvalidArgument, InvalidState, NotFound, RevisionConflict
from services.sla.domain.calendar import Calendar
from services.sla.domain.contract import Contract, in_force

Version = TypeVar("Version")

# All versions lie in one record, which must stay small enough to be read with every batch of incidents.
MOST_VERSIONS = 500


@dataclass(frozen=True)
class ContractRecord:
    """All versions of one contract, oldest first. tenant_id is "" for the provider's default."""

    contract_id: str
    provider_id: str
    tenant_id: str
    versions: tuple[Contract, ...]
    revision: int = 0

    @property
    def latest(self) -> Contract:
        return self.versions[-1]

    def version(self, number: int) -> Contract:
        """One version, the latest for 0. Raises NotFound("contract_not_found")."""
        return _version(self.versions, number, "contract")

    def with_version(self, contract: Contract, revision: int) -> ContractRecord:
        """Adds a version, made at the given revision of the record (0 for any).

        Raises RevisionConflict, InvalidState("too_many_versions"), and InvalidArgument when it would take
        effect before the version it follows.
        """
        _check_next(self.revision, revision, len(self.versions), "contract")
        last = self.latest.effective_time
        if last and contract.effective_time and contract.effective_time < last:
            raise InvalidArgument(
                "effective_time_too_early",
                "A version takes effect no earlier than the one before it.",
                field="effective_time",
                earliest=last.isoformat(),
            )
        return ContractRecord(
            self.contract_id, self.provider_id, self.tenant_id, (*self.versions, contract), self.revision
        )


@dataclass(frozen=True)
class CalendarRecord:
    """All versions of one calendar, oldest first."""

    calendar_id: str
    provider_id: str
    versions: tuple[Calendar, ...]
    revision: int = 0

    @property
    def latest(self) -> Calendar:
        return self.versions[-1]

    def version(self, number: int) -> Calendar:
        """One version, the latest for 0. Raises NotFound("calendar_not_found")."""
        return _version(self.versions, number, "calendar")

    def at(self, moment: datetime) -> Calendar:
        """The version in force at a time; the first one for times before it was made."""
        made = [v for v in self.versions if v.create_time is None or v.create_time <= moment]
        return made[-1] if made else self.versions[0]

    def with_version(self, calendar: Calendar, revision: int) -> CalendarRecord:
        """Adds a version. Raises RevisionConflict and InvalidState("too_many_versions")."""
        _check_next(self.revision, revision, len(self.versions), "calendar")
        return CalendarRecord(self.calendar_id, self.provider_id, (*self.versions, calendar), self.revision)


def agreed(records: Iterable[ContractRecord], tenant_id: str, at: datetime) -> Contract | None:
    """What a tenant's contract says at a time: its own, or until it has one the provider's default."""
    records = list(records)
    for owner in (tenant_id, ""):
        for record in records:
            if record.tenant_id == owner and (found := in_force(record.versions, at)):
                return found
    return None


def _version(versions: tuple[Version, ...], number: int, noun: str) -> Version:
    if number == 0:
        return versions[-1]
    if not 0 < number <= len(versions):
        raise NotFound(f"{noun}_not_found", f"There is no such {noun}.")
    return versions[number - 1]


def _check_next(current: int, expected: int, count: int, noun: str) -> None:
    if expected and expected != current:
        raise RevisionConflict(f"{noun}_changed", "Someone else changed it first.", revision=expected)
    if count >= MOST_VERSIONS:
        raise InvalidState("too_many_versions", f"A {noun} has at most {MOST_VERSIONS} versions.")
