"""Changes: drafted, agreed on, scheduled, done and reviewed; one method a command, all by the same three steps."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from chassis.errors import NotFound, PermissionDenied, RevisionConflict, Unavailable
from chassis.tenancy import Caller, TenantScope
from services.incidents.domain.approval import Approver, Roster, Verdict
from services.incidents.domain.change import deciding, work
from services.incidents.domain.change.life import ChangeCommand
from services.incidents.domain.change.record import (
    ChangeFact,
    ChangeHappening,
    ChangeKind,
    ChangeRecord,
    ChangeStep,
    ChangeWindow,
    Plan,
    Tie,
)
from services.incidents.domain.change.risk import Level, suggested_impact
from services.incidents.domain.configuration_item import may_be_named, name_key
from services.incidents.domain.incident import Actor
from services.incidents.domain.visibility import actor_of
from services.incidents.ports import AsService, Clock, ConfigurationItems, Incidents, NewId, Tenants
from services.incidents.ports.changes import ChangeApprovers, ChangeRecords
from services.incidents.use_cases.attempts import attempts
from services.incidents.use_cases.change_reach import affected_by
from services.incidents.use_cases.change_reading import ChangeReading, visible_change
from services.incidents.use_cases.configuration_items import ItemView, find_called, item_unknown
from services.incidents.use_cases.reading import visible
from services.incidents.use_cases.targets import CommandTarget, fingerprint_of, moved_on

Decide = Callable[[datetime, ChangeRecord], ChangeStep | None]
_BATCH = 100


class Changes:
    """Staff's, but for deciding. Raises NotFound("change_not_found") for what the caller does not see,

    PermissionDenied("role_required"), RevisionConflict("revision_conflict"), and as `domain.change.work`. The same
    idempotency key again returns the change as it stands, without a second effect.
    """

    def __init__(
        self,
        changes: ChangeRecords,
        items: ConfigurationItems,
        incidents: Incidents,
        approvers: ChangeApprovers,
        tenants: Tenants,
        reading: ChangeReading,
        as_service: AsService,
        new_id: NewId,
        clock: Clock,
    ) -> None:
        self._changes = changes
        self._items = items
        self._incidents = incidents
        self._approvers = approvers
        self._tenants = tenants
        self._reading = reading
        self._as_service = as_service
        self._new_id = new_id
        self._clock = clock

    def create(
        self,
        caller: Caller,
        tenant_id: str,
        shared: bool,
        wanted: work.Wanted,
        key: str,
        item_names: Sequence[str] = (),
    ) -> ChangeRecord:
        """A draft; item_names: further items. Raises NotFound for a client or an item that does not exist for the caller."""
        _require_staff(caller)
        owner = self._owner(caller, tenant_id, shared)
        wanted = work.checked(self._with_named(caller, owner, wanted, item_names), shared)
        now, actor = self._clock(), actor_of(caller)
        change_id = _id_of(caller, key) if key else self._new_id("chg")
        for _ in attempts():
            bare = ChangeRecord(
                change_id=change_id,
                provider_id=owner.provider_id,
                tenant_id=owner.tenant_id,
                position=self._changes.next_position(owner.provider_id),
                kind=wanted.kind or ChangeKind.NORMAL,
                plan=wanted.plan or Plan(),
                create_time=now,
                update_time=now,
            )
            suggested = self._suggested(caller, bare, wanted.item_ids or ())
            edited = work.edit(bare, wanted, suggested, actor, now)
            made = edited.after if edited else bare
            step = _drafted(made, actor, now)
            if self._changes.create(step, caller):
                return step.after
            try:
                return self._changes.load(owner, change_id)
            except NotFound:
                continue  # somebody took that number
        raise Unavailable("number_unavailable", "No number could be had just now.")

    def edit(
        self, caller: Caller, target: CommandTarget, wanted: work.Wanted, item_names: Sequence[str] = ()
    ) -> ChangeRecord:
        def decide(now: datetime, it: ChangeRecord) -> ChangeStep | None:
            new = self._with_named(caller, _scope(it), wanted, item_names)
            item_ids = it.item_ids if new.item_ids is None else new.item_ids
            return work.edit(it, new, self._suggested(caller, it, item_ids), actor_of(caller), now)

        return self._run(caller, target, "edit", decide)

    def request(self, caller: Caller, target: CommandTarget) -> ChangeRecord:
        def decide(now: datetime, it: ChangeRecord) -> ChangeStep:
            roster = self._approvers.roster(_scope(it), deciding.steps_for(it))
            return work.request(it, _as_person(caller), roster, actor_of(caller), now)

        return self._run(caller, target, "request", decide)

    def decide(self, caller: Caller, target: CommandTarget, verdict: Verdict, comment: str) -> ChangeRecord:
        """Whoever is asked: of staff or of the client. Raises PermissionDenied("not_an_approver")."""
        if not caller.person_id:
            raise PermissionDenied("not_an_approver", "Only people decide.")

        def decide(now: datetime, it: ChangeRecord) -> ChangeStep | None:
            roster = self._roster(it)
            return deciding.decide(it, verdict, _as_person(caller), comment, roster, actor_of(caller), now)

        return self._run(caller, target, f"decide\n{verdict}", decide, staff=False)

    def appoint(self, caller: Caller, target: CommandTarget, person_id: str) -> ChangeRecord:
        """Raises NotFound("person_not_found") for whoever may not see it."""

        def decide(now: datetime, it: ChangeRecord) -> ChangeStep:
            who = self._approvers.person(_scope(it), person_id)
            if who is None:
                raise NotFound("person_not_found", "There is no such person.")
            return deciding.appoint(it, _as_person(caller), who, self._roster(it), actor_of(caller), now)

        return self._run(caller, target, f"appoint\n{person_id}", decide)

    def withdraw(self, caller: Caller, target: CommandTarget, reason: str) -> ChangeRecord:
        by, actor = _as_person(caller), actor_of(caller)
        return self._run(
            caller, target, "withdraw", lambda now, it: work.withdraw(it, by, reason, actor, now)
        )

    def schedule(
        self, caller: Caller, target: CommandTarget, window: ChangeWindow | None, accepted: bool
    ) -> ChangeRecord:
        def decide(now: datetime, it: ChangeRecord) -> ChangeStep | None:
            if window:
                work.check_window(window)
            found = self._reading.conflicts_of(caller, it, window or it.window, ())
            serious = sum(one.is_serious for one in found)
            return work.schedule(it, window, serious, accepted, actor_of(caller), now)

        return self._run(caller, target, "schedule", decide)

    def start(self, caller: Caller, target: CommandTarget) -> ChangeRecord:
        return self._run(caller, target, "start", lambda now, it: work.start(it, actor_of(caller), now))

    def finish(
        self, caller: Caller, target: CommandTarget, ending: ChangeCommand, outcome: str
    ) -> ChangeRecord:
        return self._run(
            caller,
            target,
            f"finish\n{ending}",
            lambda now, it: work.finish(it, ending, outcome, actor_of(caller), now),
        )

    def review(self, caller: Caller, target: CommandTarget, words: str) -> ChangeRecord:
        return self._run(
            caller, target, "review", lambda now, it: work.review(it, words, actor_of(caller), now)
        )

    def cancel(self, caller: Caller, target: CommandTarget, reason: str) -> ChangeRecord:
        by, actor = _as_person(caller), actor_of(caller)
        return self._run(caller, target, "cancel", lambda now, it: work.cancel(it, by, reason, actor, now))

    def tie(
        self, caller: Caller, target: CommandTarget, incident_id: str, how: Tie, untie: bool
    ) -> ChangeRecord:
        """Raises NotFound("incident_not_found")."""
        _require_staff(caller)
        incident = visible(self._incidents, caller, incident_id)
        return self._run(
            caller,
            target,
            f"tie\n{incident.incident_id}\n{how}\n{untie}",
            lambda now, it: work.tie(it, incident, how, untie, actor_of(caller), now),
        )

    def sweep(self) -> int:
        """Reminds of what waits, and ends what nobody decided; how many."""
        now, moved = self._clock(), 0
        for change in self._changes.due(now, _BATCH):
            service = self._as_service(change.provider_id)
            step = deciding.tick(change, actor_of(service), now)
            if step is None:
                continue
            try:
                self._changes.save(step, service)
            except RevisionConflict:
                continue  # the next round looks again
            moved += 1
        return moved

    def _owner(self, caller: Caller, tenant_id: str, shared: bool) -> TenantScope:
        if shared:
            return caller.provider_scope()
        scope = caller.scope(tenant_id)
        # A provider-wide grant does not prove that the tenant is this provider's.
        self._tenants.number_prefix(scope)
        return scope

    def _with_named(
        self, caller: Caller, owner: TenantScope, wanted: work.Wanted, names: Sequence[str]
    ) -> work.Wanted:
        called = find_called(self._items, caller, owner, names)
        for name in names:
            if name_key(name) not in called:
                raise item_unknown(name, "items")
        if not names:
            return wanted
        ids = (*(wanted.item_ids or ()), *(called[name_key(name)] for name in names))
        return replace(wanted, item_ids=ids)

    def _suggested(self, caller: Caller, change: ChangeRecord, item_ids: Sequence[str]) -> Level:
        """The impact by what hangs on its items. Raises NotFound("configuration_item_not_found") for another client's."""
        view = ItemView(self._items, caller)
        found = view.load_many(item_ids)
        if len(found) < len(set(item_ids)) or not all(
            may_be_named(one, change.tenant_id) for one in found.values()
        ):
            raise NotFound("configuration_item_not_found", "There is no such configuration item.")
        return suggested_impact(found.values(), affected_by(view, found.values()))

    def _roster(self, change: ChangeRecord) -> Roster:
        if change.approval is None:
            return Roster()
        return self._approvers.roster(_scope(change), change.approval.steps)

    def _run(
        self, caller: Caller, target: CommandTarget, command: str, decide: Decide, staff: bool = True
    ) -> ChangeRecord:
        if staff:
            _require_staff(caller)
        fingerprint = fingerprint_of(caller, target, f"change\n{command}")
        for _ in attempts():
            change = visible_change(self._changes, caller, target.incident_id)
            if fingerprint and fingerprint in change.recent_keys:
                return change
            if target.revision and target.revision != change.revision:
                raise moved_on(change.revision)
            step = decide(self._clock(), change)
            if step is None:
                return change
            try:
                self._changes.save(step.remembering(fingerprint) if fingerprint else step, caller)
            except RevisionConflict:
                continue
            return step.after
        raise moved_on(0)


def _drafted(made: ChangeRecord, actor: Actor, now: datetime) -> ChangeStep:
    """Its first step, whatever was written with it."""
    return ChangeStep(None, replace(made, revision=1), (ChangeHappening(ChangeFact.DRAFTED),), actor, now)


def _require_staff(caller: Caller) -> None:
    if not caller.is_staff:
        raise PermissionDenied("role_required", "Only staff plan changes.")


def _as_person(caller: Caller) -> Approver:
    return Approver(caller.person_id or caller.subject, caller.name)


def _scope(change: ChangeRecord) -> TenantScope:
    return TenantScope(change.provider_id, change.tenant_id)


def _id_of(caller: Caller, key: str) -> str:
    return "chg_" + hashlib.sha256(f"{caller.provider_id}\n{caller.subject}\n{key}".encode()).hexdigest()[:26]
