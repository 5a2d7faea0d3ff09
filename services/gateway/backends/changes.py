"""Changes, what speaks against their windows, and freezes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.incidents.v1 import change_pb2 as changes
from fairlead.incidents.v1 import change_service_pb2 as messages
from fairlead.incidents.v1.change_service_pb2_grpc import ChangeServiceStub


class Changes:
    """Client of fairlead.incidents.v1.ChangeService."""

    def __init__(self, channel: Any) -> None:
        self._stub = ChangeServiceStub(channel)

    def create(
        self, caller: Caller, new: changes.Change, key: str = "", names: Iterable[str] = ()
    ) -> changes.Change:
        """names: further items."""
        request = messages.CreateChangeRequest(change=new, idempotency_key=key, item_names=names)
        return call(self._stub.CreateChange, request, caller)

    def update(
        self, caller: Caller, changed: changes.Change, key: str = "", names: Iterable[str] = ()
    ) -> changes.Change:
        """While it is a draft; names: further items."""
        request = messages.UpdateChangeRequest(change=changed, idempotency_key=key, item_names=names)
        return call(self._stub.UpdateChange, request, caller)

    def get(self, caller: Caller, change_id: str) -> messages.GetChangeResponse:
        """By id or number, with its items and history."""
        return call(self._stub.GetChange, messages.GetChangeRequest(change_id=change_id), caller)

    def list(self, caller: Caller, **wanted: Any) -> messages.ListChangesResponse:
        """The newest first; `wanted` are the request's fields."""
        return call(self._stub.ListChanges, messages.ListChangesRequest(**wanted), caller)

    def period(
        self, caller: Caller, start: datetime, end: datetime, **wanted: Any
    ) -> Sequence[changes.Change]:
        """Those whose windows overlap [start, end), the soonest first."""
        request = messages.ListChangesRequest(**wanted)
        request.start_time.FromDatetime(start)
        request.end_time.FromDatetime(end)
        return call(self._stub.ListChanges, request, caller).changes

    def move(
        self, caller: Caller, verb: str, change_id: str, text: str = "", key: str = "", revision: int = 0
    ) -> changes.Change:
        """verb: request, withdraw, start, review or cancel."""
        method = getattr(self._stub, f"{verb.title()}Change")
        request = messages.ChangeCommandRequest(
            change_id=change_id, text=text, idempotency_key=key, revision=revision
        )
        return call(method, request, caller)

    def decide(
        self, caller: Caller, change_id: str, reject: bool, comment: str, key: str = ""
    ) -> changes.Change:
        request = messages.DecideChangeRequest(
            change_id=change_id, reject=reject, comment=comment, idempotency_key=key
        )
        return call(self._stub.DecideChange, request, caller)

    def appoint(self, caller: Caller, change_id: str, person_id: str, key: str = "") -> changes.Change:
        request = messages.AppointChangeApproverRequest(
            change_id=change_id, person_id=person_id, idempotency_key=key
        )
        return call(self._stub.AppointChangeApprover, request, caller)

    def schedule(
        self,
        caller: Caller,
        change_id: str,
        window: changes.ChangeWindow | None,
        accepted: bool,
        key: str = "",
        revision: int = 0,
    ) -> changes.Change:
        """window None: the one that was asked for."""
        request = messages.ScheduleChangeRequest(
            change_id=change_id,
            window=window,
            accept_conflicts=accepted,
            idempotency_key=key,
            revision=revision,
        )
        return call(self._stub.ScheduleChange, request, caller)

    def finish(
        self, caller: Caller, change_id: str, ending: Any, outcome: str, key: str = "", revision: int = 0
    ) -> changes.Change:
        request = messages.FinishChangeRequest(
            change_id=change_id, ending=ending, outcome=outcome, idempotency_key=key, revision=revision
        )
        return call(self._stub.FinishChange, request, caller)

    def tie(
        self, caller: Caller, change_id: str, incident_id: str, tie: Any, untie: bool, key: str = ""
    ) -> changes.Change:
        request = messages.TieIncidentRequest(
            change_id=change_id, incident_id=incident_id, tie=tie, untie=untie, idempotency_key=key
        )
        return call(self._stub.TieIncident, request, caller)

    def conflicts(
        self,
        caller: Caller,
        change_id: str,
        busy: Iterable[messages.BusyTime],
        window: changes.ChangeWindow | None = None,
    ) -> Sequence[changes.ChangeConflict]:
        """busy: what other services know of that time."""
        request = messages.ListConflictsRequest(change_id=change_id, window=window, busy=busy)
        return call(self._stub.ListConflicts, request, caller).conflicts

    def of_incident(self, caller: Caller, incident_id: str) -> Sequence[changes.Change]:
        """Those that are tied to it."""
        request = messages.ListChangesOfIncidentRequest(incident_id=incident_id)
        return call(self._stub.ListChangesOfIncident, request, caller).changes

    def add_freeze(self, caller: Caller, new: changes.ChangeFreeze) -> changes.ChangeFreeze:
        return call(self._stub.CreateFreeze, messages.CreateFreezeRequest(freeze=new), caller)

    def freezes(self, caller: Caller) -> Sequence[changes.ChangeFreeze]:
        """Those that are not over, the soonest first."""
        return call(self._stub.ListFreezes, messages.ListFreezesRequest(), caller).freezes

    def delete_freeze(self, caller: Caller, freeze_id: str) -> None:
        call(self._stub.DeleteFreeze, messages.DeleteFreezeRequest(freeze_id=freeze_id), caller)
