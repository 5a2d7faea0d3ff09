"""A life of one incident as a JSON object, and its explained clocks: for the command line and for auditors.

    {"calendar": {"tz": "Europe/Paris", "hours": {"mon": [["09:00", "17:00"]], …}},
     "target": {"kind": "resolution", "goal_seconds": 14400, "warning_percent": 75, "pauses": ["requester"]},
     "facts": [{"kind": "opened", "time": "2024-06-14T13:00:00Z", "priority": 3},
               {"kind": "held", "time": "2024-06-14T14:00:00Z", "awaiting": "requester"}, …],
     "at": "2024-06-17T08:00:00Z"}

`calendar` is as in `business_time_case`; `calendars` may name several ({name: calendar}), a target then says which.
`targets` may list several. A target without `priority` holds for every priority. `reopen` is "continue" (the
default) or "new_cycle". A fact may carry an `id` (repeated facts are taken once) and a `sequence`, which orders it;
without one, facts are ordered by their times, and by their places where those are equal.

The answer: {"at", "clocks": [{"kind", "cycle", "state", "verdict", "priority", "goal_seconds", "start_time",
"due_time", "warning_time", "stop_time", "breach_time", "elapsed_seconds", "paused_seconds", "warned", "breached",
"awaiting", "contract_version", "segments": [{"from", "to", "seconds", "counted", "reason", "calendar",
"calendar_version"}]}]}. `verdict` is met, missed or null; times are UTC, and null where there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from chassis.errors import InvalidArgument
from services.sla.domain.business_time import BusinessTime
from services.sla.domain.business_time_case import calendar_from, time_from, time_text
from services.sla.domain.clock import Clock, ClockState, replay
from services.sla.domain.contract import (
    AwaitedParty,
    Contract,
    ReopenRule,
    Target,
    TargetKind,
    Terms,
)
from services.sla.domain.contract_check import check_contract
from services.sla.domain.facts import Fact, FactKind
from services.sla.domain.segments import Segment, explain

_VERDICTS = {ClockState.MET: "met", ClockState.MISSED: "missed", ClockState.BREACHED: "missed"}
Choice = TypeVar("Choice", bound=StrEnum)


def explained(case: Mapping[str, Any]) -> dict[str, Any]:
    """The explained clocks of one case. Raises InvalidArgument, naming the field that is wrong."""
    if not isinstance(case, Mapping):
        raise InvalidArgument("not_an_object", "A case is a JSON object.")
    calendars = _calendars(case)
    terms = Terms(_contract(case, calendars), calendars)
    at = time_from(case.get("at"), "at")
    clocks = replay(_facts(case), terms, at)
    return {"at": _utc_text(at), "clocks": [_clock(clock, terms.contract) for clock in clocks]}


def _utc_text(moment: datetime) -> str:
    return time_text(moment.astimezone(UTC))


def _calendars(case: Mapping[str, Any]) -> dict[str, BusinessTime]:
    described = case.get("calendars")
    if described is None:
        described = {"calendar": case.get("calendar")}
    if not isinstance(described, Mapping) or not described:
        raise InvalidArgument("not_an_object", "calendars is an object of calendars.", field="calendars")
    return {name: BusinessTime(calendar_from(each, name)) for name, each in described.items()}


def _contract(case: Mapping[str, Any], calendars: Mapping[str, BusinessTime]) -> Contract:
    listed = case.get("targets", [case["target"]] if "target" in case else None)
    if not isinstance(listed, list):
        raise InvalidArgument("targets_missing", "A case has a target, or a list of targets.", field="target")
    targets = [
        target for position, each in enumerate(listed) for target in _targets(each, position, calendars)
    ]
    contract = Contract(
        contract_id="contract",
        provider_id="",
        tenant_id="",
        name="case",
        targets=tuple(targets),
        reopen_rule=_choice(ReopenRule, case.get("reopen", ReopenRule.CONTINUE), "reopen"),
    )
    check_contract(contract, calendars)
    return contract


def _targets(described: Any, position: int, calendars: Mapping[str, BusinessTime]) -> list[Target]:
    field = f"targets[{position}]"
    if not isinstance(described, Mapping):
        raise InvalidArgument("not_an_object", "A target is a JSON object.", field=field)
    goal, priority = described.get("goal_seconds"), described.get("priority")
    for name, value in (("goal_seconds", goal), ("warning_percent", described.get("warning_percent", 0))):
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvalidArgument("not_a_number", "This is a whole number.", field=f"{field}.{name}")
    pauses = described.get("pauses", [])
    if not isinstance(pauses, list):
        raise InvalidArgument("not_a_list", "pauses is a list of parties.", field=f"{field}.pauses")
    return [
        Target(
            kind=_choice(TargetKind, described.get("kind"), f"{field}.kind"),
            priority=each,
            goal_seconds=int(goal or 0),
            calendar_id=str(described.get("calendar", next(iter(calendars)))),
            warning_percent=described.get("warning_percent", 0),
            pausing_parties=frozenset(_choice(AwaitedParty, p, f"{field}.pauses") for p in pauses),
        )
        for each in ([priority] if priority is not None else range(1, 6))
    ]


def _facts(case: Mapping[str, Any]) -> list[Fact]:
    listed = case.get("facts")
    if not isinstance(listed, list) or not all(isinstance(each, Mapping) for each in listed):
        raise InvalidArgument("facts_missing", "facts is a list of JSON objects.", field="facts")
    timed = [(time_from(each.get("time"), f"facts[{at}].time"), at, each) for at, each in enumerate(listed)]
    facts = []
    for place, (time, position, each) in enumerate(sorted(timed, key=lambda one: one[:2]), start=1):
        field = f"facts[{position}]"
        awaiting = each.get("awaiting") or ""
        facts.append(
            Fact(
                event_id=str(each.get("id", f"#{position}")),
                sequence=_whole(each.get("sequence", place), f"{field}.sequence"),
                kind=_choice(FactKind, each.get("kind"), f"{field}.kind"),
                time=time,
                priority=_whole(each.get("priority", 0), f"{field}.priority"),
                awaiting=_choice(AwaitedParty, awaiting, f"{field}.awaiting").value if awaiting else "",
            )
        )
    return facts


def _whole(value: Any, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidArgument("not_a_number", "This is a whole number.", field=field)
    return value


def _choice(kinds: type[Choice], value: Any, field: str) -> Choice:
    try:
        return kinds(value)
    except ValueError:
        allowed = ", ".join(kinds)
        raise InvalidArgument("value_unknown", f"This is one of: {allowed}.", field=field) from None


def _clock(clock: Clock, contract: Contract) -> dict[str, Any]:
    times = ("start_time", "due_time", "warning_time", "stop_time", "breach_time")
    return {
        "kind": clock.kind.value,
        "cycle": clock.cycle,
        "state": clock.state.value,
        "verdict": _VERDICTS.get(clock.state),
        "priority": clock.priority,
        "goal_seconds": clock.goal_seconds,
        **{name: _text(getattr(clock, name)) for name in times},
        "elapsed_seconds": clock.elapsed_seconds,
        "paused_seconds": clock.paused_seconds,
        "warned": clock.warned,
        "breached": clock.breached,
        "awaiting": clock.awaiting,
        "contract_version": contract.version,
        "segments": [_segment(segment) for segment in explain(clock)],
    }


def _segment(segment: Segment) -> dict[str, Any]:
    return {
        "from": time_text(segment.start_time),
        "to": time_text(segment.end_time),
        "seconds": segment.seconds,
        "counted": segment.counted,
        "reason": segment.reason,
        "calendar": segment.calendar_id,
        "calendar_version": segment.calendar_version,
    }


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else time_text(moment)
