"""Rules, matrix and routing together: what is decided, and why."""

import json
import os
from pathlib import Path

import pytest

from chassis.errors import InvalidArgument
from services.triage.domain.choosing import route
from services.triage.domain.decision import UNRECOGNIZED, decide
from services.triage.domain.learning.advice import Aspect, Suggestion
from services.triage.domain.matrix import Level, Priority, priority_of
from services.triage.domain.report import Report
from services.triage.domain.routing import AssignmentGroup, Member, check_group
from services.triage.domain.rule import Actions, Condition, Field, Operator, Rule

DATA = Path(os.environ.get("FAIRLEAD_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data"))

ADA, BO = Member("per_ada", "Ada"), Member("per_bo", "Bo")
DESK = AssignmentGroup("grp_desk", "Service desk", (ADA, BO), is_default=True)
NETWORK = AssignmentGroup("grp_net", "Network", (BO,), frozenset({"network"}))


def word_rule(name: str, word: str, position: int = 1, **actions: object) -> Rule:
    condition = Condition(Field.WORDS, Operator.CONTAINS_ANY, (word,))
    return Rule(f"rul_{name}", name, position, (condition,), Actions(**actions))


def report(subject: str = "VPN down", **more: object) -> Report:
    return Report("inc_1", "ten_acme", subject, "", "email", "ada@acme.example", **more)


def test_the_matrix_agrees_with_a_large_real_one_on_every_row():
    path = DATA / "incident_log" / "priority_matrix.json"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    for row in json.loads(path.read_text()):
        assert priority_of(Level(row["impact"]), Level(row["urgency"])) == Priority(row["priority"]), row


def test_the_first_rule_to_set_a_field_decides_it_and_later_ones_may_set_others():
    first = word_rule("first", "vpn", 1, category="network")
    second = word_rule("second", "down", 2, category="server", urgency=Level.HIGH)
    decision = decide(report(), [second, first], [DESK], {})
    assert decision.category == "network"
    assert decision.classification.reason == "Rule “first” (“vpn”)"
    assert decision.urgency is Level.HIGH
    assert decision.priority is Priority.P2
    assert "urgency high by Rule “second”" in decision.prioritization.reason


def test_what_nothing_recognizes_is_said_and_left_to_a_dispatcher():
    decision = decide(report("Hello"), [], [DESK], {})
    assert decision.category == UNRECOGNIZED
    assert decision.classification.source == "default"
    assert decision.classification.confidence == 0
    assert decision.assignment.group_id == "grp_desk"


def test_what_the_requester_chose_stands():
    rule = word_rule("vpn", "vpn", category="network", impact=Level.HIGH)
    chosen = report(category="access", impact=Level.LOW, urgency=Level.LOW)
    decision = decide(chosen, [rule], [DESK], {})
    assert (decision.category, decision.priority) == ("access", Priority.P4)
    assert decision.classification.source == "requester"


def test_a_rule_may_name_the_group():
    rule = word_rule("vpn", "vpn", category="network", assignment_group_id="grp_desk")
    assert decide(report(), [rule], [DESK, NETWORK], {}).assignment.group_id == "grp_desk"


def test_the_group_of_the_category_comes_before_the_default_one():
    assert route([DESK, NETWORK], "ten_acme", "network", "", {}).group_id == "grp_net"


def test_a_group_for_other_clients_is_never_chosen():
    theirs = AssignmentGroup("grp_x", "Lumen desk", (ADA,), frozenset({"network"}), frozenset({"ten_lumen"}))
    assert route([theirs, DESK], "ten_acme", "network", "", {}).group_id == "grp_desk"
    assert route([theirs, DESK], "ten_lumen", "network", "", {}).group_id == "grp_x"


def test_the_least_loaded_member_gets_it_and_the_reason_says_so():
    chosen = route([DESK], "ten_acme", "", "", {"per_ada": 3, "per_bo": 1})
    assert chosen.assignee_id == "per_bo"
    assert "Bo has the fewest open incidents (1)" in chosen.reason


def test_equal_loads_give_the_same_answer_every_time():
    answers = {route([DESK], "ten_acme", "", "", {}).assignee_id for _ in range(5)}
    assert answers == {"per_ada"}


def test_who_is_away_or_at_their_cap_gets_nothing():
    group = AssignmentGroup(
        "g", "G", (Member("per_a", "A", away=True), Member("per_b", "B", load_cap=2)), is_default=True
    )
    assert route([group], "t", "", "", {"per_b": 1}).assignee_id == "per_b"
    nobody = route([group], "t", "", "", {"per_b": 2})
    assert (nobody.group_id, nobody.assignee_id) == ("g", "")
    assert "nobody in it is free" in nobody.reason


def test_without_any_group_a_dispatcher_decides():
    chosen = route([], "ten_acme", "network", "", {})
    assert chosen.group_id == ""
    assert "dispatcher" in chosen.reason


@pytest.mark.parametrize(
    "group",
    [
        AssignmentGroup("g", "", ()),
        AssignmentGroup("g", "G", (ADA, ADA)),
        AssignmentGroup("g", "G", (Member("per_a", "A", load_cap=-1),)),
    ],
)
def test_a_group_that_nobody_could_work_in_is_refused(group: AssignmentGroup):
    with pytest.raises(InvalidArgument):
        check_group(group)


def test_what_was_learned_decides_where_no_rule_does_and_says_by_which_words():
    learned = Suggestion("network", 0.93, ("vpn", "tunnel"), firm=True)
    decision = decide(report(), [], [DESK, NETWORK], {}, {Aspect.CATEGORY: learned})
    assert (decision.category, decision.assignment.group_id) == ("network", "grp_net")
    assert (decision.classification.source, decision.classification.confidence) == ("model", 0.93)
    assert decision.classification.reason.endswith("93 % sure; words that decided: vpn, tunnel")
    ruled = decide(
        report(), [word_rule("vpn", "vpn", category="access")], [DESK], {}, {Aspect.CATEGORY: learned}
    )
    assert (ruled.category, ruled.classification.source) == ("access", "rule")


def test_what_was_learned_and_is_not_sure_is_suggested_to_a_dispatcher():
    unsure = Suggestion("network", 0.55, ("vpn",), firm=False)
    decision = decide(report(), [], [DESK, NETWORK], {}, {Aspect.CATEGORY: unsure})
    assert (decision.category, decision.assignment.group_id) == (UNRECOGNIZED, "grp_desk")
    assert decision.classification.source == "default"
    assert "Perhaps network (55 %)" in decision.classification.reason


def test_learned_levels_and_group_count_where_nobody_said_otherwise_and_say_by_which_words():
    advice = {
        Aspect.IMPACT: Suggestion("high", 0.9, ("everybody",), firm=True),
        Aspect.URGENCY: Suggestion("high", 0.5, ("now",), firm=False),
        Aspect.GROUP: Suggestion("grp_net", 0.95, ("vpn",), firm=True),
    }
    decision = decide(report(), [], [DESK, NETWORK], {}, advice)
    assert (decision.impact, decision.urgency, decision.assignment.group_id) == (
        Level.HIGH,
        Level.MEDIUM,
        "grp_net",
    )
    assert "impact high as learned, 90 % sure by: everybody" in decision.prioritization.reason
    assert decision.routing.reason.startswith("Learned that Network works it, 95 % sure by: vpn; ")
    assert set(decision.suggestions) == {Aspect.URGENCY}
    ruled = word_rule("vpn", "vpn", impact=Level.LOW, urgency=Level.LOW, assignment_group_id="grp_desk")
    other = decide(report(), [ruled], [DESK, NETWORK], {}, advice)
    assert (other.impact, other.assignment.group_id, other.suggestions) == (Level.LOW, "grp_desk", {})


def test_a_group_that_is_not_sure_enough_is_suggested_unless_it_is_the_chosen_one():
    def suggested(group_id: str, *groups: AssignmentGroup) -> bool:
        unsure = Suggestion(group_id, 0.5, (), firm=False)
        return Aspect.GROUP in decide(report(), [], groups, {}, {Aspect.GROUP: unsure}).suggestions

    assert suggested("grp_net", DESK, NETWORK) and not suggested("grp_desk", DESK, NETWORK)
    theirs = AssignmentGroup("grp_acme", "Acme's", (ADA,), tenant_ids=frozenset({"ten_acme"}))
    assert not suggested("grp_net", DESK, NETWORK, theirs)
