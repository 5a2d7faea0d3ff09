"""What triage's use cases need from outside."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from chassis.tenancy import Caller, Scope, TenantScope
from services.triage.domain.decision import TriageDecision
from services.triage.domain.escalation.policy import Policy
from services.triage.domain.escalation.run import Escalation, Fact
from services.triage.domain.learning.advice import Advice, Aspect
from services.triage.domain.learning.card import Card
from services.triage.domain.learning.lesson import Lesson
from services.triage.domain.oncall.feed import Feed
from services.triage.domain.oncall.schedule import Schedule
from services.triage.domain.queue import QueueFilter, QueueRow, QueueSort, Tally, Totals
from services.triage.domain.report import Report
from services.triage.domain.routing import AssignmentGroup, Known
from services.triage.domain.rule import Rule
from services.triage.domain.rule_history import RuleHistory
from services.triage.domain.rule_run import Opened
from services.triage.domain.view import View
from services.triage.domain.window import Window
from services.triage.domain.working import ClientRouting, WorkProfile

Clock = Callable[[], datetime]
NewId = Callable[[str], str]
Told = Callable[[Exception], None]


class Rules(Protocol):
    """A provider's rules with their versions, in its own room."""

    def add(self, scope: TenantScope, history: RuleHistory, now: datetime) -> RuleHistory: ...
    def replace(self, scope: TenantScope, history: RuleHistory, revision: int, now: datetime) -> RuleHistory:
        """Raises NotFound("rule_not_found"), RevisionConflict unless revision is the present one."""
        ...

    def delete(self, scope: TenantScope, rule_id: str) -> None: ...
    def get(self, scope: Scope, rule_id: str) -> Rule:
        """The latest version. Raises NotFound("rule_not_found")."""
        ...

    def history(self, scope: Scope, rule_id: str) -> RuleHistory:
        """Raises NotFound("rule_not_found")."""
        ...

    def all(self, scope: Scope) -> list[Rule]:
        """The latest version of each."""
        ...

    def deciding(self, scope: Scope) -> list[Rule]:
        """The version of each that decides, of those that are switched on."""
        ...


class RuleRuns(Protocol):
    """What rules did about incidents, each with its client, for a time."""

    def log(self, opened: Sequence[Opened]) -> None:
        """Idempotent by incident."""
        ...

    def passed(self, scope: Scope, told: Mapping[str, tuple[str, Sequence[str]]]) -> None:
        """Incident id → why the record took nothing ("": it did), and what a person had decided before."""
        ...

    def of_incident(self, scope: Scope, incident_id: str) -> Opened:
        """Raises NotFound("rule_runs_not_found")."""
        ...

    def of_rule(
        self, scope: Scope, rule_id: str, page_size: int, page_token: str
    ) -> tuple[list[Opened], str, int]:
        """Those for which it held, the latest first and without their text; the next page's token; and how many in all."""
        ...

    def latest(self, scope: Scope, most: int) -> list[Opened]:
        """The latest first."""
        ...

    def quiet(self, scope: Scope, incident_ids: Collection[str]) -> set[str]:
        """Those of them about which a rule said that nobody is called."""
        ...


class Groups(Protocol):
    """A provider's assignment groups, in its own room."""

    def add(self, scope: TenantScope, group: AssignmentGroup) -> AssignmentGroup: ...
    def replace(self, scope: TenantScope, group: AssignmentGroup, revision: int) -> AssignmentGroup: ...
    def get(self, scope: Scope, group_id: str) -> AssignmentGroup: ...
    def all(self, scope: Scope) -> list[AssignmentGroup]: ...


class Schedules(Protocol):
    """A provider's on-call schedules, in its own room."""

    def add(self, scope: TenantScope, schedule: Schedule) -> Schedule: ...
    def replace(self, scope: TenantScope, schedule: Schedule, revision: int) -> Schedule:
        """Raises NotFound("schedule_not_found"), RevisionConflict."""
        ...

    def delete(self, scope: TenantScope, schedule_id: str) -> None: ...
    def get(self, scope: Scope, schedule_id: str) -> Schedule: ...
    def all(self, scope: Scope) -> list[Schedule]:
        """By name."""
        ...


class Feeds(Protocol):
    """Links to calendars of shifts, in the provider's own room."""

    def add(self, scope: TenantScope, feed: Feed) -> None: ...
    def of_person(self, scope: Scope, person_id: str) -> list[Feed]:
        """The oldest first."""
        ...

    def delete(self, scope: TenantScope, feed_id: str, person_id: str) -> None:
        """Raises NotFound("feed_not_found") also for another's."""
        ...

    def opened(self, feed_id: str) -> tuple[str, Feed] | None:
        """Provider and feed, of all: who asks has shown that the link is genuine."""
        ...


class Policies(Protocol):
    """A provider's escalation policies, in its own room."""

    def add(self, scope: TenantScope, policy: Policy) -> Policy: ...
    def replace(self, scope: TenantScope, policy: Policy, revision: int) -> Policy:
        """Raises NotFound("policy_not_found"), RevisionConflict unless revision is 0 or the present one."""
        ...

    def delete(self, scope: TenantScope, policy_id: str) -> None: ...
    def get(self, scope: Scope, policy_id: str) -> Policy: ...
    def all(self, scope: Scope) -> list[Policy]:
        """In the order in which they are tried."""
        ...


EscalationChange = tuple[Escalation, Sequence[Fact]]


class Escalations(Protocol):
    """What is under way, each with its incident's client."""

    def add(self, begun: Sequence[Escalation], now: datetime, caller: Caller) -> None:
        """Those that are not there yet."""
        ...

    def save(self, changes: Sequence[EscalationChange], now: datetime, caller: Caller) -> int:
        """Saves each with its events, unless somebody saved it first; how many were saved."""
        ...

    def get(self, scope: Scope, escalation_id: str) -> Escalation:
        """Raises NotFound("escalation_not_found")."""
        ...

    def of_incident(self, scope: Scope, incident_id: str) -> list[Escalation]:
        """The latest first."""
        ...

    def running(self, scope: Scope, incident_ids: Collection[str]) -> list[Escalation]: ...
    def due(self, now: datetime, limit: int) -> list[Escalation]:
        """Of all tenants, those that wait longest first."""
        ...

    def next_due_time(self) -> datetime | None: ...
    def retime(self, scope: TenantScope, window_id: str, due_time: datetime) -> None:
        """What waits for this maintenance window goes on then."""
        ...

    def by_page(self, page_id: str) -> Escalation | None:
        """Of all tenants: who asks has shown that the page's tag is genuine."""
        ...


class Views(Protocol):
    """A provider's saved views, in its own room."""

    def add(self, scope: TenantScope, view: View, now: datetime) -> View:
        """Raises AlreadyExists where the owner has one of that name."""
        ...

    def replace(self, scope: TenantScope, view: View, revision: int, now: datetime) -> View:
        """Raises NotFound("view_not_found"), RevisionConflict, AlreadyExists."""
        ...

    def delete(self, scope: TenantScope, view_id: str) -> None: ...
    def get(self, scope: Scope, view_id: str) -> View: ...
    def of(self, scope: Scope, *owners: str) -> list[View]:
        """Those of these owners, by name; shared ones, whose owner is "", before all others."""
        ...


class Queue(Protocol):
    """The rows."""

    def load_many(self, scope: Scope, incident_ids: Iterable[str]) -> dict[str, QueueRow]: ...
    def save_many(self, rows: Sequence[QueueRow], now: datetime) -> set[str]:
        """Saves each with its event if nobody saved first; answers the ids of those that were refused."""
        ...

    def get(self, scope: Scope, incident_id: str) -> QueueRow:
        """Raises NotFound("incident_not_found")."""
        ...

    def page(
        self, scope: Scope, wanted: QueueFilter, sort: QueueSort, page_size: int, page_token: str
    ) -> tuple[list[QueueRow], str]: ...
    def tallies(self, scope: Scope, wanted: QueueFilter) -> list[Tally]: ...
    def totals(self, scope: Scope, wanted: QueueFilter) -> Totals:
        """Tallies added up. Of a long queue these, and all counts, may be as old as a second."""
        ...

    def count(self, scope: Scope, wanted: QueueFilter) -> int: ...
    def resolved_since(self, scope: Scope, moment: datetime) -> int:
        """How many were resolved then or later and still are; moment is UTC."""
        ...

    def load_of_people(self, scope: Scope, person_ids: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
        """Open incidents per person, and how many of them are P1 or P2."""
        ...

    def resolvers(self, scope: TenantScope, latest: int) -> Counter[str]:
        """How many of the client's so many latest resolved incidents each person resolved."""
        ...

    def assigned(self, scope: Scope, incident_ids: Collection[str]) -> set[str]:
        """Those of them that the queue shows with an assignee."""
        ...


class Staff(Protocol):
    """The directory, as far as triage asks it."""

    def names(self, caller: Caller, person_ids: Sequence[str]) -> Mapping[str, str]:
        """Display names of those who exist and work for the provider."""
        ...

    def known(self, caller: Caller, person_ids: Sequence[str]) -> Mapping[str, Known]:
        """Those of them who are active staff: what they are granted, can and speak."""
        ...

    def reach(self, caller: Caller, person_ids: Sequence[str]) -> Mapping[str, frozenset[str] | None]:
        """The tenants that those of them who are active staff are granted; None for all."""
        ...


class Clients(Protocol):
    """The directory's clients of the provider."""

    def require(self, caller: Caller, tenant_ids: Iterable[str]) -> None:
        """Raises NotFound("tenant_not_found") unless each is the caller's to name."""
        ...


@dataclass(frozen=True)
class Taken:
    """What the record made of a decision. refusal: why nothing of it was taken, "" where it was; kept: what a person had decided."""

    refusal: str = ""
    retryable: bool = False
    kept: tuple[str, ...] = ()


class Languages(Protocol):
    """The directory, as far as it says what people speak."""

    def of(self, caller: Caller, people: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        """(tenant id, person id or "") → "en" or "fr": the person's own, else their client's."""
        ...


class Profiles(Protocol):
    """How much each member of staff is given, in the provider's own room."""

    def put(self, scope: TenantScope, profile: WorkProfile, revision: int) -> WorkProfile:
        """New or changed. Raises RevisionConflict unless revision is 0 or the present one."""
        ...

    def get(self, scope: Scope, person_id: str) -> WorkProfile | None: ...
    def all(self, scope: Scope) -> list[WorkProfile]: ...


class Routings(Protocol):
    """What is agreed with each client about who works for it, in the client's room."""

    def put(self, scope: TenantScope, routing: ClientRouting, revision: int) -> ClientRouting:
        """New or changed. Raises RevisionConflict unless revision is 0 or the present one."""
        ...

    def all(self, scope: Scope) -> list[ClientRouting]: ...


class Record(Protocol):
    """The incidents service, which keeps what triage decides."""

    def apply(self, caller: Caller, decisions: Sequence[tuple[str, TriageDecision]]) -> Mapping[str, Taken]:
        """Hands over (event id, decision) pairs; answers incident id → what was not taken, for those of which not all was."""
        ...


class Callers(Protocol):
    """Mints triage's own caller for work that an event asked for."""

    def of(self, provider_id: str) -> Caller: ...


@dataclass(frozen=True)
class Held:
    """An opened incident that nobody is assigned before due_time."""

    event_id: str
    provider_id: str
    report: Report
    window_id: str
    due_time: datetime


class Windows(Protocol):
    """Maintenance windows of clients, and what they hold."""

    def put(self, window: Window) -> None:
        """New or changed; what it holds is due when it ends."""
        ...

    def get(self, scope: Scope, window_id: str) -> Window:
        """Raises NotFound("window_not_found")."""
        ...

    def open_at(self, scope: Scope, now: datetime) -> list[Window]:
        """Those that are not over, the soonest first."""
        ...

    def hold(self, held: Sequence[Held]) -> None: ...
    def due(self, now: datetime, limit: int) -> list[Held]: ...
    def release(self, held: Iterable[Held]) -> None: ...


@dataclass(frozen=True)
class Heard:
    """What one announcement says of an incident as a lesson; text is "" where it says nothing of it."""

    incident_id: str
    provider_id: str
    tenant_id: str
    revision: int
    create_time: datetime
    text: str = ""
    labels: Mapping[Aspect, str] = field(default_factory=dict)


class Lessons(Protocol):
    """Incidents' words and what people said of each aspect of them, each in its client's room."""

    def hear(self, heard: Sequence[Heard]) -> None:
        """Idempotent, in any order: the label of the highest revision counts."""
        ...

    def providers(self) -> list[tuple[str, Aspect, int]]:
        """Each provider and aspect that has lessons, and how many."""
        ...

    def of(self, scope: Scope, aspect: Aspect, most: int, until: datetime | None = None) -> list[Lesson]:
        """The newest, or the newest until then, that have both words and label."""
        ...


class Cards(Protocol):
    """Models' cards, in the provider's own room."""

    def put(self, scope: TenantScope, card: Card) -> None:
        """New or changed."""
        ...

    def all(self, scope: Scope, aspect: Aspect) -> list[Card]:
        """The newest first."""
        ...


class Suggestions(Protocol):
    """What models were not sure enough of, for dispatchers; each with its incident's client."""

    def put(self, scope: TenantScope, incident_id: str, advice: Advice, now: datetime) -> None: ...
    def of(self, scope: Scope, incident_id: str) -> Advice: ...


class Learner(Protocol):
    """The processes that learn and predict. Raises Unavailable("learner_away") when they do not answer."""

    def tried(
        self, texts: Sequence[str], labels: Sequence[str], asked: Sequence[str]
    ) -> list[tuple[str, float]]:
        """What a model learned from these would make of those: label and confidence of each. Takes minutes."""
        ...

    def learn(self, key: str, version: str, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Learns this version of a model, and asks it from then on. Takes minutes."""
        ...

    def version(self, key: str) -> str:
        """The one that is asked; "" where there is none."""
        ...

    def ask(self, key: str, texts: Sequence[str]) -> list[tuple[str, float, tuple[str, ...]]]:
        """Label, confidence and the words that decided, for each; nothing where there is no model."""
        ...


class Advisers(Protocol):
    """What the learned models make of reports."""

    def advice(self, provider_id: str, reports: Sequence[Report]) -> Mapping[str, Advice]:
        """By incident id, of those that it has something to say of."""
        ...
