"""Every field and comparison that a rule's conditions know."""

import time
from datetime import UTC, datetime

import pytest

from chassis.errors import InvalidArgument
from services.triage.domain.condition import Condition, Field, Operator, check_condition
from services.triage.domain.decision import TriageDecision, decide
from services.triage.domain.report import Report
from services.triage.domain.routing import AssignmentGroup, Member, SkillNeed
from services.triage.domain.rule import Actions, Rule

REPORT = Report(
    incident_id="inc_1",
    tenant_id="ten_acme",
    subject="Disk at 97 % on SRV-DB-01",
    text="Le réseau est lent",
    channel="portal",
    sender="ada@mail.acme.example",
    configuration_item="srv-db-01",
    item_names=("orders database", "srv-db-01"),
    form={"site": ["par", "Paris", "Paris (siège)"]},
    create_time=datetime(2026, 3, 2, 7, 30, tzinfo=UTC),  # a Monday, 08:30 in Paris
)


def holds(field: Field, operator: Operator, *values: str, **more: object) -> bool:
    condition = Condition(field, operator, values, **more)
    check_condition(condition)
    return condition.match(REPORT) is not None


@pytest.mark.parametrize(
    ("field", "operator", "values", "expected"),
    [
        (Field.SUBJECT, Operator.STARTS_WITH, ["DISK AT"], True),
        (Field.SUBJECT, Operator.STARTS_WITH, ["97"], False),
        (Field.SUBJECT, Operator.MATCHES, [r"disk at (9\d|100) %"], True),
        (Field.SUBJECT, Operator.MATCHES, [r"^at"], False),
        (Field.SENDER, Operator.EQUALS, ["ADA@mail.acme.example"], True),
        (Field.SENDER_DOMAIN, Operator.EQUALS, ["mail.acme.example"], True),
        (Field.SENDER_DOMAIN, Operator.EQUALS, ["acme.example"], False),
        (Field.SENDER_DOMAIN, Operator.ENDS_WITH, [".acme.example"], True),
        (Field.CONFIGURATION_ITEM, Operator.EQUALS, ["SRV-DB-02", "SRV-DB-01"], True),
        (Field.CONFIGURATION_ITEM, Operator.STARTS_WITH, ["srv-web"], False),
        (Field.CONFIGURATION_ITEM, Operator.EQUALS, ["Orders Database"], True),
        (Field.CONFIGURATION_ITEM, Operator.CONTAINS_ANY, ["database"], True),
        (Field.CHANNEL, Operator.EQUALS, ["email"], False),
        (Field.WORDS, Operator.CONTAINS_ALL, ["disk", "reseau"], True),
    ],
)
def test_a_field_is_compared(field, operator, values, expected):
    assert holds(field, operator, *values) is expected


def test_an_answer_in_a_form_is_compared_as_it_is_kept_and_as_people_read_it():
    for value in ("par", "Paris", "PARIS (SIEGE)"):
        assert holds(Field.FORM, Operator.EQUALS, value, key="site")
    assert holds(Field.FORM, Operator.CONTAINS_ANY, "siège", key="site")
    assert not holds(Field.FORM, Operator.EQUALS, "par", key="floor")
    assert holds(Field.FORM, Operator.EQUALS, "par", key="floor", negate=True)


@pytest.mark.parametrize(
    ("hours", "zone", "expected"),
    [
        ("mon-fri 08:00-18:00", "Europe/Paris", True),
        ("mon-fri 08:00-18:00", "", False),
        ("sat,sun", "Europe/Paris", False),
        ("MON", "", True),
        ("22:00-08:00", "", True),
        ("sat-mon", "", True),
        # The night that began on Sunday.
        ("sun 22:00-08:00", "", True),
        ("mon 22:00-08:00", "", False),
        ("00:00-24:00", "", True),
    ],
)
def test_hours_are_those_that_the_zones_clocks_show(hours, zone, expected):
    assert holds(Field.TIME, Operator.WITHIN, hours, key=zone) is expected
    assert holds(Field.TIME, Operator.WITHIN, hours, key=zone, negate=True) is not expected


@pytest.mark.parametrize(
    "condition",
    [
        Condition(Field.SUBJECT, Operator.MATCHES, ("(",)),
        Condition(Field.SUBJECT, Operator.MATCHES, (r"(a)\1",)),
        Condition(Field.SUBJECT, Operator.MATCHES, ("a" * 501,)),
        Condition(Field.SUBJECT, Operator.WITHIN, ("mon",)),
        Condition(Field.TIME, Operator.EQUALS, ("mon",)),
        Condition(Field.TIME, Operator.WITHIN, ("someday 08:00-18:00",)),
        Condition(Field.TIME, Operator.WITHIN, ("mon 8-18",)),
        Condition(Field.TIME, Operator.WITHIN, ("mon",), key="Europe/Lyon"),
        Condition(Field.FORM, Operator.EQUALS, ("x",)),
        Condition(Field.SUBJECT, Operator.EQUALS, (" ",)),
        Condition(Field.SUBJECT, Operator.EQUALS, ()),
    ],
)
def test_what_could_never_be_read_or_compared_is_refused(condition):
    with pytest.raises(InvalidArgument):
        check_condition(condition)


def test_no_pattern_takes_longer_than_its_text_is_long():
    hostile = Condition(Field.TEXT, Operator.MATCHES, (r"(a+)+$", r"(a|aa)+$", r"(.*)*x"))
    report = Report("inc_1", "ten_acme", "", "a" * 19_999 + "!", "email", "")
    begin = time.process_time()
    assert hostile.match(report) is None
    # A matcher that goes back would take longer than the universe is old.
    assert time.process_time() - begin < 20


def test_of_several_conditions_one_is_enough_where_the_rule_says_so():
    conditions = (
        Condition(Field.CHANNEL, Operator.EQUALS, ("email",)),
        Condition(Field.WORDS, Operator.CONTAINS_ANY, ("disk",)),
    )
    every = Rule("rul_1", "Disks", 1, conditions, Actions(category="disk"))
    any_of = Rule("rul_1", "Disks", 1, conditions, Actions(category="disk"), match_any=True)
    assert every.reason(REPORT) is None
    assert any_of.reason(REPORT) == "Rule “Disks” (“disk”)"


def test_after_a_rule_that_stops_no_later_one_is_tried():
    disk = (Condition(Field.WORDS, Operator.CONTAINS_ANY, ("disk",)),)
    first = Rule("rul_1", "Noise", 1, disk, Actions(category="noise", stop=True))
    second = Rule("rul_2", "Later", 2, disk, Actions(assignment_group_id="grp_1"))
    group = AssignmentGroup("grp_1", "Night")
    assert decide(REPORT, [second, first], [group], {}).assignment.group_id == ""
    going_on = Rule("rul_1", "Noise", 1, disk, Actions(category="noise"))
    assert decide(REPORT, [second, going_on], [group], {}).assignment.group_id == "grp_1"


def test_whom_a_rule_names_has_it_if_they_work_in_the_group_and_may_be_given_more():
    disk = (Condition(Field.WORDS, Operator.CONTAINS_ANY, ("disk",)),)
    actions = Actions(assignment_group_id="grp_1", assignee_id="per_bo")
    rule = Rule("rul_1", "Disks", 1, disk, actions)

    def made(*members: Member, needs: tuple[SkillNeed, ...] = ()) -> TriageDecision:
        group = AssignmentGroup("grp_1", "Night", members, needs=needs)
        return decide(REPORT, [rule], [group], {"per_bo": 9})

    def given(*members: Member) -> str:
        return made(*members).assignment.assignee_id

    ada, bo = Member("per_ada", "Ada"), Member("per_bo", "Bo")
    assert given(ada, bo) == "per_bo" and made(ada, bo).hinted
    assert given(ada, Member("per_bo", "Bo", away=True)) == "per_ada"
    assert given(ada) == "per_ada"
    full = made(ada, Member("per_bo", "Bo", load_cap=9))
    assert full.assignment.assignee_id == "per_ada" and not full.hinted
    assert full.routing.reason.endswith("; not Bo, whom the rule names: at a limit")
    disks = SkillNeed("", frozenset({"disks"}))
    able = Member("per_ada", "Ada", skills=frozenset({"disks"}))
    assert made(able, bo, needs=(disks,)).routing.reason.endswith("without the skill")
