"""What the use cases need from stores and from other services."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chassis.tenancy import Caller, Scope, TenantScope
from services.incidents.domain.attachment import Attachment
from services.incidents.domain.closing import ClosingRules
from services.incidents.domain.configuration_item import ConfigurationItem, ItemEntry
from services.incidents.domain.facts import Change
from services.incidents.domain.incident import Actor, Incident
from services.incidents.domain.item_query import ItemQuery
from services.incidents.domain.kpi import Opening, Part
from services.incidents.domain.problem.query import ProblemQuery
from services.incidents.domain.problem.record import Problem, ProblemChange, ProblemEntry
from services.incidents.domain.query import IncidentQuery
from services.incidents.domain.threading import Thread
from services.incidents.domain.timeline import TimelineEntry

Clock = Callable[[], datetime]
NewId = Callable[[str], str]
# This service itself, acting for a provider: for what no person asked for.
AsService = Callable[[str], Caller]


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

    def follow_ups(self, scope: Scope, incident_id: str) -> list[Incident]:
        """What continues an incident that had ended, the newest first."""
        ...

    def children(self, scope: Scope, incident_id: str, limit: int) -> list[Incident]:
        """Of these tenants, the children of an incident, the newest first."""
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


class Files(Protocol):
    """The bytes of attachments. Nobody reads a file that no incident names; those are swept when they expire."""

    def begin(
        self,
        scope: TenantScope,
        attachment_id: str,
        name: str,
        uploader: str,
        now: datetime,
        expire_time: datetime,
    ) -> None:
        """Notes that bytes will come, so that none are without an owner, whenever it breaks off."""
        ...

    def append(self, scope: TenantScope, attachment_id: str, first: int, chunks: Sequence[bytes]) -> None:
        """The next chunks, numbered from `first`; durable when it returns."""
        ...

    def finish(self, scope: TenantScope, attachment: Attachment, source_key: str) -> None:
        """All bytes are there. Raises AlreadyExists("attachment_exists"): the uploader's source key is taken."""
        ...

    def uploaded(self, scope: TenantScope, uploader: str, source_key: str) -> Attachment | None:
        """What the uploader stored with this key."""
        ...

    def waiting(self, scope: TenantScope, uploader: str, limit: int) -> int:
        """How many of the uploader's files no message took yet; counting stops at the limit."""
        ...

    def claim(
        self,
        scope: TenantScope,
        attachment_ids: Sequence[str],
        uploader: str,
        claim: str,
        expire_time: datetime,
    ) -> dict[str, Attachment]:
        """Binds whole files of the uploader to one purpose, for good; those that are free or bound to it already."""
        ...

    def get(self, scope: Scope, attachment_id: str) -> Attachment:
        """Raises NotFound("attachment_not_found"), also for one outside the scope."""
        ...

    def chunks(self, scope: Scope, attachment_id: str) -> Iterator[bytes]:
        """The bytes in order, a few chunks in memory at a time."""
        ...

    def unclean(self, scope: TenantScope, attachment_ids: Sequence[str]) -> list[Attachment]:
        """Of these, the infected ones and those that wait for the scanner."""
        ...

    def held(self, limit: int) -> list[tuple[TenantScope, Attachment]]:
        """Of all tenants, whole files that wait for the scanner, those first that were looked at longest ago."""
        ...

    def judge(self, scope: TenantScope, attachment: Attachment, now: datetime) -> None:
        """Keeps what the scanner said of one that waited."""
        ...

    def expired(self, now: datetime, limit: int) -> dict[TenantScope, list[str]]:
        """Of all tenants, files whose time is over; from here on none of them can be claimed."""
        ...

    def keep(self, scope: TenantScope, attachment_ids: Iterable[str]) -> None:
        """An incident names them: they expire no more."""
        ...

    def discard(self, scope: TenantScope, attachment_ids: Iterable[str]) -> None:
        """Removes them, bytes first."""
        ...


class Scanner(Protocol):
    """Looks for viruses."""

    def scan(self, pieces: Iterable[bytes]) -> str:
        """The name of what was found, "" for nothing. Raises Unavailable("scanner_unavailable") when it cannot tell."""
        ...


class ConfigurationItems(Protocol):
    """Configuration items. Every method raises Unavailable("store_unavailable") in an outage."""

    def create(self, item: ConfigurationItem, actor: Actor, caller: Caller) -> None:
        """Raises AlreadyExists("item_name_taken") where another one in use of its owner has one of its names."""
        ...

    def save(self, item: ConfigurationItem, actor: Actor, caller: Caller) -> ConfigurationItem:
        """At its next revision. Raises RevisionConflict, and AlreadyExists as `create`."""
        ...

    def put_many(
        self,
        new: Sequence[ConfigurationItem],
        changed: Sequence[ConfigurationItem],
        actor: Actor,
        caller: Caller,
    ) -> set[str]:
        """Makes and saves many, each for itself; the ids of those that were: others have a name taken, or moved on."""
        ...

    def load(self, scope: Scope, item_id: str) -> ConfigurationItem:
        """Raises NotFound("configuration_item_not_found"), also for one outside the scope."""
        ...

    def load_many(self, scope: Scope, item_ids: Collection[str]) -> dict[str, ConfigurationItem]:
        """Those that exist in the scope, by id."""
        ...

    def naming(self, scope: Scope, item_ids: Collection[str]) -> list[ConfigurationItem]:
        """Those that have a relation to any of these, the whole of them up to a bound."""
        ...

    def page(self, scope: Scope, query: ItemQuery) -> tuple[list[ConfigurationItem], str]:
        """A page, by name, and the token of the next one ("" at the end)."""
        ...

    def entries(self, scope: Scope, item_id: str, limit: int) -> list[ItemEntry]:
        """Who changed what, the newest first. Raises NotFound("configuration_item_not_found")."""
        ...

    def called(self, wanted: Mapping[TenantScope, Collection[str]]) -> dict[tuple[str, str], str]:
        """(owner, key) → id, of those in use; keys as `name_key` gives them. All of one provider."""
        ...


class Figures(Protocol):
    """Counts by the bins of `domain.flow`, by each bin's beginning (UTC); a bin without any is left out.

    Times are [start, end). Every method raises Unavailable("store_unavailable") in an outage.
    """

    def arrivals(self, scope: Scope, start: datetime, end: datetime) -> dict[datetime, int]:
        """Records that were opened; numbers that were never used are none."""
        ...

    def resolutions(self, scope: Scope, start: datetime, end: datetime) -> dict[datetime, int]:
        """Records whose present resolution dates from then."""
        ...

    def parts(self, scope: Scope, start: datetime, end: datetime, now: datetime) -> list[Part]:
        """What key figures are made of, by client and assignment group; each may come in several pieces."""
        ...

    def openings(
        self, scope: Scope, person_ids: Iterable[str], start: datetime, end: datetime
    ) -> list[Opening]:
        """What these people asked for, each with its time."""
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


class Rules(Protocol):
    """Closing rules of contracts, versioned."""

    def at(self, scope: TenantScope, moment: datetime) -> ClosingRules:
        """In force for the tenant then: its own, else its provider's, else the default."""
        ...

    def keep(self, scope: TenantScope, contract_id: str, version: int, rules: ClosingRules) -> None:
        """Keeps one version; the same one again changes nothing. A provider's default lies in its own room."""
        ...


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who may be given incidents; tenant_ids None: of every tenant of the provider."""

    person_id: str
    name: str
    tenant_ids: frozenset[str] | None

    def covers(self, tenant_id: str) -> bool:
        return self.tenant_ids is None or tenant_id in self.tenant_ids


class Staff(Protocol):
    """Who works for a provider, and for which of its clients; answers may be some seconds old."""

    def members(self, provider_id: str, person_ids: Iterable[str]) -> Mapping[str, StaffMember]:
        """Those of them who are active staff, by id. Raises Unavailable."""
        ...


class Tenants(Protocol):
    """What the directory knows."""

    def number_prefix(self, scope: TenantScope) -> str:
        """Raises NotFound("tenant_not_found") and Unavailable("directory_unavailable")."""
        ...

    def forget(self, tenant_id: str) -> None:
        """The tenant changed: ask again."""
        ...


class ProblemRecords(Protocol):
    """Problems, in the provider's own room. Every method raises Unavailable("store_unavailable") in an outage."""

    def next_position(self, room: TenantScope) -> int:
        """The number after the last one, as far as can be seen."""
        ...

    def create(self, change: ProblemChange, caller: Caller) -> bool:
        """False: its id or number is taken."""
        ...

    def save(self, change: ProblemChange, caller: Caller) -> None:
        """Raises RevisionConflict when someone saved first."""
        ...

    def load(self, room: TenantScope, problem_id: str) -> Problem:
        """By id or number. Raises NotFound("problem_not_found")."""
        ...

    def page(self, room: TenantScope, query: ProblemQuery) -> tuple[list[Problem], str]:
        """A page, newest first, and the token of the next one ("" at the end)."""
        ...

    def concerning(self, room: TenantScope, incident_id: str) -> list[Problem]:
        """Those that are the cause of an incident, the oldest first."""
        ...

    def open_now(self, room: TenantScope, query: ProblemQuery) -> list[Problem]:
        """As the first `page`, for whoever looks at one incident after another: what other processes saved within the last
        second may be missing.
        """
        ...

    def has_any(self, room: TenantScope) -> bool:
        """Whether there are problems at all; as old as `open_now` may be."""
        ...

    def timeline(self, room: TenantScope, problem_id: str, after_seq: int, limit: int) -> list[ProblemEntry]:
        """Entries with a greater seq, oldest first. Raises NotFound("problem_not_found")."""
        ...
