"""What is known of those who work: how much each may have, when they are away; and what a client's contract says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from chassis.errors import InvalidArgument
from services.triage.domain.learning.advice import Suggestion
from services.triage.domain.oncall.wall_clock import shown_at, zone_of

_MOST_ABSENCES, _MOST_NAMED = 100, 200
_MOST_WORK = 10_000


@dataclass(frozen=True)
class Absence:
    """Days on which somebody is not there, the last one included."""

    first_day: date
    last_day: date


@dataclass(frozen=True)
class WorkProfile:
    """How much a member of staff is given in all of their groups, and when nothing. 0: no limit of their own."""

    person_id: str
    name: str = ""
    load_cap: int = 0
    # Open P1 and P2.
    pressing_cap: int = 0
    # Of the days below.
    time_zone: str = "UTC"
    absences: tuple[Absence, ...] = ()
    revision: int = 0

    def is_absent(self, moment: datetime) -> bool:
        """Whether it is one of their days off, where they are."""
        today = shown_at(moment, zone_of(self.time_zone)).date()
        return any(one.first_day <= today <= one.last_day for one in self.absences)


@dataclass(frozen=True)
class AgreedGroup:
    """The group that a client's contract names for a category; "" for every other one."""

    category: str
    group_id: str


@dataclass(frozen=True)
class ClientRouting:
    """What is agreed with one client about who works for them."""

    tenant_id: str
    groups: tuple[AgreedGroup, ...] = ()
    # Whom the client asked for; they come before others.
    preferred_ids: frozenset[str] = frozenset()
    # Whether those who lately resolved something for the client come first among the little loaded.
    by_history: bool = False
    revision: int = 0

    def group_for(self, category: str) -> AgreedGroup | None:
        """The one named for the category, else the one named for all others."""
        named = {one.category: one for one in self.groups}
        return named.get(category) or named.get("")


@dataclass(frozen=True)
class Asked:
    """What an incident and its client ask of whoever works it, and what else is known when somebody is chosen."""

    # Of the requester: "fr"; "" where nobody knows.
    language: str = ""
    # Open P1 and P2 by person; None: the incident is neither.
    pressing: Mapping[str, int] | None = None
    routing: ClientRouting | None = None
    # How many of the client's latest incidents each person resolved.
    resolved_lately: Mapping[str, int] = field(default_factory=dict)
    # The group that the learned model names, where it is sure enough.
    learned: Suggestion | None = None


def check_profile(profile: WorkProfile) -> None:
    """Raises InvalidArgument, naming the field."""
    for name in ("load_cap", "pressing_cap"):
        if not 0 <= getattr(profile, name) <= _MOST_WORK:
            raise InvalidArgument("load_cap_invalid", f"A limit is 0 to {_MOST_WORK}.", field=name)
    zone_of(profile.time_zone)
    if len(profile.absences) > _MOST_ABSENCES:
        raise InvalidArgument(
            "absences_invalid", f"At most {_MOST_ABSENCES} absences are kept.", field="absences"
        )
    if any(one.last_day < one.first_day for one in profile.absences):
        raise InvalidArgument(
            "absences_invalid", "An absence ends no earlier than it begins.", field="absences"
        )


def check_routing(routing: ClientRouting) -> None:
    """Raises InvalidArgument, naming the field."""
    categories = [one.category for one in routing.groups]
    if len(categories) != len(set(categories)) or len(categories) > _MOST_NAMED:
        raise InvalidArgument("groups_invalid", "One group is named for each category.", field="groups")
    if any(len(one) > 100 for one in categories) or not all(one.group_id for one in routing.groups):
        raise InvalidArgument("groups_invalid", "Each entry names a group.", field="groups")
    if len(routing.preferred_ids) > _MOST_NAMED or not all(routing.preferred_ids):
        raise InvalidArgument("preferred_invalid", "Each person is named once.", field="preferred_ids")
