"""The service level clocks of one incident, with the reasons for each due time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fairlead.sla.v1 import clock_pb2, contract_pb2
from services.gateway.pages.console.risk import chance_text, risk_words
from services.gateway.pages.language import gettext as _
from services.gateway.pages.moments import given
from services.gateway.pages.segments import SegmentLine, segment_lines
from services.gateway.pages.signs import sla_sign

# How a clock's own state looks in the chips of the queue.
_AS_SLA = {
    clock_pb2.CLOCK_STATE_RUNNING: "ok",
    clock_pb2.CLOCK_STATE_PAUSED: "paused",
    clock_pb2.CLOCK_STATE_MET: "met",
    clock_pb2.CLOCK_STATE_BREACHED: "breached",
}

_ORDER = {
    contract_pb2.TARGET_KIND_FIRST_RESPONSE: 0,
    contract_pb2.TARGET_KIND_NEXT_UPDATE: 1,
    contract_pb2.TARGET_KIND_RESOLUTION: 2,
}


@dataclass(frozen=True)
class ClockLine:
    """One clock as the page shows it. sla: the word for its chip; `verdict` instead, where the chips know no word."""

    label: str
    sla: str
    verdict: str
    tone: str
    due_time: Any
    goal_seconds: int
    elapsed_seconds: int
    paused_seconds: int
    awaiting: int
    cycle: int
    segments: list[SegmentLine]
    # The chance of a breach with its basis, in a sentence; "" where none is forecast.
    forecast: str


def clock_lines(clocks: clock_pb2.ClockSet, now: datetime) -> list[ClockLine]:
    """First response before resolution; of several cycles the last. now: where the past ends and the plan begins."""
    latest: dict[tuple[int, int, str], clock_pb2.Clock] = {}
    for clock in sorted(clocks.clocks, key=lambda each: (each.level, _ORDER.get(each.kind, 9), each.cycle)):
        latest[clock.level, clock.kind, clock.name] = clock
    return [_clock_line(clock, now) for clock in latest.values()]


def target_label(kind: int, level: int = 0, name: str = "") -> str:
    """What a contract promises."""
    labels: dict[int, str] = {
        contract_pb2.TARGET_KIND_FIRST_RESPONSE: _("First response"),
        contract_pb2.TARGET_KIND_RESOLUTION: _("Resolution"),
        contract_pb2.TARGET_KIND_NEXT_UPDATE: _("Next update"),
    }
    if level == contract_pb2.TARGET_LEVEL_OPERATIONAL:
        return _("Assignment group")
    if level == contract_pb2.TARGET_LEVEL_VENDOR:
        return _("Vendor")
    return name.replace("_", " ").capitalize() or labels.get(kind, _("Target"))


def _clock_line(clock: clock_pb2.Clock, now: datetime) -> ClockLine:
    sla = _AS_SLA.get(clock.state, "")
    if sla == "ok" and clock.warned:
        sla = "at_risk"
    verdict, tone = "", ""
    if not sla:
        missed = clock.state == clock_pb2.CLOCK_STATE_MISSED
        verdict, tone = (_("Missed"), "bad") if missed else (_("Canceled"), "quiet")
    return ClockLine(
        label=target_label(clock.kind, clock.level, clock.name),
        sla=sla,
        verdict=verdict or sla_sign(sla).label,
        tone=tone,
        due_time=given(clock, "due_time"),
        goal_seconds=clock.goal_seconds,
        elapsed_seconds=clock.elapsed_seconds,
        paused_seconds=clock.paused_seconds,
        awaiting=clock.awaiting,
        cycle=clock.cycle,
        segments=segment_lines(clock, now),
        forecast=forecast_text(clock.forecast) if clock.HasField("forecast") else "",
    )


def forecast_text(forecast: clock_pb2.Forecast) -> str:
    """A chance with its basis."""
    similar, breached = forecast.similar_incidents, forecast.similar_breached
    return risk_words() % {
        "chance": chance_text(forecast.chance),
        "similar": similar,
        "breached": breached,
    }
