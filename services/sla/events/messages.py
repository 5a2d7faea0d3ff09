"""Domain objects as protobuf messages: what calls answer with and what events carry are the same."""

from collections.abc import Iterable
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from fairlead.incidents.v1 import incident_pb2
from fairlead.sla.v1 import calendar_pb2, clock_pb2, contract_pb2, contract_service_pb2
from services.sla.domain.calendar import Calendar, Window, clock_text
from services.sla.domain.clock import Clock, ClockState
from services.sla.domain.clock_set import ClockSet
from services.sla.domain.contract import AwaitedParty, Contract, ReopenRule, Target, TargetKind, TargetLevel
from services.sla.domain.forecast.forecaster import Forecast
from services.sla.domain.preview import Day, Promise
from services.sla.domain.segments import Segment

TARGET_KINDS = {
    TargetKind.FIRST_RESPONSE: contract_pb2.TARGET_KIND_FIRST_RESPONSE,
    TargetKind.RESOLUTION: contract_pb2.TARGET_KIND_RESOLUTION,
    TargetKind.NEXT_UPDATE: contract_pb2.TARGET_KIND_NEXT_UPDATE,
    TargetKind.CUSTOM: contract_pb2.TARGET_KIND_CUSTOM,
}
TARGET_LEVELS = {
    TargetLevel.CLIENT: contract_pb2.TARGET_LEVEL_CLIENT,
    TargetLevel.OPERATIONAL: contract_pb2.TARGET_LEVEL_OPERATIONAL,
    TargetLevel.VENDOR: contract_pb2.TARGET_LEVEL_VENDOR,
}
INCIDENT_KINDS = {
    "": incident_pb2.INCIDENT_KIND_UNSPECIFIED,
    "incident": incident_pb2.INCIDENT_KIND_INCIDENT,
    "service_request": incident_pb2.INCIDENT_KIND_SERVICE_REQUEST,
}
REOPEN_RULES = {
    ReopenRule.CONTINUE: contract_pb2.REOPEN_RULE_CONTINUE,
    ReopenRule.NEW_CYCLE: contract_pb2.REOPEN_RULE_NEW_CYCLE,
    ReopenRule.RESET: contract_pb2.REOPEN_RULE_RESET,
}
AWAITED_PARTIES = {
    AwaitedParty.REQUESTER: incident_pb2.AWAITED_PARTY_REQUESTER,
    AwaitedParty.CLIENT: incident_pb2.AWAITED_PARTY_CLIENT,
    AwaitedParty.VENDOR: incident_pb2.AWAITED_PARTY_VENDOR,
    AwaitedParty.CHANGE: incident_pb2.AWAITED_PARTY_CHANGE,
    AwaitedParty.PROVIDER: incident_pb2.AWAITED_PARTY_PROVIDER,
}
_STATES = {
    ClockState.RUNNING: clock_pb2.CLOCK_STATE_RUNNING,
    ClockState.PAUSED: clock_pb2.CLOCK_STATE_PAUSED,
    ClockState.MET: clock_pb2.CLOCK_STATE_MET,
    ClockState.BREACHED: clock_pb2.CLOCK_STATE_BREACHED,
    ClockState.MISSED: clock_pb2.CLOCK_STATE_MISSED,
    ClockState.CANCELED: clock_pb2.CLOCK_STATE_CANCELED,
}


def calendar(version: Calendar, provider_id: str, revision: int) -> calendar_pb2.Calendar:
    """One version of a calendar; revision is the record's, to change it by."""
    return calendar_pb2.Calendar(
        calendar_id=version.calendar_id,
        provider_id=provider_id,
        name=version.name,
        version=version.version,
        time_zone=version.time_zone,
        always_open=version.always_open,
        hours=[
            calendar_pb2.DayHours(weekday=weekday, windows=_windows(windows))
            for weekday, windows in sorted(version.hours.items())
        ],
        country=version.country,
        subdivision=version.subdivision,
        overrides=[
            calendar_pb2.DayOverride(
                date=day.isoformat(), windows=_windows(windows), name=version.override_names.get(day, "")
            )
            for day, windows in sorted(version.overrides.items())
        ],
        create_time=_timestamp(version.create_time),
        revision=revision,
    )


def contract(version: Contract, revision: int) -> contract_pb2.Contract:
    """One version of a contract; revision is the record's, to change it by."""
    return contract_pb2.Contract(
        contract_id=version.contract_id,
        provider_id=version.provider_id,
        tenant_id=version.tenant_id,
        name=version.name,
        version=version.version,
        effective_time=_timestamp(version.effective_time),
        targets=[_target(target) for target in version.targets],
        reopen_rule=REOPEN_RULES[version.reopen_rule],
        close_after_seconds=version.close_after_seconds,
        reopen_within_seconds=version.reopen_within_seconds,
        time_zone=version.time_zone,
        create_time=_timestamp(version.create_time),
        revision=revision,
    )


def clock(
    shown: Clock,
    record: ClockSet,
    agreed: Contract,
    segments: Iterable[Segment] = (),
    forecast: Forecast | None = None,
) -> clock_pb2.Clock:
    """One clock of an incident."""
    return clock_pb2.Clock(
        incident_id=record.incident_id,
        tenant_id=record.tenant_id,
        kind=TARGET_KINDS[shown.kind],
        cycle=shown.cycle,
        state=_STATES[shown.state],
        goal_seconds=shown.goal_seconds,
        start_time=_timestamp(shown.start_time),
        due_time=_timestamp(shown.due_time),
        warning_time=_timestamp(shown.warning_time),
        stop_time=_timestamp(shown.stop_time),
        elapsed_seconds=shown.elapsed_seconds,
        paused_seconds=shown.paused_seconds,
        warned=shown.warned,
        breached=shown.breached,
        breach_time=_timestamp(shown.breach_time),
        awaiting=AWAITED_PARTIES.get(AwaitedParty(shown.awaiting)) if shown.awaiting else None,
        priority=incident_pb2.Priority.Name(shown.priority),
        contract_id=agreed.contract_id,
        contract_version=agreed.version,
        calendar_id=shown.calendar_id,
        calendar_version=shown.calendar_version,
        segments=[_segment(segment) for segment in segments],
        name=shown.name,
        level=TARGET_LEVELS[shown.level],
        warnings=[
            clock_pb2.WarningPoint(percent=one.percent, time=_timestamp(one.time), given=one.given)
            for one in shown.warnings
        ],
        exclusion=shown.exclusion,
        serves=shown.serves,
        forecast=_forecast(forecast) if forecast else None,
    )


def _forecast(made: Forecast) -> clock_pb2.Forecast:
    return clock_pb2.Forecast(
        chance=round(made.chance, 4),
        chance_at_opening=round(made.chance_at_opening, 4),
        alike=made.alike,
        similar_incidents=made.incidents,
        similar_breached=made.breached,
    )


def clock_set(
    record: ClockSet, agreed: Contract | None, clocks: Iterable[clock_pb2.Clock]
) -> clock_pb2.ClockSet:
    """All clocks of one incident."""
    return clock_pb2.ClockSet(
        incident_id=record.incident_id,
        tenant_id=record.tenant_id,
        has_contract=agreed is not None,
        contract_id=agreed.contract_id if agreed else "",
        contract_name=agreed.name if agreed else "",
        contract_version=agreed.version if agreed else 0,
        clocks=clocks,
        revision=record.revision,
    )


def contract_preview(
    opened: datetime, promises: Iterable[Promise]
) -> contract_service_pb2.PreviewContractResponse:
    """When each promise would be due."""
    return contract_service_pb2.PreviewContractResponse(
        open_time=_timestamp(opened),
        targets=[
            contract_service_pb2.TargetPreview(
                kind=TARGET_KINDS[one.kind],
                priority=incident_pb2.Priority.Name(one.priority),
                goal_seconds=one.goal_seconds,
                calendar_id=one.calendar_id,
                calendar_version=one.calendar_version,
                warning_time=_timestamp(one.warning_time),
                due_time=_timestamp(one.due_time),
            )
            for one in promises
        ],
    )


def calendar_preview(year: int, days: Iterable[Day]) -> contract_service_pb2.PreviewCalendarResponse:
    """Every date of a year."""
    return contract_service_pb2.PreviewCalendarResponse(
        year=year,
        days=[
            contract_service_pb2.DayPreview(
                date=day.on.isoformat(),
                windows=_windows(day.windows),
                open_seconds=day.open_seconds,
                holiday=day.holiday,
                name=day.name,
                override=day.override,
                clock_change_seconds=day.change_seconds,
            )
            for day in days
        ],
    )


def _target(target: Target) -> contract_pb2.ServiceLevelTarget:
    return contract_pb2.ServiceLevelTarget(
        kind=TARGET_KINDS[target.kind],
        priority=incident_pb2.Priority.Name(target.priority),
        goal_seconds=target.goal_seconds,
        calendar_id=target.calendar_id,
        warning_percent=target.warning_percent,
        pausing_parties=sorted(AWAITED_PARTIES[party] for party in target.pausing_parties),
        name=target.name,
        level=None if target.level is TargetLevel.CLIENT else TARGET_LEVELS[target.level],
        incident_kind=INCIDENT_KINDS[target.incident_kind],
        service=target.service,
        channel=target.channel,
        requester_group=target.requester_group,
        assignment_group_id=target.group_id,
        warning_percents=target.warning_percents,
        start_event=target.start_event or "",
        stop_event=target.stop_event or "",
        reopen_rule=REOPEN_RULES[target.reopen_rule] if target.reopen_rule else None,
        excluded_codes=sorted(target.excluded_codes),
    )


def _segment(segment: Segment) -> clock_pb2.Segment:
    return clock_pb2.Segment(
        start_time=_timestamp(segment.start_time),
        end_time=_timestamp(segment.end_time),
        counted=segment.counted,
        reason=segment.reason,
        seconds=segment.seconds,
        calendar_id=segment.calendar_id,
        calendar_version=segment.calendar_version,
    )


def _windows(windows: Iterable[Window]) -> list[calendar_pb2.Window]:
    return [calendar_pb2.Window(start=clock_text(start), end=clock_text(end)) for start, end in windows]


def _timestamp(moment: datetime | None) -> Timestamp | None:
    if moment is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp
