"""A contract: what is promised to one client, by kind of promise and priority.

Versioned by effective time: a change makes the next version, and an incident keeps the version that was in
force when it was opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chassis.errors import InvalidArgument
from services.sla.domain.business_time import BusinessTime
from services.sla.domain.calendar import require_zone

# What an incident counts as until somebody or something has decided its priority.
DEFAULT_PRIORITY = 3
# Longer promises are mistakes in the unit.
LONGEST_GOAL_SECONDS = 5 * 366 * 86_400
LONGEST_DELAY_SECONDS = 366 * 86_400


class TargetKind(StrEnum):
    """What is promised."""

    FIRST_RESPONSE = "first_response"
    RESOLUTION = "resolution"


class ReopenRule(StrEnum):
    """What a reopened incident's resolution clock does. The first verdict stands either way."""

    # A further cycle goes on from the time already consumed, unless that verdict was missed.
    CONTINUE = "continue"
    # A further cycle starts from nothing.
    NEW_CYCLE = "new_cycle"


class AwaitedParty(StrEnum):
    """Whom an incident on hold awaits."""

    REQUESTER = "requester"
    CLIENT = "client"
    VENDOR = "vendor"
    CHANGE = "change"
    PROVIDER = "provider"


@dataclass(frozen=True)
class Target:
    """One promise: so many seconds of business time on a calendar, for one priority (1 to 5)."""

    kind: TargetKind
    priority: int
    goal_seconds: int
    calendar_id: str
    # Per cent of the goal after which a warning is given; 0 for none.
    warning_percent: int = 0
    # Holds that await one of these pause the clock. First response never pauses unless its target says so.
    pausing_parties: frozenset[AwaitedParty] = frozenset()


@dataclass(frozen=True)
class Contract:
    """One version of the agreement of a tenant, or of the provider's default (tenant_id "")."""

    contract_id: str
    provider_id: str
    tenant_id: str
    name: str
    targets: tuple[Target, ...]
    version: int = 1
    effective_time: datetime | None = None
    reopen_rule: ReopenRule = ReopenRule.CONTINUE
    close_after_seconds: int = 0
    reopen_within_seconds: int = 0
    time_zone: str = "UTC"
    create_time: datetime | None = None
    revision: int = 0

    def target(self, kind: TargetKind, priority: int) -> Target | None:
        """The promise of a kind for a priority; None when nothing is promised."""
        return next((t for t in self.targets if t.kind == kind and t.priority == priority), None)


@dataclass(frozen=True, eq=False)
class Terms:
    """What the clocks of one incident run on: a version of a contract, and of each of its calendars."""

    contract: Contract
    calendars: Mapping[str, BusinessTime]


def in_force(versions: Iterable[Contract], at: datetime) -> Contract | None:
    """The version that holds at a time: the latest to take effect by then; None before the first."""
    effective = [v for v in versions if v.effective_time is not None and v.effective_time <= at]
    return max(effective, key=lambda v: (v.effective_time, v.version), default=None)


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
    for position, target in enumerate(contract.targets):
        _check_target(target, f"targets[{position}]", known)
        promise = (target.kind, target.priority)
        if promise in seen:
            raise InvalidArgument(
                "target_repeated",
                "There is one target for each kind and priority.",
                field=f"targets[{position}].priority",
            )
        seen.add(promise)
    for name in ("close_after_seconds", "reopen_within_seconds"):
        if not 0 <= getattr(contract, name) <= LONGEST_DELAY_SECONDS:
            raise InvalidArgument("delay_out_of_range", "A delay is 0 seconds to a year.", field=name)


def _check_target(target: Target, field: str, calendar_ids: frozenset[str]) -> None:
    if not 1 <= target.priority <= 5:
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
    if target.calendar_id not in calendar_ids:
        raise InvalidArgument(
            "calendar_unknown",
            "There is no such calendar.",
            field=f"{field}.calendar_id",
            calendar_id=target.calendar_id,
        )
