"""fairlead.sla.v1.ContractService."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date

import grpc

from chassis.errors import InvalidArgument
from chassis.rpc import caller_of
from fairlead.sla.v1 import calendar_pb2, contract_pb2
from fairlead.sla.v1 import contract_service_pb2 as pb
from fairlead.sla.v1.contract_service_pb2_grpc import ContractServiceServicer
from services.sla.domain.calendar import Calendar, Window, local_date, window
from services.sla.domain.contract import Contract, ReopenRule, Target, TargetLevel
from services.sla.domain.facts import FactKind
from services.sla.domain.versions import CalendarRecord, ContractRecord
from services.sla.events import messages
from services.sla.rpc import simulation
from services.sla.use_cases import Agreeing, Previewing, Scheduling, Simulating

_KINDS = {number: kind for kind, number in messages.TARGET_KINDS.items()}
_REOPEN_RULES = {number: rule for rule, number in messages.REOPEN_RULES.items()}
_LEVELS = {number: level for level, number in messages.TARGET_LEVELS.items()}
_INCIDENT_KINDS = {number: kind for kind, number in messages.INCIDENT_KINDS.items()}
_PARTIES = {number: party for party, number in messages.AWAITED_PARTIES.items()}


class ContractServicer(ContractServiceServicer):
    """Contracts and calendars."""

    def __init__(
        self, agreeing: Agreeing, scheduling: Scheduling, previewing: Previewing, simulating: Simulating
    ) -> None:
        self._agreeing = agreeing
        self._scheduling = scheduling
        self._previewing = previewing
        self._simulating = simulating

    def CreateCalendar(
        self, request: pb.CreateCalendarRequest, context: grpc.ServicerContext
    ) -> calendar_pb2.Calendar:
        given = request.calendar
        return _calendar(self._scheduling.create(caller_of(context), calendar_from(given), given.provider_id))

    def UpdateCalendar(
        self, request: pb.UpdateCalendarRequest, context: grpc.ServicerContext
    ) -> calendar_pb2.Calendar:
        given = request.calendar
        return _calendar(self._scheduling.update(caller_of(context), calendar_from(given), given.revision))

    def GetCalendar(
        self, request: pb.GetCalendarRequest, context: grpc.ServicerContext
    ) -> calendar_pb2.Calendar:
        return _calendar(self._scheduling.get(caller_of(context), request.calendar_id), request.version)

    def ListCalendars(
        self, request: pb.ListCalendarsRequest, context: grpc.ServicerContext
    ) -> pb.ListCalendarsResponse:
        found = self._scheduling.all_for(caller_of(context))
        return pb.ListCalendarsResponse(calendars=[_calendar(record) for record in found])

    def CreateContract(
        self, request: pb.CreateContractRequest, context: grpc.ServicerContext
    ) -> contract_pb2.Contract:
        return _contract(self._agreeing.create(caller_of(context), contract_from(request.contract)))

    def UpdateContract(
        self, request: pb.UpdateContractRequest, context: grpc.ServicerContext
    ) -> contract_pb2.Contract:
        given = request.contract
        return _contract(self._agreeing.update(caller_of(context), contract_from(given), given.revision))

    def GetContract(
        self, request: pb.GetContractRequest, context: grpc.ServicerContext
    ) -> contract_pb2.Contract:
        return _contract(self._agreeing.get(caller_of(context), request.contract_id), request.version)

    def ListContracts(
        self, request: pb.ListContractsRequest, context: grpc.ServicerContext
    ) -> pb.ListContractsResponse:
        found = self._agreeing.all_for(caller_of(context), request.tenant_id)
        return pb.ListContractsResponse(contracts=[_contract(record) for record in found])

    def PreviewContract(
        self, request: pb.PreviewContractRequest, context: grpc.ServicerContext
    ) -> pb.PreviewContractResponse:
        asked = request.open_time.ToDatetime(tzinfo=UTC) if request.HasField("open_time") else None
        opened, promises = self._previewing.contract(
            caller_of(context), contract_from(request.contract), asked
        )
        return messages.contract_preview(opened, promises)

    def PreviewCalendar(
        self, request: pb.PreviewCalendarRequest, context: grpc.ServicerContext
    ) -> pb.PreviewCalendarResponse:
        given = calendar_from(request.calendar)
        year, days = self._previewing.calendar(caller_of(context), given, request.year)
        return messages.calendar_preview(year, days)

    def SimulateContract(
        self, request: pb.SimulateContractRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.SimulateContractResponse]:
        asked, contract = simulation.period_from(request), contract_from(request.contract)
        return simulation.told(self._simulating.run(caller_of(context), request.tenant_id, contract, asked))


def calendar_from(given: calendar_pb2.Calendar) -> Calendar:
    """A calendar as asked for. Raises InvalidArgument, naming the field, for what has no meaning."""
    hours: dict[int, tuple[Window, ...]] = {}
    for position, day in enumerate(given.hours):
        if day.weekday in hours:
            raise InvalidArgument(
                "weekday_repeated", "Each weekday comes once.", field=f"hours[{position}].weekday"
            )
        hours[day.weekday] = _windows(day.windows, f"hours[{position}].windows")
    overrides: dict[date, tuple[Window, ...]] = {}
    names: dict[date, str] = {}
    for position, override in enumerate(given.overrides):
        field = f"overrides[{position}]"
        on = local_date(override.date, f"{field}.date")
        if on in overrides:
            raise InvalidArgument("date_repeated", "Each date comes once.", field=f"{field}.date")
        overrides[on] = _windows(override.windows, f"{field}.windows")
        if override.name:
            names[on] = override.name
    return Calendar(
        calendar_id=given.calendar_id,
        time_zone=given.time_zone,
        name=given.name,
        always_open=given.always_open,
        hours=hours,
        country=given.country,
        subdivision=given.subdivision,
        overrides=overrides,
        override_names=names,
    )


def contract_from(given: contract_pb2.Contract) -> Contract:
    """A contract as asked for. Raises InvalidArgument, naming the field, for what has no meaning."""
    effective = given.effective_time.ToDatetime(tzinfo=UTC) if given.HasField("effective_time") else None
    return Contract(
        contract_id=given.contract_id,
        provider_id=given.provider_id,
        tenant_id=given.tenant_id,
        name=given.name,
        targets=tuple(_target(target, f"targets[{at}]") for at, target in enumerate(given.targets)),
        # MongoDB keeps milliseconds; what is answered now equals what is read later.
        effective_time=effective and effective.replace(microsecond=effective.microsecond // 1000 * 1000),
        reopen_rule=_REOPEN_RULES.get(given.reopen_rule, ReopenRule.CONTINUE),
        close_after_seconds=given.close_after_seconds,
        reopen_within_seconds=given.reopen_within_seconds,
        time_zone=given.time_zone,
    )


def _target(given: contract_pb2.ServiceLevelTarget, field: str) -> Target:
    kind = _KINDS.get(given.kind)
    if kind is None:
        raise InvalidArgument("kind_missing", "What is promised?", field=f"{field}.kind")
    parties = [_PARTIES.get(party) for party in given.pausing_parties]
    if None in parties:
        raise InvalidArgument("party_unknown", "Whom does it await?", field=f"{field}.pausing_parties")
    return Target(
        kind=kind,
        priority=given.priority,
        goal_seconds=given.goal_seconds,
        calendar_id=given.calendar_id,
        warning_percent=given.warning_percent,
        pausing_parties=frozenset(party for party in parties if party),
        name=given.name,
        level=_LEVELS.get(given.level, TargetLevel.CLIENT),
        incident_kind=_INCIDENT_KINDS.get(given.incident_kind, ""),
        service=given.service,
        channel=given.channel,
        requester_group=given.requester_group,
        group_id=given.assignment_group_id,
        warning_percents=tuple(given.warning_percents),
        start_event=_event(given.start_event, f"{field}.start_event"),
        stop_event=_event(given.stop_event, f"{field}.stop_event"),
        reopen_rule=_REOPEN_RULES.get(given.reopen_rule),
        excluded_codes=frozenset(given.excluded_codes),
    )


def _event(given: str, field: str) -> FactKind | None:
    if not given:
        return None
    try:
        return FactKind(given)
    except ValueError:
        raise InvalidArgument("event_unknown", "There is no such fact.", field=field) from None


def _windows(given: Iterable[calendar_pb2.Window], field: str) -> tuple[Window, ...]:
    return tuple(window(each.start, each.end, f"{field}[{at}]") for at, each in enumerate(given))


def _calendar(record: CalendarRecord, version: int = 0) -> calendar_pb2.Calendar:
    return messages.calendar(record.version(version), record.provider_id, record.revision)


def _contract(record: ContractRecord, version: int = 0) -> contract_pb2.Contract:
    return messages.contract(record.version(version), record.revision)
