"""Targets and facts from their JSON forms, in the words people write them in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any, TypeVar

from chassis.errors import InvalidArgument
from services.sla.domain.business_time_case import time_from
from services.sla.domain.contract import AwaitedParty, ReopenRule, Target, TargetKind, TargetLevel
from services.sla.domain.facts import Fact, FactKind

Choice = TypeVar("Choice", bound=StrEnum)
_TARGET_WORDS = {
    "response": "first_response",
    "update": "next_update",
    "resolve": "resolution",
    "fix": "resolution",
}
# As the REST API names what is shorter here.
_TARGET_FIELDS = {
    "calendar_id": "calendar",
    "pausing_parties": "pauses",
    "warning_percents": "warnings",
    "start_event": "start",
    "stop_event": "stop",
    "assignment_group_id": "group",
    "reopen_rule": "reopen",
    "excluded_codes": "excludes",
}
_FACT_WORDS = {
    "open": "opened",
    "created": "opened",
    "incident_opened": "opened",
    "priority_changed": "prioritized",
    "priority": "prioritized",
    "hold": "held",
    "on_hold": "held",
    "paused": "held",
    "resume": "resumed",
    "answered": "responded",
    "first_response": "responded",
    "public_answer": "responded",
    "resolve": "resolved",
    "reopen": "reopened",
    "close": "closed",
    "cancel": "canceled",
    "cancelled": "canceled",
    "reassigned": "assigned",
    "assign": "assigned",
}
# They happen to incidents, and nothing to a clock.
_WITHOUT_EFFECT = frozenset({"noted", "linked", "rated", "watched", "attached"})
# At one instant, what stands first here happened first; a resumption while on hold, or a reopening of what was over,
# comes before its opposite, and after it otherwise.
_ORDER = (
    FactKind.OPENED,
    FactKind.CLASSIFIED,
    FactKind.PRIORITIZED,
    FactKind.ASSIGNED,
    FactKind.ACKNOWLEDGED,
    FactKind.ABSORBED,
    FactKind.REPLIED,
    FactKind.HELD,
    FactKind.RESUMED,
    FactKind.RESPONDED,
    FactKind.RESOLVED,
    FactKind.CONFIRMED,
    FactKind.CLOSED,
    FactKind.CANCELED,
    FactKind.MERGED,
    FactKind.REOPENED,
)
_OVER = frozenset({FactKind.RESOLVED, FactKind.CLOSED, FactKind.CANCELED, FactKind.MERGED})


def choice(kinds: type[Choice], value: Any, field: str, words: Mapping[str, str] | None = None) -> Choice:
    """One of an enumeration, from its name or another word for it. Raises InvalidArgument("value_unknown")."""
    plain = re.sub(r"[\s-]+", "_", str(value).strip().lower())
    try:
        return kinds((words or {}).get(plain, plain))
    except ValueError:
        allowed = ", ".join(kinds)
        raise InvalidArgument("value_unknown", f"This is one of: {allowed}.", field=field) from None


def whole(value: Any, field: str) -> int:
    """A whole number; 3.0 is one. Raises InvalidArgument("not_a_number")."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidArgument("not_a_number", "This is a whole number.", field=field)
    return value


def priority_of(value: Any, field: str) -> int:
    """1 to 5 from 1, "1" or "P1"; 0 for none."""
    if isinstance(value, str) and re.fullmatch(r"[pP]?[1-5]", value.strip()):
        return int(value.strip()[-1])
    return whole(value or 0, field)


def targets_from(described: Any, position: int, calendars: Sequence[str]) -> list[Target]:
    """One target, for each priority where `goal_seconds` is an object of goals by priority."""
    field = f"targets[{position}]"
    if not isinstance(described, Mapping):
        raise InvalidArgument("not_an_object", "A target is a JSON object.", field=field)
    described = {_TARGET_FIELDS.get(name, name): value for name, value in described.items()}
    goal = described.get("goal_seconds", described.get("goal"))
    if isinstance(goal, Mapping):
        return [
            _target(described, field, calendars, seconds, priority_of(priority, f"{field}.goal_seconds"))
            for priority, seconds in goal.items()
        ]
    return [
        _target(
            described, field, calendars, goal, priority_of(described.get("priority"), f"{field}.priority")
        )
    ]


def _target(
    described: Mapping[str, Any], field: str, calendars: Sequence[str], goal: Any, priority: int
) -> Target:
    rule = described.get("reopen")
    more: dict[str, Any] = {
        f"{end}_event": choice(FactKind, described[end], f"{field}.{end}", _FACT_WORDS)
        for end in ("start", "stop")
        if described.get(end)
    }
    for name in ("name", "service", "channel", "requester_group", "incident_kind"):
        more[name] = str(described.get(name) or "")
    percents = _list(described.get("warnings", []), f"{field}.warnings")
    return Target(
        kind=choice(TargetKind, described.get("kind"), f"{field}.kind", _TARGET_WORDS),
        priority=priority,
        goal_seconds=whole(goal, f"{field}.goal_seconds"),
        calendar_id=str(described.get("calendar", calendars[0])),
        warning_percent=whole(described.get("warning_percent", 0), f"{field}.warning_percent"),
        pausing_parties=parties_of(described.get("pauses", []), f"{field}.pauses"),
        level=choice(TargetLevel, described.get("level") or TargetLevel.CLIENT, f"{field}.level"),
        group_id=str(described.get("group") or ""),
        warning_percents=tuple(whole(percent, f"{field}.warnings") for percent in percents),
        reopen_rule=choice(ReopenRule, rule, f"{field}.reopen") if rule else None,
        excluded_codes=frozenset(map(str, _list(described.get("excludes", []), f"{field}.excludes"))),
        **more,
    )


def parties_of(value: Any, field: str) -> frozenset[AwaitedParty]:
    """Awaited parties from their list, or from one of them; true for all."""
    if value is True:
        return frozenset(AwaitedParty)
    listed = [value] if isinstance(value, str) else (value or [])
    return frozenset(choice(AwaitedParty, party, field) for party in _list(listed, field))


def _list(value: Any, field: str) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidArgument("not_a_list", "This is a list.", field=field)
    return value


def facts_from(listed: Any) -> list[Fact]:
    """Facts in any order, each once: what has the same `id`, or is the same word for word, is one fact."""
    if not isinstance(listed, list) or not all(isinstance(each, Mapping) for each in listed):
        raise InvalidArgument("facts_missing", "facts is a list of JSON objects.", field="facts")
    read: dict[str, tuple[datetime, int | None, int, Fact]] = {}
    for position, each in enumerate(listed):
        word = each.get("kind", each.get("type", each.get("fact")))
        if str(word).strip().lower() in _WITHOUT_EFFECT:
            continue
        fact = _fact(each, word, f"facts[{position}]")
        sequence = each.get("sequence")
        read.setdefault(
            fact.event_id,
            (
                fact.time,
                None if sequence is None else whole(sequence, f"facts[{position}].sequence"),
                position,
                fact,
            ),
        )
    return _numbered(read.values())


def _fact(each: Mapping[str, Any], word: Any, field: str) -> Fact:
    kind = choice(FactKind, word, f"{field}.kind", _FACT_WORDS)
    if kind is FactKind.MERGED and not each.get("into"):
        kind = FactKind.ABSORBED  # another one was merged into this
    awaiting, since = each.get("awaiting", each.get("awaits")) or "", each.get("since")
    identity = each.get("id")
    return Fact(
        event_id=json.dumps(each, sort_keys=True, default=str) if identity is None else str(identity),
        sequence=0,
        kind=kind,
        time=time_from(each.get("time", each.get("at")), f"{field}.time"),
        priority=priority_of(each.get("priority"), f"{field}.priority"),
        awaiting=choice(AwaitedParty, awaiting, f"{field}.awaiting").value if awaiting else "",
        incident_kind=str(each.get("incident_kind") or ""),
        service=str(each.get("service") or ""),
        channel=str(each.get("channel") or ""),
        requester_group=str(each.get("requester_group") or ""),
        group_id=str(each.get("group") or ""),
        code=str(each.get("code") or ""),
        since=time_from(since, f"{field}.since") if since else None,
    )


def _numbered(read: Iterable[tuple[datetime, int | None, int, Fact]]) -> list[Fact]:
    """By their sequences where all have one, else by their times; at one instant in the order of a life."""
    found = list(read)
    if found and all(sequence is not None for _, sequence, _, _ in found):
        return [_with_sequence(fact, sequence or 0) for _, sequence, _, fact in found]
    found.sort(key=lambda one: (one[0], one[1] or 0, _ORDER.index(one[3].kind), one[2]))
    ordered: list[Fact] = []
    held = over = False
    for _, together in groupby(found, key=lambda one: one[0]):
        facts = [fact for _, _, _, fact in together]
        if len(facts) > 1:
            facts = _first(facts, FactKind.RESUMED, FactKind.HELD) if held else facts
            facts = _first(facts, FactKind.REOPENED, FactKind.RESOLVED) if over else facts
        for fact in facts:
            held = fact.kind is FactKind.HELD or (
                held and fact.kind not in (FactKind.RESUMED, FactKind.REOPENED)
            )
            over = fact.kind in _OVER or (over and fact.kind is not FactKind.REOPENED)
        ordered += facts
    return [_with_sequence(fact, number) for number, fact in enumerate(ordered, start=1)]


def _first(facts: list[Fact], one: FactKind, other: FactKind) -> list[Fact]:
    """The facts of one instant with those of one kind moved before those of another."""
    if not any(fact.kind is other for fact in facts):
        return facts
    moved = [fact for fact in facts if fact.kind is one]
    rest = [fact for fact in facts if fact.kind is not one]
    place = next(at for at, fact in enumerate(rest) if fact.kind is other)
    return [*rest[:place], *moved, *rest[place:]]


def _with_sequence(fact: Fact, sequence: int) -> Fact:
    return replace(fact, sequence=sequence)
