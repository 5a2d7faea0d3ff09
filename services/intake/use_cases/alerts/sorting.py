"""Deliveries become groups: the same alert is counted, one of the same cause joins, what recovers is over."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from chassis.errors import RevisionConflict
from chassis.tenancy import TenantScope
from services.intake.domain.alerts.delivery import Delivery
from services.intake.domain.alerts.group import Group, State, admits, alert_key, ended, heard, is_past, opened
from services.intake.domain.alerts.signal import Action, Signal
from services.intake.domain.alerts.source import AlertSource
from services.intake.ports import Clock, Log, NewId
from services.intake.ports.alerts import AlertSources, Deliveries, Groups
from services.intake.use_cases.alerts.telling import Telling

_BATCH = 200
_CLIENTS = 20


@dataclass(frozen=True)
class Sorting:
    """One client's deliveries at a time, in their order; what changed in a group is one write, however much it was."""

    sources: AlertSources
    deliveries: Deliveries
    groups: Groups
    telling: Telling
    clock: Clock
    new_id: NewId
    log: Log

    def sort_due(self) -> int:
        """Handles what waits and tells the record; how much there was."""
        done = 0
        for scope in self.deliveries.waiting_scopes(_CLIENTS):
            with self.deliveries.lane(scope, self.clock()) as ours:
                if ours:
                    done += self._sort(scope)
        # In the same turn, so that what was just sorted is told at once, and by one.
        return done + self.telling.tell_due()

    def _sort(self, scope: TenantScope) -> int:
        batch = self.deliveries.waiting(scope, _BATCH)
        if not batch:
            return 0
        sources = {source.source_id: source for source in self.sources.of(scope)}
        table = self._table(scope, batch, sources)
        for delivery in batch:
            if source := sources.get(delivery.source_id):
                for signal in delivery.signals:
                    table.hear(source, signal, delivery, self.new_id)
        try:
            self.groups.save_all(table.changed(), table.recovered(), self.clock())
        except RevisionConflict:
            # The record's news came in between. What was saved remembers it, so the whole batch may come again.
            self.log.info("alerts_sorted_again", tenant_id=scope.tenant_id)
            return 1
        self.deliveries.settle(scope, [delivery.delivery_id for delivery in batch])
        for source_id, when in {one.source_id: one.receive_time for one in batch}.items():
            if source_id in sources:
                self.sources.note(sources[source_id], when)
        return len(batch)

    def _table(self, scope: TenantScope, batch: list[Delivery], sources: dict[str, AlertSource]) -> "_Table":
        keys: set[str] = set()
        causes: set[str] = set()
        for delivery in batch:
            if source := sources.get(delivery.source_id):
                keys |= {alert_key(delivery.source_id, signal) for signal in delivery.signals}
                causes |= {source.correlation_key(signal) for signal in delivery.signals}
        return _Table(self.groups.holding(scope, keys, causes), [one.delivery_id for one in batch])


@dataclass
class _Table:
    """The groups that a batch touches, as they become."""

    found: list[Group]
    delivery_ids: list[str]
    now: dict[str, Group] = field(default_factory=dict)
    touched: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.before = {group.group_id: group for group in self.found}
        self.now = dict(self.before)
        self._by_key = {key: group.group_id for group in self.found for key in group.keys}
        self._by_cause: dict[str, list[str]] = {}
        for group in self.found:
            self._by_cause.setdefault(group.correlation_key, []).append(group.group_id)

    def hear(self, source: AlertSource, signal: Signal, delivery: Delivery, new_id: NewId) -> None:
        key, when = alert_key(source.source_id, signal), delivery.receive_time
        group = self._holding(key)
        if group and signal.action is Action.FIRE and is_past(group, when):
            self._put(ended(group, when), delivery)
            group = None
        if group is None and signal.action is Action.FIRE:
            cause = source.correlation_key(signal)
            group = self._of_cause(cause, when)
            if group is None:
                self._add(opened(new_id("alg"), source, signal, cause, when), key, delivery)
                return
            self._by_key[key] = group.group_id
        if group and not self._is_handled(group, delivery):
            self._put(heard(group, source.source_id, signal, when), delivery)

    def changed(self) -> list[Group]:
        """Those to be saved, each remembering what it has taken of this batch."""
        batch = set(self.delivery_ids)
        result = []
        for group_id, group in self.now.items():
            if group is not self.before.get(group_id):
                kept = [one for one in group.handled if one in batch]
                handled = dict.fromkeys([*kept, *self.touched.get(group_id, ())])
                result.append(replace(group, handled=tuple(handled)))
        return result

    def recovered(self) -> Iterable[str]:
        """Those that fired before this batch and no longer do."""
        for group_id, group in self.now.items():
            before = self.before.get(group_id)
            fired = before is None or before.state is State.FIRING
            if fired and group.state is State.RECOVERED:
                yield group_id

    def _holding(self, key: str) -> Group | None:
        group = self.now.get(self._by_key.get(key, ""))
        return group if group and group.state is not State.ENDED else None

    def _of_cause(self, cause: str, when: datetime) -> Group | None:
        candidates = (self.now[group_id] for group_id in self._by_cause.get(cause, ()))
        return next((group for group in candidates if admits(group, cause, when)), None)

    def _is_handled(self, group: Group, delivery: Delivery) -> bool:
        before = self.before.get(group.group_id)
        return before is not None and delivery.delivery_id in before.handled

    def _add(self, group: Group, key: str, delivery: Delivery) -> None:
        self._by_key[key] = group.group_id
        self._by_cause.setdefault(group.correlation_key, []).append(group.group_id)
        self._put(group, delivery)

    def _put(self, group: Group, delivery: Delivery) -> None:
        self.now[group.group_id] = group
        self.touched.setdefault(group.group_id, []).append(delivery.delivery_id)
