"""A simulated contract as messages: how far it is, and what it comes to."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from fairlead.sla.v1 import contract_service_pb2 as pb
from fairlead.sla.v1 import simulation_pb2
from services.sla.domain.simulation import Side
from services.sla.use_cases import MonthOrTimes, Simulated


def period_from(request: pb.SimulateContractRequest) -> MonthOrTimes:
    """What is asked for."""
    return MonthOrTimes(request.period, _moment(request, "start_time"), _moment(request, "end_time"))


def told(steps: Iterable[Simulated]) -> Iterator[pb.SimulateContractResponse]:
    """Each step as it comes."""
    return (
        pb.SimulateContractResponse(done=step.done, total=step.total, simulation=_simulation(step))
        for step in steps
    )


def _moment(request: pb.SimulateContractRequest, name: str) -> datetime | None:
    return getattr(request, name).ToDatetime(tzinfo=UTC) if request.HasField(name) else None


def _simulation(step: Simulated) -> simulation_pb2.ContractSimulation | None:
    if step.result is None:
        return None
    result, moved = step.result, step.result.table()["changed"]
    agreed = _side(result.agreed)
    agreed.contract_name = step.contract_name
    return simulation_pb2.ContractSimulation(
        start_time=_timestamp(step.start),
        end_time=_timestamp(step.end),
        incidents=result.incidents,
        as_agreed=agreed,
        proposed=_side(result.proposed),
        now_met=moved["now_met"],
        now_breached=moved["now_breached"],
        changes=[
            simulation_pb2.VerdictChange(
                incident_id=change.incident_id,
                number=change.number,
                promise=change.promise,
                as_agreed=change.agreed.value,
                proposed=change.proposed.value,
            )
            for change in result.changes
        ],
        facts_not_kept=[kind.value for kind in step.facts_not_kept],
    )


def _side(side: Side) -> simulation_pb2.SimulatedSide:
    table = side.table()
    shown = simulation_pb2.SimulatedSide(
        contract_name=table["contract"],
        all=_counts("", table),
        targets=[_counts(target, counts) for target, counts in table["targets"].items()],
    )
    if owed := table.get("credits"):
        shown.credits.currency = owed["currency"]
        shown.credits.amount_minor = owed["amount_minor"]
        for month, amount in owed["months"].items():
            shown.credits.months.add(month=month, amount_minor=amount)
    return shown


def _counts(target: str, counts: Mapping[str, Any]) -> simulation_pb2.PromiseCounts:
    percent = counts["attainment_percent"]
    return simulation_pb2.PromiseCounts(
        target=target,
        **{name: counts[name] for name in ("met", "breached", "excluded", "running")},
        attainment_bp=None if percent is None else round(percent * 100),
    )


def _timestamp(moment: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp
