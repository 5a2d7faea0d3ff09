"""Who of an assignment group works it, and why, in words.

First who can do it at all (the skills that the group needs for the category), then who may be given more (neither away nor at
a limit), then in this order: on shift, before on call, before all others; who speaks the requester's language; whom the
client asked for; who lately worked for them; and of those the least loaded. What holds for whoever is chosen is told; what
nobody asked about is not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.triage.domain.routing import Assignment, AssignmentGroup, Member, group_of
from services.triage.domain.working import Asked

_LANGUAGES = {"en": "English", "fr": "French"}
# Who knows the client may have so many more open than the least loaded, and still comes first.
_FAMILIARITY = 3

Load = Mapping[str, int]


def route(
    groups: Sequence[AssignmentGroup],
    tenant_id: str,
    category: str,
    named_group_id: str,
    load: Load,
    asked: Asked | None = None,
) -> Assignment:
    """The group, and whoever of it fits best; nobody where nobody does, with the reason for a dispatcher.

    load: open incidents per person id. What else is equal is settled by person id, so that the same facts give the same
    answer.
    """
    asked = asked or Asked()
    chosen = group_of(groups, tenant_id, category, named_group_id, asked.routing, asked.learned)
    if chosen is None:
        return Assignment("", "", "", "", "No assignment group fits; a dispatcher decides")
    group, why = chosen
    skills = group.skills_for(category)
    able = [one for one in group.members if skills <= one.skills]
    free = [one for one in able if _takes_more(one, load, asked)]
    if not free:
        return Assignment(group.group_id, group.name, "", "", f"{why}; {_nobody(able, skills)}")
    member, words = _chosen(group, free, skills, load, asked)
    return Assignment(group.group_id, group.name, member.person_id, member.name, f"{why}; {words}")


def named_by_rule(
    routed: Assignment,
    groups: Sequence[AssignmentGroup],
    category: str,
    person_id: str,
    load: Load,
    asked: Asked,
) -> Assignment:
    """Whom a rule names has it, if they work in the group that it goes to. Skills and limits hold for them as well; then it says so."""
    group = next((one for one in groups if one.group_id == routed.group_id), None)
    member = next((one for one in group.members if one.person_id == person_id), None) if group else None
    if not person_id or group is None or member is None:
        return routed
    if not group.skills_for(category) <= member.skills:
        hindrance = "without the skill"
    elif member.away:
        hindrance = "away"
    elif not _takes_more(member, load, asked):
        hindrance = "at a limit"
    else:
        reason = f"{routed.group_name}; the rule names {member.name}"
        return replace(routed, assignee_id=member.person_id, assignee_name=member.name, reason=reason)
    return replace(routed, reason=f"{routed.reason}; not {member.name}, whom the rule names: {hindrance}")


def _nobody(able: Sequence[Member], skills: frozenset[str]) -> str:
    if not skills:
        return "nobody in it is free"
    return f"nobody in it {'who' if able else ''} {_has(skills)}{' is free' if able else ''}".replace(
        "  ", " "
    )


def _chosen(
    group: AssignmentGroup, free: Sequence[Member], skills: frozenset[str], load: Load, asked: Asked
) -> tuple[Member, str]:
    present, presence = _present(group, free)
    facts = [_has(skills)] if skills else []
    missing = ""
    speakers = [one for one in present if asked.language in one.languages]
    if asked.language and any(one.languages for one in group.members):
        spoken = _LANGUAGES.get(asked.language, asked.language)
        if speakers:
            present, facts = speakers, [f"speaks {spoken}", *facts]
        else:
            missing = f"nobody at hand speaks {spoken}; "
    present, known = _known_to_the_client(present, load, asked)
    least = min(present, key=lambda one: _burden(one, load, asked))
    facts += [told for told in (known.get(least.person_id, ""),) if told]
    return least, missing + _told(group, least, presence, facts, load, asked)


def _present(group: AssignmentGroup, free: Sequence[Member]) -> tuple[Sequence[Member], str]:
    """Those who are on shift, else whoever is on call, else all; and which of them it was."""
    if on_shift := [one for one in free if one.on_shift]:
        has_hours = bool(group.hours) or any(one.hours for one in group.members)
        return on_shift, "on shift" if has_hours else ""
    if on_call := [one for one in free if one.person_id == group.on_call_id]:
        return on_call, "on call"
    return free, "off shift"


def _known_to_the_client(
    present: Sequence[Member], load: Load, asked: Asked
) -> tuple[Sequence[Member], dict[str, str]]:
    """Those whom the client asked for, else those who lately worked for it and are little loaded, with their words."""
    if asked.routing is None:
        return present, {}
    if preferred := [one for one in present if one.person_id in asked.routing.preferred_ids]:
        return preferred, {one.person_id: "preferred by this client" for one in preferred}
    if not asked.routing.by_history:
        return present, {}
    least = min(_burden(one, load, asked)[0] for one in present)
    familiar = [
        one
        for one in present
        if asked.resolved_lately.get(one.person_id) and _burden(one, load, asked)[0] <= least + _FAMILIARITY
    ]
    return familiar or present, {
        one.person_id: f"resolved {asked.resolved_lately[one.person_id]} for this client lately"
        for one in familiar
    }


def _told(
    group: AssignmentGroup, one: Member, presence: str, facts: Sequence[str], load: Load, asked: Asked
) -> str:
    nobody = "" if presence in ("", "on shift") else "nobody is on shift; "
    pressing = asked.pressing is not None
    count = (asked.pressing or {}).get(one.person_id, 0) if pressing else load.get(one.person_id, 0)
    if not facts and not pressing:
        if presence == "on call":
            return f"{nobody}{one.name} is on call"
        on_shift = "is on shift and " if presence == "on shift" else ""
        return f"{nobody}{one.name} {on_shift}has the fewest open incidents ({count})"
    told = [presence] if presence in ("on shift", "on call") else []
    fewest = f"fewest open {'P1 and P2' if pressing else 'incidents'} ({count})"
    # Whoever is on call was not chosen for how little they have.
    return f"{nobody}{one.name}: {', '.join([*told, *facts, *([] if presence == 'on call' else [fewest])])}"


def _has(skills: frozenset[str]) -> str:
    named = " and ".join(f"“{one}”" for one in sorted(skills))
    return f"has the {'skill' if len(skills) == 1 else 'skills'} {named}"


def _burden(one: Member, load: Load, asked: Asked) -> tuple[int, int, str]:
    total = load.get(one.person_id, 0)
    if asked.pressing is None:
        return total, 0, one.person_id
    return asked.pressing.get(one.person_id, 0), total, one.person_id


def _takes_more(one: Member, load: Load, asked: Asked) -> bool:
    total = load.get(one.person_id, 0)
    if one.away or any(cap and total >= cap for cap in (one.load_cap, one.own_cap)):
        return False
    return (
        asked.pressing is None
        or not one.pressing_cap
        or asked.pressing.get(one.person_id, 0) < one.pressing_cap
    )
