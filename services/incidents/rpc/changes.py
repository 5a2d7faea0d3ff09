"""`fairlead.incidents.v1.ChangeService`."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import grpc

from chassis.errors import InvalidArgument
from chassis.rpc import caller_of
from chassis.tenancy import Caller
from fairlead.incidents.v1 import change_pb2 as messages
from fairlead.incidents.v1 import change_service_pb2 as answers
from fairlead.incidents.v1.change_service_pb2_grpc import ChangeServiceServicer
from services.incidents.domain.approval import Verdict
from services.incidents.domain.change.conflicts import Busy, ConflictKind
from services.incidents.domain.change.freeze import Freeze
from services.incidents.domain.change.life import ChangeCommand
from services.incidents.domain.change.query import ChangeQuery
from services.incidents.domain.change.record import (
    ChangeKind,
    ChangeRecord,
    ChangeState,
    ChangeWindow,
    Plan,
    Tie,
)
from services.incidents.domain.change.risk import Assessment, Level
from services.incidents.domain.change.work import Wanted
from services.incidents.domain.configuration_item import name_key
from services.incidents.events.changes import (
    change_entry_message,
    change_message,
    conflict_message,
    freeze_message,
)
from services.incidents.events.configuration_items import item_message
from services.incidents.rpc import requests
from services.incidents.use_cases import CommandTarget
from services.incidents.use_cases.change_reading import ChangeReading
from services.incidents.use_cases.changes import Changes

_LONGEST_WORDS = 200
_KINDS = requests.values(messages.ChangeKind, "CHANGE_KIND_", ChangeKind)
_STATES = requests.values(messages.ChangeState, "CHANGE_STATE_", ChangeState)
_LEVELS = requests.values(messages.RiskLevel, "RISK_LEVEL_", Level)
_TIES = requests.values(messages.ChangeTie, "CHANGE_TIE_", Tie)
_CONFLICTS = requests.values(messages.ConflictKind, "CONFLICT_KIND_", ConflictKind)
_ENDINGS = {
    messages.CHANGE_STATE_DONE: ChangeCommand.COMPLETE,
    messages.CHANGE_STATE_FAILED: ChangeCommand.FAIL,
    messages.CHANGE_STATE_BACKED_OUT: ChangeCommand.BACK_OUT,
}


class ChangeServicer(ChangeServiceServicer):
    """Translates; the rules live in the use cases."""

    def __init__(self, changes: Changes, reading: ChangeReading) -> None:
        self._changes = changes
        self._reading = reading

    def CreateChange(self, request: Any, context: grpc.ServicerContext) -> messages.Change:
        caller, wanted = caller_of(context), request.change
        made = self._changes.create(
            caller,
            wanted.tenant_id,
            wanted.shared,
            _wanted(wanted),
            request.idempotency_key,
            request.item_names,
        )
        return self._shown(caller, made)

    def UpdateChange(self, request: Any, context: grpc.ServicerContext) -> messages.Change:
        caller, wanted = caller_of(context), request.change
        target = CommandTarget(wanted.change_id, request.idempotency_key, wanted.revision)
        return self._shown(caller, self._changes.edit(caller, target, _wanted(wanted), request.item_names))

    def GetChange(self, request: Any, context: grpc.ServicerContext) -> answers.GetChangeResponse:
        shown = self._reading.get(caller_of(context), request.change_id)
        return answers.GetChangeResponse(
            change=change_message(shown.change, {one.item_id for one in shown.items}),
            items=[item_message(one, {}) for one in shown.items],
            entries=[change_entry_message(one) for one in shown.entries],
            asked=shown.asked,
        )

    def ListChanges(self, request: Any, context: grpc.ServicerContext) -> answers.ListChangesResponse:
        caller = caller_of(context)
        query = ChangeQuery(
            states=frozenset(_STATES[state] for state in request.states if state in _STATES),
            words=request.words[:_LONGEST_WORDS],
            item_id=request.item_id,
            page_size=request.page_size,
            page_token=request.page_token,
        )
        start, end = requests.moment(request, "start_time"), requests.moment(request, "end_time")
        if start and end:
            found = self._reading.period(caller, request.tenant_id, request.shared, query, start, end)
            token = ""
        else:
            found, token = self._reading.page(caller, request.tenant_id, request.shared, query)
        return answers.ListChangesResponse(
            changes=[self._shown(caller, one) for one in found], next_page_token=token
        )

    def RequestChange(self, request: Any, context: grpc.ServicerContext) -> messages.Change:
        return self._done(context, request, lambda caller, target: self._changes.request(caller, target))

    def DecideChange(self, request: Any, context: grpc.ServicerContext) -> messages.Change:
        verdict = Verdict.REJECT if request.reject else Verdict.APPROVE
        return self._done(
            context,
            request,
            lambda caller, target: self._changes.decide(caller, target, verdict, request.comment),
        )

    def AppointChangeApprover(self, request: Any, context: grpc.ServicerContext) -> messages.Change:
        return self._done(
            context,
            request,
            lambda caller, target: self._changes.appoint(caller, target, request.person_id),
        )

    def WithdrawChange(self, request: Any, context: grpc.ServicerContext) -> messages.Change:
        return self._done(
            context, request, lambda caller, target: self._changes.withdraw(caller, target, request.text)
        )

    def ScheduleChange(self, request: Any, context: grpc.ServicerContext) -> messages.Change:
        return self._done(
            context,
            request,
            lambda caller, target: self._changes.schedule(
                caller, target, _window(request), request.accept_conflicts
            ),
        )

    def StartChange(self, request: Any, context: grpc.ServicerContext) -> messages.Change:
        return self._done(context, request, lambda caller, target: self._changes.start(caller, target))

    def FinishChange(self, request: Any, context: grpc.ServicerContext) -> messages.Change:
        ending = _ENDINGS.get(request.ending)
        if ending is None:
            raise InvalidArgument("ending_invalid", "It is done, failed or backed out.", field="ending")
        return self._done(
            context,
            request,
            lambda caller, target: self._changes.finish(caller, target, ending, request.outcome),
        )

    def ReviewChange(self, request: Any, context: grpc.ServicerContext) -> messages.Change:
        return self._done(
            context, request, lambda caller, target: self._changes.review(caller, target, request.text)
        )

    def CancelChange(self, request: Any, context: grpc.ServicerContext) -> messages.Change:
        return self._done(
            context, request, lambda caller, target: self._changes.cancel(caller, target, request.text)
        )

    def TieIncident(self, request: Any, context: grpc.ServicerContext) -> messages.Change:
        how = _TIES.get(request.tie)
        if how is None:
            raise InvalidArgument("value_missing", "It resolves the incident, or caused it.", field="tie")
        return self._done(
            context,
            request,
            lambda caller, target: self._changes.tie(caller, target, request.incident_id, how, request.untie),
        )

    def ListConflicts(self, request: Any, context: grpc.ServicerContext) -> answers.ListConflictsResponse:
        found, items = self._reading.conflicts(
            caller_of(context), request.change_id, _window(request), [_busy(one) for one in request.busy]
        )
        return answers.ListConflictsResponse(conflicts=[conflict_message(one, items) for one in found])

    def ListChangesOfIncident(
        self, request: Any, context: grpc.ServicerContext
    ) -> answers.ListChangesOfIncidentResponse:
        caller = caller_of(context)
        found = self._reading.of_incident(caller, request.incident_id)
        return answers.ListChangesOfIncidentResponse(changes=[self._shown(caller, one) for one in found])

    def CreateFreeze(self, request: Any, context: grpc.ServicerContext) -> messages.ChangeFreeze:
        wanted = request.freeze
        start, end = _needed(wanted, "start_time"), _needed(wanted, "end_time")
        freeze = Freeze("", "", wanted.tenant_id, wanted.name, start, end)
        return freeze_message(self._reading.add_freeze(caller_of(context), freeze))

    def ListFreezes(self, request: Any, context: grpc.ServicerContext) -> answers.ListFreezesResponse:
        found = self._reading.freezes(caller_of(context), requests.moment(request, "time"))
        return answers.ListFreezesResponse(freezes=[freeze_message(one) for one in found])

    def DeleteFreeze(self, request: Any, context: grpc.ServicerContext) -> answers.DeleteFreezeResponse:
        self._reading.delete_freeze(caller_of(context), request.freeze_id)
        return answers.DeleteFreezeResponse()

    def _done(
        self,
        context: grpc.ServicerContext,
        request: Any,
        do: Callable[[Caller, CommandTarget], ChangeRecord],
    ) -> messages.Change:
        caller = caller_of(context)
        revision = getattr(request, "revision", 0)
        return self._shown(
            caller, do(caller, CommandTarget(request.change_id, request.idempotency_key, revision))
        )

    def _shown(self, caller: Caller, change: ChangeRecord) -> messages.Change:
        """Shared items are staff's to know."""
        return change_message(change, None if caller.is_staff else ())


def _wanted(message: messages.Change) -> Wanted:
    """Everything that a form says."""
    assessment = Assessment(dict(message.risk_answers), _LEVELS.get(message.risk_impact))
    plan = Plan(message.title, message.description, message.plan, message.back_out_plan, message.test_plan)
    return Wanted(
        kind=_KINDS.get(message.kind, ChangeKind.NORMAL),
        plan=plan,
        assessment=assessment,
        window=_window(message),
        client_facing=message.client_facing,
        item_ids=tuple(message.item_ids),
    )


def _window(message: Any) -> ChangeWindow | None:
    if not message.HasField("window"):
        return None
    window = message.window
    return ChangeWindow(_needed(window, "start_time"), _needed(window, "end_time"), window.time_zone or "UTC")


def _busy(message: answers.BusyTime) -> Busy:
    return Busy(
        _CONFLICTS.get(message.kind, ConflictKind.MAINTENANCE),
        message.name,
        _needed(message, "start_time"),
        _needed(message, "end_time"),
        message.tenant_id,
        frozenset(map(name_key, message.items)),
    )


def _needed(message: Any, field: str) -> datetime:
    if not message.HasField(field):
        raise InvalidArgument("value_missing", f"{field} is needed.", field=field)
    moment = getattr(message, field).ToDatetime(tzinfo=UTC)
    if not 1970 <= moment.year <= 2999:
        raise InvalidArgument("time_out_of_range", "Between 1970 and 2999.", field=field)
    return moment
