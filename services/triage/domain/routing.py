"""Which assignment group works it: by rule, by the client's contract, by category and client; and who is in it when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.errors import InvalidArgument
from services.triage.domain.holiday import check_country, is_holiday
from services.triage.domain.learning.advice import Suggestion
from services.triage.domain.oncall.layer import Restriction
from services.triage.domain.oncall.wall_clock import shown_at, zone_of
from services.triage.domain.working import Asked, ClientRouting, WorkProfile

_MOST_SKILLS = 20
# How well a group fits at least that takes this category or client in particular.
_TAKES_IT = 2


@dataclass(frozen=True)
class Member:
    """Somebody of the provider's staff who works in a group. The last five are as at the moment of a decision."""

    person_id: str
    name: str
    load_cap: int = 0  # open incidents above which no more are assigned automatically; 0: no cap
    away: bool = False
    # When they are on shift, in the group's zone; none: as the group.
    hours: tuple[Restriction, ...] = ()
    on_shift: bool = True
    # What the directory and their work profile say of them.
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    own_cap: int = 0
    pressing_cap: int = 0


@dataclass(frozen=True)
class SkillNeed:
    """Skills that everybody needs who is given a category in a group; "" for every category there."""

    category: str
    skills: frozenset[str]


@dataclass(frozen=True)
class Known:
    """What the directory says of a member of staff; tenant_ids: None for all clients."""

    tenant_ids: frozenset[str] | None = None
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True)
class AssignmentGroup:
    """Who works what: its members, with the categories and clients they take."""

    group_id: str
    name: str
    members: tuple[Member, ...] = ()
    categories: frozenset[str] = frozenset()
    tenant_ids: frozenset[str] = frozenset()
    is_default: bool = False
    revision: int = 0
    time_zone: str = ""
    # Whoever is on call by it is given work while nobody is on shift.
    schedule_id: str = ""
    on_call_id: str = ""

    # When members without hours of their own are on shift; none: always.
    hours: tuple[Restriction, ...] = ()
    # Where public holidays leave everybody who has hours off shift: "FR", "US" with "CA"; "": nowhere.
    holiday_country: str = ""
    holiday_region: str = ""
    needs: tuple[SkillNeed, ...] = ()

    def at(self, moment: datetime, on_call: Mapping[str, str]) -> "AssignmentGroup":
        """As it stands at a moment. on_call: schedule id → who is on call by it."""
        wall = shown_at(moment, zone_of(self.time_zone or "UTC"))
        closed = is_holiday(wall.date(), self.holiday_country, self.holiday_region)

        def works(hours: Sequence[Restriction]) -> bool:
            return not hours or (not closed and any(each.holds(wall) for each in hours))

        members = tuple(replace(one, on_shift=works(one.hours or self.hours)) for one in self.members)
        return replace(self, members=members, on_call_id=on_call.get(self.schedule_id, ""))

    def staffed(
        self, known: Mapping[str, Known], profiles: Mapping[str, WorkProfile], moment: datetime
    ) -> "AssignmentGroup":
        """With what is known of its members; whoever is absent at this moment is away."""
        return replace(
            self,
            members=tuple(
                _with(one, known.get(one.person_id, Known()), profiles.get(one.person_id), moment)
                for one in self.members
            ),
        )

    def skills_for(self, category: str) -> frozenset[str]:
        """What everybody needs who is given the category here."""
        wanted = (one.skills for one in self.needs if one.category in ("", category))
        return frozenset(skill for skills in wanted for skill in skills)


def _with(member: Member, known: Known, profile: WorkProfile | None, moment: datetime) -> Member:
    skilled = replace(member, skills=known.skills, languages=known.languages)
    if profile is None:
        return skilled
    return replace(
        skilled,
        own_cap=profile.load_cap,
        pressing_cap=profile.pressing_cap,
        away=member.away or profile.is_absent(moment),
    )


@dataclass(frozen=True)
class Assignment:
    """Group and person, either of which may be empty, and why."""

    group_id: str
    group_name: str
    assignee_id: str
    assignee_name: str
    reason: str


def group_of(
    groups: Sequence[AssignmentGroup],
    tenant_id: str,
    category: str,
    named_group_id: str,
    routing: ClientRouting | None = None,
    learned: Suggestion | None = None,
) -> tuple[AssignmentGroup, str] | None:
    """The group a rule named, else the one that the client's contract names, else the best fit; and why it is this one.

    What was learned is asked only where no group takes this category or client.
    """
    return (
        _named(groups, named_group_id)
        or _agreed(groups, routing, category)
        or _best(groups, tenant_id, category, _TAKES_IT)
        or _learned(groups, tenant_id, learned)
        or _best(groups, tenant_id, category)
    )


def is_settled(
    groups: Sequence[AssignmentGroup], tenant_id: str, category: str, named_group_id: str, asked: Asked
) -> bool:
    """Whether a rule, the contract or what groups take says which one it is."""
    found = (
        _named(groups, named_group_id)
        or _agreed(groups, asked.routing, category)
        or _best(groups, tenant_id, category, _TAKES_IT)
    )
    return found is not None


def who_may_see(
    group: AssignmentGroup, tenant_id: str, reach: Mapping[str, frozenset[str] | None]
) -> AssignmentGroup:
    """The group with those members alone who are granted this client; reach: None for all clients."""
    able = tuple(
        member
        for member in group.members
        if member.person_id in reach
        and ((granted := reach[member.person_id]) is None or tenant_id in granted)
    )
    return replace(group, members=able)


def check_group(group: AssignmentGroup) -> None:
    """Raises InvalidArgument, naming the field, for a group that nobody could read or work in."""
    if not group.name.strip() or len(group.name) > 120:
        raise InvalidArgument(
            "group_name_invalid", "A group needs a name of at most 120 characters.", field="name"
        )
    ids = [member.person_id for member in group.members]
    if len(ids) != len(set(ids)) or not all(ids):
        raise InvalidArgument("group_members_invalid", "Each member is named once.", field="members")
    if any(member.load_cap < 0 for member in group.members):
        raise InvalidArgument("load_cap_invalid", "A load cap is 0 or more.", field="members")
    if group.time_zone or group.hours or any(member.hours for member in group.members):
        zone_of(group.time_zone)
    check_country(group.holiday_country, group.holiday_region)
    categories = [one.category for one in group.needs]
    if len(categories) != len(set(categories)) or any(
        not 1 <= len(one.skills) <= _MOST_SKILLS for one in group.needs
    ):
        raise InvalidArgument(
            "needs_invalid", f"Each category is named once, with 1 to {_MOST_SKILLS} skills.", field="needs"
        )


def _named(groups: Sequence[AssignmentGroup], group_id: str) -> tuple[AssignmentGroup, str] | None:
    for group in groups:
        if group_id and group.group_id == group_id:
            return group, f"The rule names {group.name}"
    return None


def _agreed(
    groups: Sequence[AssignmentGroup], routing: ClientRouting | None, category: str
) -> tuple[AssignmentGroup, str] | None:
    agreed = routing.group_for(category) if routing else None
    found = next((one for one in groups if agreed and one.group_id == agreed.group_id), None)
    if not agreed or not found:
        return None
    told = f" for {agreed.category}" if agreed.category else ""
    return found, f"The contract names {found.name}{told}"


def _learned(
    groups: Sequence[AssignmentGroup], tenant_id: str, learned: Suggestion | None
) -> tuple[AssignmentGroup, str] | None:
    for group in groups:
        if learned and learned.firm and group.group_id == learned.value and _serves(group, tenant_id):
            return group, f"Learned that {group.name} works it, {learned.sure} sure by: {learned.told_words}"
    return None


def _serves(group: AssignmentGroup, tenant_id: str) -> bool:
    return not group.tenant_ids or tenant_id in group.tenant_ids


def _best(
    groups: Sequence[AssignmentGroup], tenant_id: str, category: str, least: int = 1
) -> tuple[AssignmentGroup, str] | None:
    ranked = sorted(
        ((_fit(group, tenant_id, category), group) for group in groups),
        key=lambda pair: (-pair[0][0], pair[1].group_id),
    )
    if not ranked or ranked[0][0][0] < least:
        return None
    (_, why), group = ranked[0]
    return group, why


def _fit(group: AssignmentGroup, tenant_id: str, category: str) -> tuple[int, str]:
    """How well a group fits, 0 for not at all, and the words for it."""
    if not _serves(group, tenant_id):
        return 0, ""
    by_category = bool(category) and category in group.categories
    by_tenant = tenant_id in group.tenant_ids
    if by_category and by_tenant:
        return 4, f"{group.name} takes {category} for this client"
    if by_category:
        return 3, f"{group.name} takes {category}"
    if by_tenant and not group.categories:
        return 2, f"{group.name} works for this client"
    if group.is_default:
        return 1, f"{group.name} takes what nobody else does"
    return 0, ""
