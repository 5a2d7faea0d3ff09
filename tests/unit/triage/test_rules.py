"""What rules recognize, and what they refuse to be."""

import pytest

from chassis.errors import InvalidArgument
from services.triage.domain.matrix import Level
from services.triage.domain.report import Report
from services.triage.domain.rule import Actions, Condition, Field, Operator, Rule, check_rule, in_order


def report(subject: str = "", text: str = "", **more: str) -> Report:
    return Report(
        "inc_1", more.pop("tenant_id", "ten_acme"), subject, text, "email", "ada@acme.example", **more
    )


def rule(*conditions: Condition, **more: object) -> Rule:
    return Rule("rul_1", "VPN", 10, conditions, Actions(category="network"), **more)


def contains(*values: str, field: Field = Field.WORDS, negate: bool = False) -> Condition:
    return Condition(field, Operator.CONTAINS_ANY, values, negate)


def test_a_word_is_found_whatever_its_case_and_accents():
    assert rule(contains("réseau")).reason(report("Le RESEAU est lent"))
    assert rule(contains("reseau")).reason(report("Le Réseau est lent"))


def test_a_word_is_found_whole_only():
    assert rule(contains("print")).reason(report("Blueprint missing")) is None


def test_a_phrase_must_stand_together_and_in_order():
    assert rule(contains("locked out")).reason(report("I am locked out"))
    assert rule(contains("locked out")).reason(report("Out and locked")) is None


def test_a_phrase_never_runs_from_the_subject_into_the_text():
    assert rule(contains("locked out")).reason(report("Door locked", "out of hours")) is None


def test_the_reason_names_the_rule_and_the_words_that_decided():
    assert rule(contains("dns", "vpn")).reason(report("VPN down")) == "Rule “VPN” (“vpn”)"


def test_all_conditions_must_hold():
    both = rule(contains("vpn"), contains("paris", field=Field.TEXT))
    assert both.reason(report("VPN", "in Paris"))
    assert both.reason(report("VPN in Paris")) is None


def test_contains_all_wants_every_value():
    every = rule(Condition(Field.WORDS, Operator.CONTAINS_ALL, ("vpn", "paris")))
    assert every.reason(report("VPN", "Paris"))
    assert every.reason(report("VPN", "Rome")) is None


def test_a_negated_condition_holds_where_nothing_is_found():
    assert rule(contains("test", negate=True)).reason(report("VPN")) == "Rule “VPN”"
    assert rule(contains("test", negate=True)).reason(report("A test")) is None


def test_the_senders_domain_can_be_asked_for():
    ends = rule(Condition(Field.SENDER, Operator.ENDS_WITH, ("@ACME.example",)))
    assert ends.reason(report("anything"))


def test_a_rule_of_one_client_says_nothing_of_anothers_incident():
    own = rule(contains("vpn"), tenant_id="ten_lumen")
    assert own.reason(report("VPN")) is None
    assert own.reason(report("VPN", tenant_id="ten_lumen"))


def test_a_disabled_rule_recognizes_nothing():
    assert rule(contains("vpn"), enabled=False).reason(report("VPN")) is None


def test_a_clients_own_rules_are_tried_first_then_by_position():
    general = Rule("rul_a", "a", 1, (contains("x"),), Actions(category="c"))
    later = Rule("rul_b", "b", 2, (contains("x"),), Actions(category="c"))
    own = Rule("rul_c", "c", 9, (contains("x"),), Actions(category="c"), tenant_id="ten_acme")
    assert in_order([later, general, own]) == [own, general, later]


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (Rule("r", " ", 1, (contains("x"),), Actions(category="c")), "name"),
        (Rule("r", "n", 1, (), Actions(category="c")), "conditions"),
        (Rule("r", "n", 1, (contains(),), Actions(category="c")), "conditions"),
        (Rule("r", "n", 1, (contains(" "),), Actions(category="c")), "conditions"),
        (Rule("r", "n", 1, (contains("x"),), Actions()), "actions"),
    ],
)
def test_a_rule_that_could_never_run_is_refused_by_the_name_of_its_field(bad: Rule, field: str):
    with pytest.raises(InvalidArgument) as refused:
        check_rule(bad)
    assert refused.value.values["field"] == field


def test_a_rule_may_set_impact_alone():
    check_rule(Rule("r", "n", 1, (contains("x"),), Actions(impact=Level.HIGH)))
