"""fairlead.sla.v1.ClockService."""

from collections.abc import Mapping
from datetime import UTC

import grpc

from chassis.rpc import caller_of
from fairlead.sla.v1 import clock_pb2
from fairlead.sla.v1 import clock_service_pb2 as pb
from fairlead.sla.v1.clock_service_pb2_grpc import ClockServiceServicer
from services.sla.domain.attainment import Attainment
from services.sla.domain.forecast.forecaster import Forecast
from services.sla.domain.segments import explain
from services.sla.events import messages
from services.sla.use_cases import Attained, Attaining, Forecasting, Showing, Shown


class ClockServicer(ClockServiceServicer):
    """Clocks as they stand now."""

    def __init__(self, showing: Showing, attaining: Attaining, forecasting: Forecasting) -> None:
        self._showing = showing
        self._forecasting = forecasting
        self._attaining = attaining

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
        caller = caller_of(context)
        shown = self._showing.get(caller, request.incident_id)
        return _message(shown, explained=True, forecasts=self._forecasting.of(caller, shown))

    def CountAttainment(
        self, request: pb.CountAttainmentRequest, context: grpc.ServicerContext
    ) -> pb.CountAttainmentResponse:
        start = request.start_time.ToDatetime(tzinfo=UTC) if request.HasField("start_time") else None
        end = request.end_time.ToDatetime(tzinfo=UTC) if request.HasField("end_time") else None
        attained = self._attaining.count(caller_of(context), request.tenant_ids, start, end)
        return pb.CountAttainmentResponse(
            attainments=[_attainment(each, attained) for each in attained.attainments],
            totals=[_attainment(each, attained) for each in attained.totals],
            groups=[_attainment(each, attained) for each in attained.groups],
        )


def _attainment(each: Attainment, attained: Attained) -> pb.Attainment:
    return pb.Attainment(
        tenant_id=each.tenant_id,
        contract_id=each.contract_id,
        contract_name=attained.contract_names.get(each.contract_id, ""),
        kind=messages.TARGET_KINDS[each.kind],
        met=each.met,
        breached=each.breached,
        running=each.running,
        attainment_percent=each.percent,
        assignment_group_id=each.group_id,
        assignment_group_name=each.group_name,
    )


def _message(
    shown: Shown, explained: bool = False, forecasts: Mapping[str, Forecast] | None = None
) -> clock_pb2.ClockSet:
    clocks = []
    if shown.contract is not None:
        clocks = [
            messages.clock(
                clock,
                shown.record,
                shown.contract,
                explain(clock) if explained else (),
                (forecasts or {}).get(clock.key),
            )
            for clock in shown.clocks
        ]
    return messages.clock_set(shown.record, shown.contract, clocks)
