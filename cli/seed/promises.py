"""Calendars and contracts: what is promised to whom. What is there already, by its name, is left alone."""

from cli.seed import northstar
from cli.seed.office import Office
from fairlead.incidents.v1 import incident_pb2
from fairlead.sla.v1 import calendar_pb2, contract_pb2, contract_service_pb2

_DAY = 86_400


def make_promises(office: Office, tenants: dict[str, str]) -> None:
    """A calendar and a contract for each client, and the provider's default contract."""
    existing = office.call(office.contracts.ListCalendars, contract_service_pb2.ListCalendarsRequest())
    calendars = {calendar.name: str(calendar.calendar_id) for calendar in existing.calendars}
    for calendar in (
        northstar.AROUND_THE_CLOCK,
        northstar.STANDARD_HOURS,
        *(c.hours for c in northstar.CLIENTS),
    ):
        if calendar.name not in calendars:
            calendars[calendar.name] = _make_calendar(office, calendar)
    found = office.call(office.contracts.ListContracts, contract_service_pb2.ListContractsRequest())
    names = {contract.name for contract in found.contracts}
    if "Northstar Standard" not in names:
        standard = contract_pb2.Contract(
            name="Northstar Standard",
            time_zone=northstar.STANDARD_HOURS.time_zone,
            targets=_targets(northstar.STANDARD_GOALS, (), calendars, northstar.STANDARD_HOURS.name),
            **_closing(3),
        )
        _make_contract(office, standard)
    for client in northstar.CLIENTS:
        if client.contract not in names:
            contract = contract_pb2.Contract(
                tenant_id=tenants[client.slug],
                name=client.contract,
                time_zone=client.time_zone,
                targets=_targets(client.goals, client.around_the_clock, calendars, client.hours.name),
                **_closing(client.close_after_days),
            )
            _make_contract(office, contract)


def _make_calendar(office: Office, calendar: northstar.Calendar) -> str:
    windows = [calendar_pb2.Window(start=start, end=end) for start, end in calendar.windows]
    hours = [calendar_pb2.DayHours(weekday=day, windows=windows) for day in calendar.days]
    message = calendar_pb2.Calendar(
        name=calendar.name,
        time_zone=calendar.time_zone,
        always_open=calendar.always_open,
        hours=[] if calendar.always_open else hours,
        country=calendar.country,
        subdivision=calendar.subdivision,
    )
    request = contract_service_pb2.CreateCalendarRequest(calendar=message)
    return str(office.call(office.contracts.CreateCalendar, request).calendar_id)


def _make_contract(office: Office, contract: contract_pb2.Contract) -> None:
    office.call(
        office.contracts.CreateContract, contract_service_pb2.CreateContractRequest(contract=contract)
    )


def _targets(
    goals: dict[int, tuple[int, int]],
    around_the_clock: tuple[int, ...],
    calendars: dict[str, str],
    hours: str,
) -> list[contract_pb2.ServiceLevelTarget]:
    targets = []
    for priority, (first_response, resolution) in goals.items():
        name = northstar.AROUND_THE_CLOCK.name if priority in around_the_clock else hours
        shared = {"priority": priority, "calendar_id": calendars[name], "warning_percent": 75}
        targets += [
            contract_pb2.ServiceLevelTarget(
                kind=contract_pb2.TARGET_KIND_FIRST_RESPONSE, goal_seconds=first_response * 60, **shared
            ),
            contract_pb2.ServiceLevelTarget(
                kind=contract_pb2.TARGET_KIND_RESOLUTION,
                goal_seconds=resolution * 60,
                # Waiting for the client's side is the client's time.
                pausing_parties=[incident_pb2.AWAITED_PARTY_REQUESTER, incident_pb2.AWAITED_PARTY_CLIENT],
                **shared,
            ),
        ]
    return targets


def _closing(days: int) -> dict[str, int]:
    return {
        "reopen_rule": contract_pb2.REOPEN_RULE_CONTINUE,
        "close_after_seconds": days * _DAY,
        "reopen_within_seconds": 14 * _DAY,
    }
