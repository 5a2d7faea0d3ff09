"""What a contract must be before it is saved: every refusal names its field."""

from __future__ import annotations

import re
from collections.abc import Iterable

from chassis.errors import InvalidArgument
from services.sla.domain.calendar import require_zone
from services.sla.domain.contract import AwaitedParty, Contract, Target, TargetKind, TargetLevel, Track
from services.sla.domain.facts import FactKind

# Longer promises are mistakes in the unit.
LONGEST_GOAL_SECONDS = 5 * 366 * 86_400
LONGEST_DELAY_SECONDS = 366 * 86_400
# More warnings than this are noise.
MOST_WARNINGS = 10
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
# What the levels below the client's can promise.
_KINDS_BELOW = frozenset({TargetKind.FIRST_RESPONSE, TargetKind.RESOLUTION})


def check_contract(contract: Contract, calendar_ids: Iterable[str]) -> None:
    """Raises InvalidArgument, naming the field, for a contract that cannot be promised.

    calendar_ids: those that exist in the provider's room.
    """
    if not contract.name.strip():
        raise InvalidArgument("name_missing", "A contract needs a name.", field="name")
    require_zone(contract.time_zone)
    if not contract.targets:
        raise InvalidArgument("targets_missing", "A contract promises something.", field="targets")
    known, seen = frozenset(calendar_ids), set()
    events: dict[Track, tuple[FactKind | None, FactKind | None]] = {}
    for position, target in enumerate(contract.targets):
        field = f"targets[{position}]"
        _check_target(target, field, known)
        promise = (
            target.track,
            *(target.priority, target.incident_kind, target.service, target.channel),
            *(target.requester_group, target.group_id),
        )
        if promise in seen:
            raise InvalidArgument(
                "target_repeated",
                "There is one target for each kind and what it selects.",
                field=f"{field}.priority",
            )
        seen.add(promise)
        ends = (target.start_event, target.stop_event)
        if events.setdefault(target.track, ends) != ends:
            raise InvalidArgument(
                "events_differ", "A custom promise has one start and one stop.", field=f"{field}.start_event"
            )
    for name in ("close_after_seconds", "reopen_within_seconds"):
        if not 0 <= getattr(contract, name) <= LONGEST_DELAY_SECONDS:
            raise InvalidArgument("delay_out_of_range", "A delay is 0 seconds to a year.", field=name)


def _check_target(target: Target, field: str, calendar_ids: frozenset[str]) -> None:
    if not 0 <= target.priority <= 5:
        raise InvalidArgument("priority_invalid", "A priority is P1 to P5.", field=f"{field}.priority")
    if not 0 < target.goal_seconds <= LONGEST_GOAL_SECONDS:
        raise InvalidArgument(
            "goal_out_of_range",
            "A goal is more than 0 seconds and at most five years.",
            field=f"{field}.goal_seconds",
        )
    if not 0 <= target.warning_percent < 100:
        raise InvalidArgument(
            "warning_out_of_range", "A warning comes at 0 to 99 per cent.", field=f"{field}.warning_percent"
        )
    if len(target.warnings) > MOST_WARNINGS or not all(0 < p < 100 for p in target.warning_percents):
        raise InvalidArgument(
            "warning_out_of_range",
            f"At most {MOST_WARNINGS} warnings, each at 1 to 99 per cent.",
            field=f"{field}.warning_percents",
        )
    if target.calendar_id not in calendar_ids:
        raise InvalidArgument(
            "calendar_unknown",
            "There is no such calendar.",
            field=f"{field}.calendar_id",
            calendar_id=target.calendar_id,
        )
    _check_level(target, field)
    _check_custom(target, field)


def _check_level(target: Target, field: str) -> None:
    if target.level is not TargetLevel.CLIENT and target.kind not in _KINDS_BELOW:
        raise InvalidArgument(
            "kind_invalid", "Below the client's level: first response or resolution.", field=f"{field}.kind"
        )
    if target.level is TargetLevel.VENDOR:
        if target.kind is not TargetKind.RESOLUTION:
            raise InvalidArgument("kind_invalid", "A vendor owes a resolution.", field=f"{field}.kind")
        if AwaitedParty.VENDOR in target.pausing_parties:
            raise InvalidArgument(
                "party_invalid",
                "Awaiting the vendor is what runs this clock.",
                field=f"{field}.pausing_parties",
            )


def _check_custom(target: Target, field: str) -> None:
    custom = target.kind is TargetKind.CUSTOM
    if custom and not _NAME.fullmatch(target.name):
        raise InvalidArgument(
            "name_invalid",
            "A custom promise has a short name: a to z, digits, - and _.",
            field=f"{field}.name",
        )
    if not custom and target.name:
        raise InvalidArgument("name_invalid", "Only a custom promise has a name.", field=f"{field}.name")
    for name in ("start_event", "stop_event"):
        if (getattr(target, name) is not None) is not custom:
            raise InvalidArgument(
                "event_invalid",
                "A custom promise, and no other, has a start and a stop.",
                field=f"{field}.{name}",
            )
