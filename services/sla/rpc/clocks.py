"""fairlead.sla.v1.ClockService."""

import grpc

from chassis.rpc import caller_of
from fairlead.sla.v1 import clock_pb2
from fairlead.sla.v1 import clock_service_pb2 as pb
from fairlead.sla.v1.clock_service_pb2_grpc import ClockServiceServicer
from services.sla.domain.segments import explain
from services.sla.events import messages
from services.sla.use_cases import Showing, Shown


class ClockServicer(ClockServiceServicer):
    """Clocks as they stand now."""

    def __init__(self, showing: Showing) -> None:
        self._showing = showing

    def GetClocks(self, request: pb.GetClocksRequest, context: grpc.ServicerContext) -> clock_pb2.ClockSet:
        return _message(self._showing.get(caller_of(context), request.incident_id))

    def BatchGetClocks(
        self, request: pb.BatchGetClocksRequest, context: grpc.ServicerContext
    ) -> pb.BatchGetClocksResponse:
        found = self._showing.get_many(caller_of(context), request.incident_ids)
        return pb.BatchGetClocksResponse(clock_sets=[_message(shown) for shown in found])

    def ExplainClocks(
        self, request: pb.ExplainClocksRequest, context: grpc.ServicerContext
    ) -> clock_pb2.ClockSet:
        return _message(self._showing.get(caller_of(context), request.incident_id), explained=True)


def _message(shown: Shown, explained: bool = False) -> clock_pb2.ClockSet:
    clocks = []
    if shown.contract is not None:
        clocks = [
            messages.clock(clock, shown.record, shown.contract, explain(clock) if explained else ())
            for clock in shown.clocks
        ]
    return messages.clock_set(shown.record, shown.contract, clocks)
