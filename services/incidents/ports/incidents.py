"""The records, their numbers, and the mail that leads to them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chassis.tenancy import Caller, Scope, TenantScope
from services.incidents.domain.facts import Change
from services.incidents.domain.incident import Incident
from services.incidents.domain.query import IncidentQuery
from services.incidents.domain.threading import Thread
from services.incidents.domain.timeline import TimelineEntry


@dataclass(frozen=True, slots=True)
class Filed:
    """Where a submission went. joined: to an incident that was there; otherwise it opened this one.

    opened: the incident, when it was opened just now.
    """

    incident_id: str
    number: str
    joined: bool
    opened: Incident | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    """A number that was reserved for a submission and not yet reported as used."""

    scope: TenantScope
    position: int
    submission_id: str
    time: datetime


class Incidents(Protocol):
    """The records. Every method raises Unavailable("store_unavailable") in an outage."""

    def load(self, scope: Scope, incident_id: str) -> Incident:
        """Raises NotFound("incident_not_found"), also for one outside the scope."""
        ...

    def load_by_number(self, scope: Scope, number: str) -> Incident:
        """Raises NotFound("incident_not_found"), also for one outside the scope."""
        ...

    def load_many(self, scope: Scope, incident_ids: Iterable[str]) -> dict[str, Incident]:
        """Those that exist in the scope, by id."""
        ...

    def load_named(
        self, scope: Scope, incident_ids: Sequence[str], numbers: Sequence[str], brief: bool
    ) -> list[Incident]:
        """Those that exist in the scope, in no order; brief: without descriptions."""
        ...

    def follow_ups(self, scope: Scope, incident_id: str) -> list[Incident]:
        """What continues an incident that had ended, the newest first."""
        ...

    def children(self, scope: Scope, incident_id: str, limit: int) -> list[Incident]:
        """Of these tenants, the children of an incident, the newest first."""
        ...

    def has_children(self, scope: Scope, incident_id: str) -> bool:
        """Whether it has any of these tenants; what other processes saved within the last second may be missing."""
        ...

    def naming_items(self, scope: Scope, item_ids: Sequence[str], limit: int) -> list[Incident]:
        """Of these tenants, what is about any of these configuration items, the newest first."""
        ...

    def find_filed(self, scope: TenantScope, submission_ids: Iterable[str]) -> dict[str, Filed]:
        """Where submissions went already, by submission id."""
        ...

    def find_filed_across(
        self, wanted: Mapping[TenantScope, Collection[str]]
    ) -> dict[TenantScope, dict[str, Filed]]:
        """The same for several tenants of one provider in one read."""
        ...

    def create_many(self, changes: Sequence[Change], caller: Caller) -> list[bool]:
        """Saves openings in one write, each for itself and its own tenant. False: its id, number or submission is
        taken.
        """
        ...

    def save(self, change: Change, caller: Caller) -> None:
        """Raises RevisionConflict when someone saved first, AlreadyExists when its submission is filed elsewhere."""
        ...

    def save_many(self, changes: Sequence[Change], caller: Caller) -> list[bool]:
        """Saves changes of different incidents in one write, each for itself. False: someone saved first."""
        ...

    def save_together(self, changes: Sequence[Change], caller: Caller) -> None:
        """Saves changes of different incidents of one tenant, openings among them, all of them or none. Raises
        RevisionConflict when someone saved any of them first, AlreadyExists when a new one's id, number or submission is taken.
        """
        ...

    def page(self, scope: Scope, query: IncidentQuery) -> tuple[list[Incident], str]:
        """A page, newest first, without descriptions, and the token of the next one ("" at the end)."""
        ...

    def beginnings(self, scope: TenantScope, incident_ids: Sequence[str], most: int) -> dict[str, str]:
        """The first characters of what was asked, by incident, of those that are there."""
        ...

    def with_timeline(
        self, scope: Scope, incident_id: str, after_seq: int, limit: int
    ) -> tuple[Incident, list[TimelineEntry]]:
        """By id or number, with its entries of a greater seq, oldest first. Raises NotFound("incident_not_found")."""
        ...

    def due_for_closing(self, now: datetime, limit: int) -> list[Incident]:
        """Of all tenants, those resolved ones whose close_due_time has come, longest due first."""
        ...

    def awaiting_approval(self, scope: Scope, names: Sequence[str], limit: int) -> list[Incident]:
        """Of these tenants, those whose present step of approval awaits any of these (person ids, "role:…"), newest first."""
        ...

    def due_approvals(self, now: datetime, limit: int) -> list[Incident]:
        """Of all tenants, those whose approval is to be reminded of or ended by now, longest due first."""
        ...

    def naming(self, scope: TenantScope, attachment_ids: Iterable[str]) -> set[str]:
        """Which of these attachments an incident of the tenant calls its own."""
        ...


class Numbers(Protocol):
    """The counters of all tenants."""

    def reserve(self, scope: TenantScope, submission_ids: Sequence[str], now: datetime) -> dict[str, int]:
        """A position for each submission, in one atomic step; the same one again until it is settled."""
        ...

    def reserve_across(
        self, wanted: Mapping[TenantScope, Sequence[str]], now: datetime
    ) -> dict[TenantScope, dict[str, int]]:
        """The same for several tenants of one provider, in one atomic step for each."""
        ...

    def settle(self, scope: TenantScope, submission_ids: Iterable[str]) -> None:
        """Forgets reservations whose incident is saved. Lazy: it travels with a later write."""
        ...

    def flush(self) -> None:
        """Writes what is settled and has not travelled yet."""
        ...

    def unsettled(self, before: datetime) -> list[Reservation]:
        """Of all tenants, the reservations older than this."""
        ...


class MailThreads(Protocol):
    """Message-IDs seen, mentioned and sent, each of one incident of one tenant."""

    def find(self, scope: TenantScope, message_ids: Sequence[str]) -> dict[str, Thread]:
        """Message-ID → where it leads, of those that are known."""
        ...

    def record(self, scope: TenantScope, threads: Mapping[str, Thread], now: datetime) -> None:
        """Remembers them; one that is known as firmly stays as it is."""
        ...

    def record_across(self, seen: Mapping[TenantScope, Mapping[str, Thread]], now: datetime) -> None:
        """The same for several tenants in one write."""
        ...
