"""Decide on what was opened, keep the queue, let people see it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock

from chassis.errors import InvalidArgument, NotFound, Unavailable
from chassis.tenancy import Caller, GrantedScope, TenantScope
from services.triage import ports
from services.triage.domain.decision import PRESSING, TriageDecision, decide, without_assignment
from services.triage.domain.learning.advice import Advice
from services.triage.domain.queue import (
    QueueCounts,
    QueueFilter,
    QueueRow,
    QueueSort,
    for_person,
)
from services.triage.domain.recent import RecentAssignments
from services.triage.domain.report import Report
from services.triage.domain.rule_run import Opened
from services.triage.domain.view import View
from services.triage.domain.window import Window
from services.triage.use_cases.rooms import require_staff
from services.triage.use_cases.routing import LookAround, Present
from services.triage.use_cases.views import views_of

Change = Callable[[QueueRow], QueueRow]

_MAX_PAGE = 200
_DEFAULT_PAGE = 50
_SAVE_ATTEMPTS = 5


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
    number: str = ""


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
    look_around: LookAround
    queue: ports.Queue
    record: ports.Record
    callers: ports.Callers
    now: ports.Clock
    windows: ports.Windows | None = None
    advisers: ports.Advisers | None = None
    runs: ports.RuleRuns | None = None
    suggestions: ports.Suggestions | None = None
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

    def _hold(self, caller: Caller, openings: Sequence[Opening]) -> dict[str, Window]:
        """Incident id → the window that covers it; remembered before anything is decided, so that none is forgotten."""
        alerts = [one for one in openings if self.windows and one.report.channel == "alert"]
        if not alerts or self.windows is None:
            return {}
        now = self.now()
        open_now = self.windows.open_at(caller.granted(), now)
        held: dict[str, Window] = {}
        waiting = []
        for one in alerts:
            of_client = (window for window in open_now if window.tenant_id == one.report.tenant_id)
            covering = [window for window in of_client if window.holds(one.report, now)]
            if covering:
                window = max(covering, key=lambda each: each.end_time)
                held[one.report.incident_id] = window
                waiting.append(
                    ports.Held(one.event_id, one.provider_id, one.report, window.window_id, window.end_time)
                )
        if waiting:
            self.windows.hold(waiting)
        return held

    def _decide_for(self, provider_id: str, openings: Sequence[Opening]) -> dict[str, Exception]:
        caller = self.callers.of(provider_id)
        room = TenantScope(provider_id, provider_id)
        rules, decided = self.rules.deciding(room), []
        held = self._hold(caller, openings)
        advice = self._advice(provider_id, openings)
        around = self.look_around.at(caller, provider_id, [one.report for one in openings])
        # Two batches decided at once would both give their first incident to the same person.
        with self.one_at_a_time:
            around = self._loaded(provider_id, around)
            for opening in openings:
                report = opening.report
                decision = decide(
                    report,
                    rules,
                    around.groups_for(report.tenant_id),
                    around.load,
                    advice.get(report.incident_id),
                    around.asked_by(report),
                )
                if window := held.get(opening.report.incident_id):
                    decision = without_assignment(decision, window.reason)
                if assignee := decision.assignment.assignee_id:
                    pressing = decision.priority in PRESSING
                    around.load[assignee] += 1
                    around.pressing[assignee] += pressing
                    self.recent.add(decision.incident_id, assignee, self.now(), pressing)
                decided.append((opening, decision))
        self._log(openings, [decision for _, decision in decided], len(rules), advice)
        self._keep_suggestions(provider_id, decided)
        told = self.record.apply(caller, [(one.event_id, decision) for one, decision in decided])
        self._log_what_was_not_taken(caller, told)
        return {
            opening.event_id: Unavailable(told[decision.incident_id].refusal, "The record asks to try again.")
            for opening, decision in decided
            if decision.incident_id in told and told[decision.incident_id].retryable
        }

    def _log(
        self,
        openings: Sequence[Opening],
        decisions: Sequence[TriageDecision],
        rules: int,
        advice: Mapping[str, Advice],
    ) -> None:
        """Before the record hears of it: who is to be called is asked as soon as it announces the priority."""
        if self.runs is None:
            return
        now = self.now()
        self.runs.log(
            [
                Opened(
                    opening.provider_id,
                    opening.report,
                    opening.report.create_time or now,
                    opening.number,
                    decision.runs,
                    rules,
                    decision.no_page,
                    advice.get(decision.incident_id, {}),
                )
                for opening, decision in zip(openings, decisions, strict=True)
            ]
        )

    def _log_what_was_not_taken(self, caller: Caller, told: Mapping[str, ports.Taken]) -> None:
        left = {key: (one.refusal, one.kept) for key, one in told.items() if not one.retryable}
        if left and self.runs:
            self.runs.passed(caller.granted(), left)

    def _advice(self, provider_id: str, openings: Sequence[Opening]) -> Mapping[str, Advice]:
        """What was learned about those that their sender left open."""
        if self.advisers is None:
            return {}
        return self.advisers.advice(provider_id, [one.report for one in openings])

    def _keep_suggestions(self, provider_id: str, decided: Sequence[tuple[Opening, TriageDecision]]) -> None:
        for opening, decision in decided:
            if decision.suggestions and self.suggestions:
                room = TenantScope(provider_id, opening.report.tenant_id)
                self.suggestions.put(room, decision.incident_id, decision.suggestions, self.now())

    def _loaded(self, provider_id: str, around: Present) -> Present:
        """With what the queue shows of everybody, and what it will show in a moment."""
        scope = GrantedScope(provider_id, None)
        self.recent.shown(self.queue.assigned(scope, self.recent.waiting(self.now())))
        around = self.look_around.loaded(provider_id, around)
        return replace(
            around,
            load=around.load + Counter(self.recent.load()),
            pressing=around.pressing + Counter(self.recent.pressing()),
        )


@dataclass(frozen=True)
class SeeQueue:
    """The one queue across all the clients a technician is granted. Staff only."""

    queue: ports.Queue
    views: ports.Views

    def page(
        self, caller: Caller, wanted: QueueFilter, sort: QueueSort, page_size: int, page_token: str
    ) -> tuple[list[QueueRow], str]:
        """Rows and the next page's token, "" at the end."""
        scope = _queue_scope(caller, wanted)
        wanted = for_person(wanted, caller.person_id)
        return self.queue.page(scope, wanted, sort, _page_size(page_size), page_token)

    def count(
        self,
        caller: Caller,
        wanted: QueueFilter,
        saved_views: Sequence[View] = (),
        resolved_since: datetime | None = None,
    ) -> QueueCounts:
        """Everything that tabs show, at once. resolved_since is UTC; saved views (of `views_of`) are counted over their
        own filters.
        """
        scope, me = _queue_scope(caller, wanted), caller.person_id
        counts = self.queue.totals(scope, for_person(wanted, me)).seen_by(me)
        by_view = {}
        for view in saved_views:
            filtered = for_person(view.filter, me)
            by_view[view.view_id] = self.queue.count(_queue_scope(caller, filtered), filtered)
        resolved = self.queue.resolved_since(caller.granted(), resolved_since) if resolved_since else 0
        return replace(counts, by_view=by_view, resolved=resolved)

    def views_of(self, caller: Caller) -> list[View]:
        """The saved views that the caller sees."""
        return views_of(self.views, caller)

    def get(self, caller: Caller, incident_id: str) -> QueueRow:
        """Raises NotFound("incident_not_found"), another tenant's included."""
        require_staff(caller)
        row = self.queue.get(caller.granted(), incident_id)
        if row.facts is None:
            raise NotFound("incident_not_found", "There is no such incident.")
        return row


def _queue_scope(caller: Caller, wanted: QueueFilter) -> GrantedScope:
    require_staff(caller)
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
