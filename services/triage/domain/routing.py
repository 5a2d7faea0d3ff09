"""Who works it: the assignment group by rule, client and category; in it the least loaded member who is on shift."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.errors import InvalidArgument
from services.triage.domain.oncall.layer import Restriction
from services.triage.domain.oncall.wall_clock import shown_at, zone_of


@dataclass(frozen=True)
class Member:
    """Somebody of the provider's staff who works in a group."""

    person_id: str
    name: str
    load_cap: int = 0  # open incidents above which no more are assigned automatically; 0: no cap
    away: bool = False
    # When they are on shift, in the group's zone; none: always.
    hours: tuple[Restriction, ...] = ()
    # Whether they are on shift at the moment that a decision is about.
    on_shift: bool = True


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

    def at(self, moment: datetime, on_call: Mapping[str, str]) -> "AssignmentGroup":
        """As it stands at a moment. on_call: schedule id → who is on call by it."""
        wall = shown_at(moment, zone_of(self.time_zone or "UTC"))
        members = tuple(
            replace(one, on_shift=not one.hours or any(each.holds(wall) for each in one.hours))
            for one in self.members
        )
        return replace(self, members=members, on_call_id=on_call.get(self.schedule_id, ""))


@dataclass(frozen=True)
class Assignment:
    """Group and person, either of which may be empty, and why."""

    group_id: str
    group_name: str
    assignee_id: str
    assignee_name: str
    reason: str


def route(
    groups: Sequence[AssignmentGroup],
    tenant_id: str,
    category: str,
    named_group_id: str,
    load: Mapping[str, int],
) -> Assignment:
    """The group a rule named, else the best fit for client and category; then its least loaded member.

    load: open incidents per person id. Equal loads are settled by person id, so that the same facts give the
    same answer.
    """
    chosen = _named(groups, named_group_id) or _best(groups, tenant_id, category)
    if chosen is None:
        return Assignment("", "", "", "", "No assignment group fits; a dispatcher decides")
    group, why = chosen
    free = [member for member in group.members if _takes_more(member, load)]
    if not free:
        return Assignment(group.group_id, group.name, "", "", f"{why}; nobody in it is free")
    member, words = _chosen(group, free, load)
    return Assignment(group.group_id, group.name, member.person_id, member.name, f"{why}; {words}")


def _chosen(group: AssignmentGroup, free: Sequence[Member], load: Mapping[str, int]) -> tuple[Member, str]:
    """Whoever is on shift before whoever is on call, and both before others; then the least loaded; and why."""
    on_shift = [one for one in free if one.on_shift]
    on_call = [one for one in free if one.person_id == group.on_call_id]
    if not on_shift and on_call:
        return on_call[0], f"nobody is on shift; {on_call[0].name} is on call"
    least = min(on_shift or free, key=lambda one: (load.get(one.person_id, 0), one.person_id))
    count = load.get(least.person_id, 0)
    if not on_shift:
        return least, f"nobody is on shift; {least.name} has the fewest open incidents ({count})"
    if any(one.hours for one in group.members):
        return least, f"{least.name} is on shift and has the fewest open incidents ({count})"
    return least, f"{least.name} has the fewest open incidents ({count})"


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
    if group.time_zone or any(member.hours for member in group.members):
        zone_of(group.time_zone)


def _named(groups: Sequence[AssignmentGroup], group_id: str) -> tuple[AssignmentGroup, str] | None:
    for group in groups:
        if group_id and group.group_id == group_id:
            return group, f"The rule names {group.name}"
    return None


def _best(
    groups: Sequence[AssignmentGroup], tenant_id: str, category: str
) -> tuple[AssignmentGroup, str] | None:
    ranked = sorted(
        ((_fit(group, tenant_id, category), group) for group in groups),
        key=lambda pair: (-pair[0][0], pair[1].group_id),
    )
    if not ranked or ranked[0][0][0] == 0:
        return None
    (_, why), group = ranked[0]
    return group, why


def _fit(group: AssignmentGroup, tenant_id: str, category: str) -> tuple[int, str]:
    """How well a group fits, 0 for not at all, and the words for it."""
    if group.tenant_ids and tenant_id not in group.tenant_ids:
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


def _takes_more(member: Member, load: Mapping[str, int]) -> bool:
    return not member.away and (member.load_cap == 0 or load.get(member.person_id, 0) < member.load_cap)
