"""A rule goes from draft over a trial to deciding, and every version says who wrote it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import InvalidState, NotFound
from services.triage.domain.decision import decide
from services.triage.domain.matrix import Level
from services.triage.domain.report import Report
from services.triage.domain.retrial import retried
from services.triage.domain.rule import Actions, Condition, Field, Operator, Rule
from services.triage.domain.rule_history import MOST_VERSIONS, Author, RuleHistory, Tried, begun
from services.triage.domain.rule_run import Opened

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ADA = Author("person:per_ada", "Ada")
TRIED = Tried(NOW, "Ada", 200, 12, 3)


def about(word: str) -> tuple[Condition, ...]:
    return (Condition(Field.WORDS, Operator.CONTAINS_ANY, (word,)),)


RULE = Rule("rul_1", "VPN", 10, about("vpn"), Actions(category="network"))


def tried_and_on() -> RuleHistory:
    return begun(RULE, ADA, "", NOW).tried(1, TRIED).switched(True, ADA, "", NOW)


def test_a_new_rule_decides_nothing_before_it_is_switched_on():
    new = begun(RULE, ADA, "first", NOW)
    assert (new.rule.enabled, new.rule.version, new.deciding) == (False, 1, None)
    assert (new.latest.author, new.latest.note) == (ADA, "first")


def test_an_untried_version_is_switched_on_for_a_reason_alone_and_the_reason_stays():
    new = begun(RULE, ADA, "", NOW)
    with pytest.raises(InvalidState, match="rule_not_tried"):
        new.switched(True, ADA, " ", NOW)
    forced = new.switched(True, ADA, "outage", NOW)
    assert forced.rule.enabled and forced.latest.switches[0].untried_reason == "outage"
    assert tried_and_on().latest.switches[0].untried_reason == ""


def test_what_decides_goes_on_while_the_next_version_is_a_draft():
    changed = tried_and_on().written(replace(RULE, actions=Actions(category="remote access")), ADA, "", NOW)
    assert (changed.rule.version, changed.rule.live_version, changed.rule.is_tried) == (2, 1, False)
    assert changed.deciding and changed.deciding.actions.category == "network"
    with pytest.raises(InvalidState):
        changed.switched(True, ADA, "", NOW)
    on = changed.tried(2, TRIED).switched(True, ADA, "", NOW)
    assert on.deciding and (on.deciding.version, on.deciding.actions.category) == (2, "remote access")


def test_another_name_or_place_needs_no_new_trial():
    named = tried_and_on().written(replace(RULE, name="Tunnels", position=99), ADA, "", NOW)
    assert (named.rule.version, named.rule.live_version, named.rule.is_tried) == (2, 2, True)
    assert named.deciding and (named.deciding.name, named.deciding.position) == ("Tunnels", 99)
    moved = named.written(replace(named.rule, position=5), ADA, "", NOW)
    assert moved.rule.version == 2 and moved.deciding and moved.deciding.position == 5


def test_what_was_tried_once_need_not_be_tried_again_when_it_is_restored():
    other = tried_and_on().written(replace(RULE, conditions=about("wifi")), ADA, "", NOW)
    restored = other.written(RULE, ADA, "", NOW)
    assert (restored.rule.version, restored.rule.is_tried) == (3, True)


def test_the_version_that_decides_is_kept_however_many_follow():
    history = tried_and_on()
    for number in range(MOST_VERSIONS + 20):
        history = history.written(replace(RULE, conditions=about(f"word{number}")), ADA, "", NOW)
    assert len(history.versions) == MOST_VERSIONS + 1
    assert history.deciding and history.deciding.conditions == about("vpn")
    with pytest.raises(NotFound):
        history.version(2)


REPORT = Report("inc_1", "ten_acme", "VPN is slow", "", "email", "ada@acme.example")


def test_the_log_says_what_each_rule_decided_and_who_had_decided_the_rest():
    urgent = Rule("rul_2", "Slow", 20, about("slow"), Actions(category="performance", urgency=Level.HIGH))
    first, second = decide(REPORT, [urgent, RULE], [], {}).runs
    assert (first.name, first.decided, first.passed) == ("VPN", ("category",), ())
    assert (second.decided, second.passed) == (("urgency",), (("category", "rule"),))
    assert second.conditions[0].found == "slow"
    given_before = replace(REPORT, category="other")
    assert decide(given_before, [RULE], [], {}).runs[0].passed == (("category", "requester"),)


def test_a_trial_tells_what_would_have_been_different_and_for_how_many():
    past = [
        Opened("prv_1", replace(REPORT, incident_id=f"inc_{number}", subject=subject), NOW, f"ACME-{number}")
        for number, subject in enumerate(["VPN down", "Printer", "vpn again"])
    ]
    found = retried(past, [], RULE, [])
    assert (found.incidents, found.held, found.changed) == (3, 2, 2)
    assert [(row.number, row.before.category, row.after.category) for row in found.rows] == [
        ("ACME-0", "general", "network"),
        ("ACME-2", "general", "network"),
    ]
    # What decides so already would change nothing.
    assert retried(past, [RULE], replace(RULE, version=2), []).changed == 0


words = st.sampled_from(["vpn", "printer", "disk", "slow"])
rules = st.lists(
    st.builds(
        Rule,
        rule_id=st.uuids().map(str),
        name=st.just("r"),
        position=st.integers(0, 3),
        conditions=st.lists(
            st.builds(
                Condition,
                st.sampled_from([Field.SUBJECT, Field.TEXT, Field.WORDS]),
                st.sampled_from([Operator.CONTAINS_ANY, Operator.CONTAINS_ALL]),
                st.lists(words, min_size=1, max_size=2, unique=True).map(tuple),
                st.booleans(),
            ),
            min_size=1,
            max_size=3,
        ).map(tuple),
        actions=st.builds(
            Actions, category=st.sampled_from(["", "a", "b"]), kind=st.just("incident"), stop=st.booleans()
        ),
        tenant_id=st.sampled_from(["", "ten_acme", "ten_lumen"]),
        enabled=st.booleans(),
        match_any=st.booleans(),
    ),
    max_size=5,
)


def category_by_the_book(rules: list[Rule], subject: set[str], text: set[str]) -> str:
    """The same rules, read as their sentences are."""
    places = {Field.SUBJECT: subject, Field.TEXT: text, Field.WORDS: subject | text}
    ordered = sorted(rules, key=lambda one: (one.tenant_id == "", one.position, one.rule_id))
    for one in ordered:
        if not one.enabled or one.tenant_id not in ("", "ten_acme"):
            continue
        held = []
        for condition in one.conditions:
            found = [value in places[condition.field] for value in condition.values]
            meets = all(found) if condition.operator is Operator.CONTAINS_ALL else any(found)
            held.append(meets is not condition.negate)
        if any(held) if one.match_any else all(held):
            if one.actions.category:
                return one.actions.category
            if one.actions.stop:
                break
    return "general"


@given(rules, st.sets(words), st.sets(words))
def test_rules_decide_as_their_sentences_read(found: list[Rule], subject: set[str], text: set[str]):
    report = Report("inc_1", "ten_acme", " ".join(subject), " ".join(text), "email", "")
    assert decide(report, found, [], {}).category == category_by_the_book(found, subject, text)
