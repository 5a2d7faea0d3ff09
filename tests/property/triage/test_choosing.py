"""Whoever is chosen fits: never over a limit, never off shift while somebody on shift would do, for true reasons."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from services.triage.domain.choosing import route
from services.triage.domain.routing import AssignmentGroup, Member, SkillNeed
from services.triage.domain.working import AgreedGroup, Asked, ClientRouting

_PEOPLE = [f"per_{letter}" for letter in "abcde"]
_SKILLS = st.frozensets(st.sampled_from(["vpn", "sql"]))
_COUNTS = st.dictionaries(st.sampled_from(_PEOPLE), st.integers(0, 6))


@st.composite
def _members(draw: st.DrawFn) -> tuple[Member, ...]:
    chosen = draw(st.lists(st.sampled_from(_PEOPLE), unique=True))
    cap = st.integers(0, 4)
    return tuple(
        Member(
            one,
            one.title(),
            draw(cap),
            draw(st.booleans()),
            on_shift=draw(st.booleans()),
            skills=draw(_SKILLS),
            languages=draw(st.frozensets(st.sampled_from(["en", "fr"]))),
            own_cap=draw(cap),
            pressing_cap=draw(cap),
        )
        for one in chosen
    )


_GROUPS = st.builds(
    lambda members, need, on_call: AssignmentGroup(
        "grp", "Desk", members, is_default=True, on_call_id=on_call,
        needs=(SkillNeed("", need),) if need else (),
    ),
    _members(), _SKILLS, st.sampled_from(["", *_PEOPLE]),
)  # fmt: skip
_ROUTINGS = st.none() | st.builds(
    lambda preferred, by_history: ClientRouting("ten", (), preferred, by_history),
    st.frozensets(st.sampled_from(_PEOPLE)), st.booleans(),
)  # fmt: skip
_ASKED = st.builds(Asked, st.sampled_from(["", "en", "fr"]), st.none() | _COUNTS, _ROUTINGS, _COUNTS)


def fits(one: Member, group: AssignmentGroup, load: dict[str, int], asked: Asked) -> bool:
    total = load.get(one.person_id, 0)
    pressing = (asked.pressing or {}).get(one.person_id, 0)
    return (
        not one.away
        and group.skills_for("network") <= one.skills
        and all(cap == 0 or total < cap for cap in (one.load_cap, one.own_cap))
        and (asked.pressing is None or one.pressing_cap == 0 or pressing < one.pressing_cap)
    )


@given(_GROUPS, _COUNTS, _ASKED)
def test_whoever_is_given_work_fits_and_nobody_off_shift_is_while_somebody_on_shift_does(group, load, asked):
    chosen = route([group], "ten", "network", "", load, asked)
    fitting = [one for one in group.members if fits(one, group, load, asked)]
    assert bool(chosen.assignee_id) == bool(fitting)
    assert chosen.group_id == "grp"
    if not fitting:
        return
    best = next(one for one in group.members if one.person_id == chosen.assignee_id)
    assert best in fitting
    on_shift = [one for one in fitting if one.on_shift]
    assert best.on_shift or not on_shift
    speakers = [one for one in on_shift if asked.language in one.languages]
    assert asked.language in best.languages or not speakers
    assert ("nobody is on shift" in chosen.reason) == (not on_shift)
    if spoken := re.search(r": .*speaks (English|French)", chosen.reason):
        assert spoken[1][:2].lower() in best.languages
    assert all(skill in best.skills for skill in re.findall("“(.+?)”", chosen.reason))
    if "preferred by" in chosen.reason:
        assert asked.routing and best.person_id in asked.routing.preferred_ids
    if counted := re.search(r"resolved (\d+) for", chosen.reason):
        assert asked.resolved_lately[best.person_id] == int(counted[1])
    if fewest := re.search(r"fewest open .*\((\d+)\)", chosen.reason):
        counts = load if asked.pressing is None else asked.pressing
        assert int(fewest[1]) == counts.get(best.person_id, 0)


@given(_GROUPS, _COUNTS, _ASKED)
def test_the_order_of_members_does_not_matter(group, load, asked):
    turned = replace(group, members=group.members[::-1])
    assert route([group], "ten", "", "", load, asked) == route([turned], "ten", "", "", load, asked)


@given(_GROUPS, st.booleans())
def test_the_group_that_the_contract_names_comes_before_every_fit_but_a_rules(group, by_rule):
    fitting = replace(group, group_id="grp_net", name="Net", categories=frozenset({"network"}))
    agreed = Asked(routing=ClientRouting("ten", (AgreedGroup("network", "grp"),)))
    chosen = route([fitting, group], "ten", "network", "grp_net" if by_rule else "", {}, agreed)
    assert (chosen.group_id, chosen.reason.partition("; ")[0]) == (
        ("grp_net", "The rule names Net") if by_rule else ("grp", "The contract names Desk for network")
    )
