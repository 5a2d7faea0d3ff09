"""What triage does: decide on what was opened, keep the queue, let people see it, keep rules and groups."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from chassis.errors import InvalidArgument, NotFound, Unavailable
from chassis.tenancy import Caller, GrantedScope, Role, TenantScope
from services.triage import ports
from services.triage.domain.decision import decide
from services.triage.domain.queue import (
    QueueCounts,
    QueueFilter,
    QueueRow,
    QueueSort,
    counts_of,
)
from services.triage.domain.recent import RecentAssignments
from services.triage.domain.report import Report
from services.triage.domain.routing import AssignmentGroup, Member, check_group, who_may_see
from services.triage.domain.rule import Rule, check_rule

Change = Callable[[QueueRow], QueueRow]

_MAX_PAGE = 200
_DEFAULT_PAGE = 50
_SAVE_ATTEMPTS = 5
_ADMINISTRATORS = (Role.PROVIDER_ADMIN, Role.OPERATOR)
_READERS = (*_ADMINISTRATORS, Role.TECHNICIAN, Role.DISPATCHER, Role.SERVICE)


@dataclass(frozen=True)
class RowChange:
    """One announcement, as a change of one row."""

    provider_id: str
    tenant_id: str
    incident_id: str
    change: Change


@dataclass(frozen=True)
class Opening:
    """An incident that was opened and awaits triage."""

    event_id: str
    provider_id: str
    report: Report


@dataclass(frozen=True)
class KeepQueue:
    """Brings rows up to date, a whole batch of announcements in one read and one write."""

    queue: ports.Queue
    now: ports.Clock

    def apply(self, changes: Sequence[RowChange]) -> None:
        """Idempotent. Raises Unavailable when others kept saving the same rows first: try again."""
        waiting = list(changes)
        for _ in range(_SAVE_ATTEMPTS):
            refused = self._apply_once(waiting)
            waiting = [change for change in waiting if change.incident_id in refused]
            if not waiting:
                return
        raise Unavailable("queue_contended", "The rows keep changing; try again.")

    def _apply_once(self, changes: Sequence[RowChange]) -> set[str]:
        by_provider: dict[str, list[RowChange]] = defaultdict(list)
        for change in changes:
            by_provider[change.provider_id].append(change)
        refused: set[str] = set()
        for provider_id, group in by_provider.items():
            tenants = frozenset(change.tenant_id for change in group)
            known = self.queue.load_many(
                GrantedScope(provider_id, tenants), {change.incident_id for change in group}
            )
            rows = dict(known)
            for change in group:
                row = rows.get(change.incident_id) or QueueRow(
                    change.incident_id, change.provider_id, change.tenant_id
                )
                rows[change.incident_id] = change.change(row)
            news = [row for key, row in rows.items() if row != known.get(key)]
            refused |= self.queue.save_many(news, self.now()) if news else set()
        return refused


@dataclass(frozen=True)
class DecideTriage:
    """Classifies, prioritizes and routes what was opened, and hands the decisions to the record."""

    rules: ports.Rules
    groups: ports.Groups
    queue: ports.Queue
    staff: ports.Staff
    record: ports.Record
    callers: ports.Callers
    now: ports.Clock
    recent: RecentAssignments = field(default_factory=RecentAssignments)
    one_at_a_time: Lock = field(default_factory=Lock)

    def decide(self, openings: Sequence[Opening]) -> dict[str, Exception]:
        """Event id → why its decision could not be handed over and is worth another try.

        What the record refuses for good (the incident was canceled meanwhile, a person decided first) is settled.
        """
        by_provider: dict[str, list[Opening]] = defaultdict(list)
        for opening in openings:
            by_provider[opening.provider_id].append(opening)
        failed: dict[str, Exception] = {}
        for provider_id, group in by_provider.items():
            failed |= self._decide_for(provider_id, group)
        return failed

    def _decide_for(self, provider_id: str, openings: Sequence[Opening]) -> dict[str, Exception]:
        caller = self.callers.of(provider_id)
        room = TenantScope(provider_id, provider_id)
        rules, groups = self.rules.all(room), self.groups.all(room)
        people = {member.person_id for group in groups for member in group.members}
        reach = self.staff.reach(caller, sorted(people)) if people else {}
        decided = []
        # Two batches decided at once would both give their first incident to the same person.
        with self.one_at_a_time:
            load = self._load(GrantedScope(provider_id, None), people)
            for opening in openings:
                able = [who_may_see(group, opening.report.tenant_id, reach) for group in groups]
                decision = decide(opening.report, rules, able, load)
                if assignee := decision.assignment.assignee_id:
                    load[assignee] += 1
                    self.recent.add(decision.incident_id, assignee, self.now())
                decided.append((opening.event_id, decision))
        refused = self.record.apply(caller, decided)
        return {
            event_id: Unavailable(*refused[decision.incident_id][:1], "The record asks to try again.")
            for event_id, decision in decided
            if refused.get(decision.incident_id, ("", False))[1]
        }

    def _load(self, scope: GrantedScope, people: set[str]) -> Counter[str]:
        """Open incidents per person: what the queue shows, and what it will show in a moment."""
        self.recent.shown(self.queue.assigned(scope, self.recent.waiting(self.now())))
        return Counter(self.queue.load_of_people(scope, people)) + Counter(self.recent.load())


@dataclass(frozen=True)
class SeeQueue:
    """The one queue across all the clients a technician is granted. Staff only."""

    queue: ports.Queue

    def page(
        self, caller: Caller, wanted: QueueFilter, sort: QueueSort, page_size: int, page_token: str
    ) -> tuple[list[QueueRow], str]:
        """Rows and the next page's token, "" at the end."""
        scope = _queue_scope(caller, wanted)
        return self.queue.page(scope, wanted, sort, _page_size(page_size), page_token)

    def count(self, caller: Caller, wanted: QueueFilter) -> QueueCounts:
        return counts_of(self.queue.tallies(_queue_scope(caller, wanted), wanted), caller.person_id)

    def get(self, caller: Caller, incident_id: str) -> QueueRow:
        """Raises NotFound("incident_not_found"), another tenant's included."""
        _require_staff(caller)
        row = self.queue.get(caller.granted(), incident_id)
        if row.facts is None:
            raise NotFound("incident_not_found", "There is no such incident.")
        return row


@dataclass(frozen=True)
class KeepRules:
    """The provider's rules: written by administrators, read by staff."""

    rules: ports.Rules
    groups: ports.Groups
    clients: ports.Clients
    now: ports.Clock
    new_id: ports.NewId

    def create(self, caller: Caller, rule: Rule) -> Rule:
        room = _write_room(caller)
        self._check(caller, room, rule)
        return self.rules.add(room, replace(rule, rule_id=self.new_id("rul")), self.now())

    def update(self, caller: Caller, rule: Rule, revision: int) -> Rule:
        room = _write_room(caller)
        self._check(caller, room, rule)
        return self.rules.replace(room, rule, revision, self.now())

    def delete(self, caller: Caller, rule_id: str) -> None:
        self.rules.delete(_write_room(caller), rule_id)

    def get(self, caller: Caller, rule_id: str) -> Rule:
        rule = self.rules.get(_read_room(caller), rule_id)
        if not _concerns(caller, rule):
            raise NotFound("rule_not_found", "There is no such rule.")
        return rule

    def all(self, caller: Caller) -> list[Rule]:
        """In the order they are tried, without those of clients the caller is not granted."""
        return [rule for rule in self.rules.all(_read_room(caller)) if _concerns(caller, rule)]

    def _check(self, caller: Caller, room: TenantScope, rule: Rule) -> None:
        check_rule(rule)
        if rule.tenant_id:
            self.clients.require(caller, [rule.tenant_id])
        if rule.actions.assignment_group_id:
            try:
                self.groups.get(room, rule.actions.assignment_group_id)
            except NotFound as error:
                raise InvalidArgument(
                    "assignment_group_unknown",
                    "There is no such assignment group.",
                    field="assignment_group_id",
                ) from error


@dataclass(frozen=True)
class KeepGroups:
    """The provider's assignment groups: written by administrators, read by staff."""

    groups: ports.Groups
    staff: ports.Staff
    clients: ports.Clients
    new_id: ports.NewId

    def create(self, caller: Caller, group: AssignmentGroup) -> AssignmentGroup:
        room = _write_room(caller)
        return self.groups.add(room, self._checked(caller, replace(group, group_id=self.new_id("grp"))))

    def update(self, caller: Caller, group: AssignmentGroup, revision: int) -> AssignmentGroup:
        room = _write_room(caller)
        return self.groups.replace(room, self._checked(caller, group), revision)

    def get(self, caller: Caller, group_id: str) -> AssignmentGroup:
        group = _as_seen_by(caller, self.groups.get(_read_room(caller), group_id))
        if group is None:
            raise NotFound("assignment_group_not_found", "There is no such assignment group.")
        return group

    def all(self, caller: Caller) -> list[AssignmentGroup]:
        """By name, without those that work only for clients the caller is not granted."""
        found = (_as_seen_by(caller, group) for group in self.groups.all(_read_room(caller)))
        return [group for group in found if group]

    def _checked(self, caller: Caller, group: AssignmentGroup) -> AssignmentGroup:
        check_group(group)
        self.clients.require(caller, group.tenant_ids)
        names = self.staff.names(caller, [member.person_id for member in group.members])
        unknown = [member.person_id for member in group.members if member.person_id not in names]
        if unknown:
            raise InvalidArgument(
                "member_unknown",
                "A member must work for the provider.",
                field="members",
                person_id=unknown[0],
            )
        return replace(group, members=_named(group.members, names))


def _named(members: Iterable[Member], names: Mapping[str, str]) -> tuple[Member, ...]:
    return tuple(replace(member, name=names[member.person_id]) for member in members)


def _concerns(caller: Caller, rule: Rule) -> bool:
    """Whether the rule names no client that the caller is not granted: neither as its own nor in a condition."""
    return caller.tenant_ids is None or rule.named_tenants <= caller.tenant_ids


def _as_seen_by(caller: Caller, group: AssignmentGroup) -> AssignmentGroup | None:
    """The group without the clients that are not the caller's to know; None if it works for no other."""
    if caller.tenant_ids is None or not group.tenant_ids:
        return group
    known = group.tenant_ids & caller.tenant_ids
    return replace(group, tenant_ids=known) if known else None


def _write_room(caller: Caller) -> TenantScope:
    caller.require(*_ADMINISTRATORS)
    return caller.provider_scope()


def _read_room(caller: Caller) -> TenantScope:
    _require_staff(caller)
    return caller.provider_scope()


def _require_staff(caller: Caller) -> None:
    caller.require(*_READERS)


def _queue_scope(caller: Caller, wanted: QueueFilter) -> GrantedScope:
    _require_staff(caller)
    granted = caller.granted()
    if not wanted.tenant_ids:
        return granted
    for tenant_id in wanted.tenant_ids:
        caller.scope(tenant_id)
    return GrantedScope(granted.provider_id, wanted.tenant_ids)


def _page_size(asked: int) -> int:
    if asked < 0:
        raise InvalidArgument("page_size_invalid", "A page has 1 to 200 rows.", field="page_size")
    return min(asked or _DEFAULT_PAGE, _MAX_PAGE)
