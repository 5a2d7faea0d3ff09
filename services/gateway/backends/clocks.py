"""Clocks of incidents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.sla.v1 import clock_pb2 as clock
from fairlead.sla.v1 import clock_service_pb2 as messages
from fairlead.sla.v1.clock_service_pb2_grpc import ClockServiceStub


class Clocks:
    """Client of fairlead.sla.v1.ClockService. Takes incident ids, not numbers."""

    def __init__(self, channel: Any) -> None:
        self._stub = ClockServiceStub(channel)

    def get(self, caller: Caller, incident_id: str) -> clock.ClockSet:
        return call(self._stub.GetClocks, messages.GetClocksRequest(incident_id=incident_id), caller)

    def get_many(self, caller: Caller, incident_ids: Sequence[str]) -> list[clock.ClockSet]:
        """Those that exist and are visible; others are left out."""
        request = messages.BatchGetClocksRequest(incident_ids=incident_ids)
        return [*call(self._stub.BatchGetClocks, request, caller).clock_sets]

    def explain(self, caller: Caller, incident_id: str) -> clock.ClockSet:
        """With segments: why each due time is what it is."""
        return call(self._stub.ExplainClocks, messages.ExplainClocksRequest(incident_id=incident_id), caller)
