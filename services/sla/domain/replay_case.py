"""A life of one incident as a JSON object, and its explained clocks: for the command line and for auditors.

docs/service-levels.md has the whole schema, with examples that a test runs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from chassis.errors import InvalidArgument
from services.sla.domain.business_time import BusinessTime
from services.sla.domain.business_time_case import calendar_from, time_from, time_text
from services.sla.domain.clock import Clock, ClockState, replay
from services.sla.domain.contract import Contract, ReopenRule, Terms
from services.sla.domain.contract_check import check_contract
from services.sla.domain.instants import micros
from services.sla.domain.replay_words import choice, facts_from, targets_from, whole
from services.sla.domain.segments import Segment, explain

_VERDICTS = {ClockState.MET: "met", ClockState.MISSED: "missed", ClockState.BREACHED: "missed"}


def explained(case: Mapping[str, Any]) -> dict[str, Any]:
    """The explained clocks of one case. Raises InvalidArgument, naming the field that is wrong."""
    if not isinstance(case, Mapping):
        raise InvalidArgument("not_an_object", "A case is a JSON object.")
    terms = terms_from(case)
    facts = facts_from(case.get("facts"))
    at = time_from(case.get("at"), "at")
    clocks = [_clock(clock, terms.contract, at) for clock in replay(facts, terms, at)]
    answer: dict[str, Any] = {"id": case["id"]} if "id" in case else {}
    return answer | {"at": time_text(at.astimezone(UTC)), "clocks": clocks}


def explained_line(line: str) -> str:
    """One JSON line for one case on a line; what is wrong with it stands in "error" (and "field")."""
    case: Any = None
    try:
        case = json.loads(line)
        return json.dumps(explained(case))
    except InvalidArgument as error:
        refusal = {"id": _id_of(case), "error": error.reason, "message": error.message}
        return json.dumps(refusal | ({"field": error.values["field"]} if "field" in error.values else {}))
    except (ValueError, OverflowError, TypeError, AttributeError, RecursionError) as error:
        # One that no rule above thought of must not lose the cases after it.
        return json.dumps({"id": _id_of(case), "error": "value_invalid", "message": str(error)})


def terms_from(described: Mapping[str, Any], source: str = "case") -> Terms:
    """The contract and the calendars of a case, or of a contract file. Raises InvalidArgument, naming the field."""
    calendars = _calendars(described)
    listed = described.get("targets", described.get("target"))
    if isinstance(listed, Mapping):
        listed = [listed]
    if not isinstance(listed, list):
        raise InvalidArgument("targets_missing", "A case has a target, or a list of targets.", field="target")
    names = list(calendars)
    targets = [one for position, each in enumerate(listed) for one in targets_from(each, position, names)]
    contract = Contract(
        contract_id="contract",
        provider_id="",
        tenant_id="",
        name=str(described.get("name") or source),
        targets=tuple(targets),
        version=whole(described.get("contract_version", 1), "contract_version"),
        reopen_rule=choice(
            ReopenRule, described.get("reopen", described.get("reopen_rule", ReopenRule.CONTINUE)), "reopen"
        ),
    )
    check_contract(contract, calendars)
    return Terms(contract, calendars)


def _id_of(case: Any) -> Any:
    return case.get("id") if isinstance(case, Mapping) else None


def _calendars(case: Mapping[str, Any]) -> dict[str, BusinessTime]:
    described = case.get("calendars")
    if described is None:
        described = {"calendar": case.get("calendar")}
    if not isinstance(described, Mapping) or not described:
        raise InvalidArgument("not_an_object", "calendars is an object of calendars.", field="calendars")
    return {name: BusinessTime(calendar_from(each, name)) for name, each in described.items()}


def _clock(clock: Clock, contract: Contract, at: datetime) -> dict[str, Any]:
    times = ("start_time", "due_time", "warning_time", "stop_time", "breach_time")
    return {
        "key": clock.key,
        "kind": clock.kind.value,
        "name": clock.name,
        "level": clock.level.value,
        "cycle": clock.cycle,
        "state": clock.state.value,
        "verdict": _VERDICTS.get(clock.state),
        "priority": clock.priority,
        "goal_seconds": clock.goal_seconds,
        **{name: _text(getattr(clock, name)) for name in times},
        "elapsed_seconds": clock.elapsed_seconds,
        "paused_seconds": clock.paused_seconds,
        "warned": clock.warned,
        "warnings": [
            {"percent": one.percent, "time": time_text(one.time), "given": one.given}
            for one in clock.warnings
        ],
        "breached": clock.breached,
        "awaiting": clock.awaiting,
        "exclusion": clock.exclusion,
        "serves": clock.serves,
        "contract_version": contract.version,
        "segments": [_segment(segment, contract, at) for segment in explain(clock)],
    }


def _segment(segment: Segment, contract: Contract, at: datetime) -> dict[str, Any]:
    return {
        "from": time_text(segment.start_time),
        "to": time_text(segment.end_time),
        "seconds": segment.seconds,
        "counted": segment.counted,
        "reason": segment.reason,
        # Whether some of it is still to come, if nothing changes.
        "planned": micros(segment.end_time) > micros(at),
        "calendar": segment.calendar_id,
        "calendar_version": segment.calendar_version,
        "contract_version": contract.version,
    }


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else time_text(moment)
