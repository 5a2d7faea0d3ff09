"""A contract: what is promised to one client, by kind of promise and by what the incident is about.

Versioned by effective time: a change makes the next version, and an incident keeps the version that was in
force when it was opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from services.sla.domain.business_time import BusinessTime
from services.sla.domain.facts import OPTIONAL, FactKind

# What an incident counts as until somebody or something has decided its priority.
DEFAULT_PRIORITY = 3
ANY_PRIORITY = 0


class TargetKind(StrEnum):
    """What is promised."""

    FIRST_RESPONSE = "first_response"
    # Every so often: each public answer of staff starts the next one.
    NEXT_UPDATE = "next_update"
    RESOLUTION = "resolution"
    # From one kind of fact to another; its target names them.
    CUSTOM = "custom"


class TargetLevel(StrEnum):
    """To whom it is promised, or by whom. All run on the same engine; only the first is shown to clients."""

    # The service level agreed with the client.
    CLIENT = "client"
    # Between groups of the provider: runs while the incident is assigned to one.
    OPERATIONAL = "operational"
    # Underpinning: runs while the incident awaits a vendor.
    VENDOR = "vendor"


class ReopenRule(StrEnum):
    """What a reopened incident's clock does. The first verdict stands whichever it is."""

    # A further cycle goes on from the time already consumed, unless that verdict was missed.
    CONTINUE = "continue"
    # A further cycle starts from nothing, at the reopening.
    NEW_CYCLE = "new_cycle"
    # The clock is set back: it keeps its start, and what was consumed until then no longer counts.
    RESET = "reset"


class AwaitedParty(StrEnum):
    """Whom an incident on hold awaits."""

    REQUESTER = "requester"
    CLIENT = "client"
    VENDOR = "vendor"
    CHANGE = "change"
    PROVIDER = "provider"


@dataclass(frozen=True)
class Subject:
    """What an incident is about, as far as it chooses targets. "" for what is not known."""

    priority: int = DEFAULT_PRIORITY
    # incident or service_request.
    incident_kind: str = ""
    service: str = ""
    channel: str = ""
    requester_group: str = ""
    # The assignment group it lies with.
    group_id: str = ""


@dataclass(frozen=True, order=True)
class Track:
    """One promise, whatever its goal: the targets of a track take turns in aiming the same clock."""

    level: TargetLevel
    kind: TargetKind
    name: str = ""

    @property
    def key(self) -> str:
        """kind[:name][@level], for the names under which things are remembered."""
        name = f":{self.name}" if self.name else ""
        return f"{self.kind}{name}" + ("" if self.level is TargetLevel.CLIENT else f"@{self.level}")


@dataclass(frozen=True)
class Target:
    """One promise: so many seconds of business time on a calendar, for the incidents that it selects.

    priority: 1 to 5, ANY_PRIORITY for each. The other selecting fields are "" for any. Of the targets of a track that
    match, the most specific aims its clock: the one that states more fields; among as many, the one that states the
    earlier of group_id, requester_group, service, channel, incident_kind, priority.
    """

    kind: TargetKind
    priority: int
    goal_seconds: int
    calendar_id: str
    # Per cent of the goal after which a warning is given; 0 for none.
    warning_percent: int = 0
    # Holds that await one of these pause the clock. First response never pauses unless its target says so.
    pausing_parties: frozenset[AwaitedParty] = frozenset()
    # Tells apart several custom promises of a contract; "" but for those.
    name: str = ""
    level: TargetLevel = TargetLevel.CLIENT
    incident_kind: str = ""
    service: str = ""
    channel: str = ""
    requester_group: str = ""
    # For operational targets: the group they bind.
    group_id: str = ""
    # Further warning points, per cent of the goal.
    warning_percents: tuple[int, ...] = ()
    # For custom ones: from which kind of fact to which.
    start_event: FactKind | None = None
    stop_event: FactKind | None = None
    # None: resolution goes by the contract's rule, and the others are not promised anew.
    reopen_rule: ReopenRule | None = None
    # Resolved with one of these codes, the clock is proposed for exclusion from the statement.
    excluded_codes: frozenset[str] = frozenset()

    @property
    def track(self) -> Track:
        return Track(self.level, self.kind, self.name)

    @cached_property
    def warnings(self) -> tuple[int, ...]:
        """All warning points, ascending."""
        return tuple(sorted({self.warning_percent, *self.warning_percents} - {0}))

    @cached_property
    def _stated(self) -> tuple[str | int, ...]:
        return (
            self.group_id,
            self.requester_group,
            self.service,
            self.channel,
            self.incident_kind,
            self.priority,
        )

    @cached_property
    def specificity(self) -> tuple[int, tuple[bool, ...]]:
        """Greater for what is more specific."""
        stated = tuple(bool(value) for value in self._stated)
        return sum(stated), stated

    def selects(self, subject: Subject) -> bool:
        """Whether an incident's subject has all that this target states."""
        return (
            self.priority in (ANY_PRIORITY, subject.priority)
            and self.group_id in ("", subject.group_id)
            and self.requester_group in ("", subject.requester_group)
            and self.service in ("", subject.service)
            and self.channel in ("", subject.channel)
            and self.incident_kind in ("", subject.incident_kind)
        )


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

    @cached_property
    def tracks(self) -> dict[Track, tuple[Target, ...]]:
        """Its promises in order, each with its targets, the most specific first."""
        found: dict[Track, list[Target]] = {}
        for target in self.targets:
            found.setdefault(target.track, []).append(target)
        return {
            track: tuple(sorted(found[track], key=lambda t: t.specificity, reverse=True))
            for track in sorted(found)
        }

    @cached_property
    def asks_for(self) -> frozenset[FactKind]:
        """Which of the optional facts its clocks run on."""
        kinds = {event for t in self.targets for event in (t.start_event, t.stop_event) if event}
        if any(target.service for target in self.targets):
            kinds.add(FactKind.CLASSIFIED)
        if Track(TargetLevel.OPERATIONAL, TargetKind.FIRST_RESPONSE) in self.tracks:
            kinds.add(FactKind.ACKNOWLEDGED)
        return OPTIONAL & kinds

    def choose(self, track: Track, subject: Subject) -> Target | None:
        """The most specific promise of a track for a subject; None when nothing is promised."""
        return next((t for t in self.tracks.get(track, ()) if t.selects(subject)), None)

    def target(self, kind: TargetKind, priority: int) -> Target | None:
        """What is promised to the client of a kind for a priority; None when nothing is."""
        return self.choose(Track(TargetLevel.CLIENT, kind), Subject(priority))


@dataclass(frozen=True, eq=False)
class Terms:
    """What the clocks of one incident run on: a version of a contract, and of each of its calendars."""

    contract: Contract
    calendars: Mapping[str, BusinessTime]


def in_force(versions: Iterable[Contract], at: datetime) -> Contract | None:
    """The version that holds at a time: the latest to take effect by then; None before the first."""
    effective = [v for v in versions if v.effective_time is not None and v.effective_time <= at]
    return max(effective, key=lambda v: (v.effective_time, v.version), default=None)
