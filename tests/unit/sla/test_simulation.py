"""Past incidents under a proposed contract, beside what was agreed."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from chassis.errors import InvalidArgument
from cli.main import main
from services.sla.domain.attainment import Outcome
from services.sla.domain.facts import Fact, FactKind
from services.sla.domain.replay_case import terms_from
from services.sla.domain.simulation import MOST_NAMED, Change, Side, Simulation, credit_terms_from

START = datetime(2024, 5, 30, 9, tzinfo=UTC)
ALWAYS = {"tz": "UTC", "hours": "24x7"}
AGREED = {"name": "Silver", "calendar": ALWAYS, "target": {"kind": "resolution", "goal_seconds": 8 * 3600}}
PROPOSED = {
    "name": "Gold",
    "calendar": ALWAYS,
    "targets": [
        {"kind": "resolution", "goal_seconds": {"P1": 36000, "P3": 14400}},
        {"kind": "resolution", "level": "vendor", "goal_seconds": 1},
    ],
    "credits": {
        "currency": "EUR",
        "clauses": [{"clause_id": "late", "amount_minor": 1000}],
        "cap_minor": 1500,
    },
}


def life(number, hours, priority=3, days=0):
    opened = START + timedelta(days=days)
    return [
        Fact(f"{number}:1", 1, FactKind.OPENED, opened, priority=priority),
        Fact(f"{number}:2", 2, FactKind.HELD, opened + timedelta(minutes=5), awaiting="vendor"),
        Fact(f"{number}:3", 3, FactKind.RESOLVED, opened + timedelta(hours=hours)),
    ]


def simulated(*lives):
    agreed, proposed = (Side(terms_from(each), credit_terms_from(each)) for each in (AGREED, PROPOSED))
    simulation = Simulation(agreed, proposed)
    for facts in lives:
        simulation.add(facts, START + timedelta(days=90))
    return simulation.table()


def test_both_contracts_are_held_against_the_same_incidents():
    table = simulated(life(1, 2), life(2, 6), life(3, 9, priority=1), life(4, 20))
    assert table["as_agreed"]["targets"] == {
        "resolution": {"met": 2, "breached": 2, "excluded": 0, "running": 0, "attainment_percent": 50.0}
    }
    assert (table["proposed"]["met"], table["proposed"]["breached"]) == (2, 2)
    assert table["changed"] == {"now_met": 1, "now_breached": 1} and table["incidents"] == 4


def test_credits_are_owed_month_by_month_with_each_months_cap():
    table = simulated(*(life(number, 6) for number in range(3)), life(9, 6, days=10))
    assert "credits" not in table["as_agreed"]
    assert table["proposed"]["credits"] == {
        "currency": "EUR", "amount_minor": 2500, "months": {"2024-05": 1500, "2024-06": 1000},
    }  # fmt: skip


def test_what_still_runs_has_no_verdict_on_either_side():
    table = simulated(life(1, 2)[:1])
    assert table["as_agreed"]["breached"] == 1  # ninety days later
    fresh = Simulation(Side(terms_from(AGREED)), Side(terms_from(PROPOSED)))
    fresh.add(life(1, 2)[:1], START + timedelta(hours=1))
    assert fresh.table()["proposed"] == {
        "contract": "Gold", "met": 0, "breached": 0, "excluded": 0, "running": 1, "attainment_percent": None,
        "targets": {"resolution": {"met": 0, "breached": 0, "excluded": 0, "running": 1, "attainment_percent": None}},
    }  # fmt: skip


def test_what_was_excluded_counts_towards_nothing_on_either_side():
    simulation = Simulation(Side(terms_from(AGREED)), Side(terms_from(PROPOSED)))
    simulation.add(life(1, 6), START + timedelta(days=90), excluded={"resolution.1"})
    table = simulation.table()
    for side in (table["as_agreed"], table["proposed"]):
        assert (side["met"], side["breached"], side["excluded"]) == (0, 0, 1)
    assert table["changed"] == {"now_met": 0, "now_breached": 0} and simulation.changes == []


def test_each_incident_may_bring_the_terms_that_held_for_it_or_none():
    simulation = Simulation(Side(None), Side(terms_from(PROPOSED)))
    simulation.add(life(1, 6), START + timedelta(days=90), terms_from(AGREED), named=("inc_1", "A-1"))
    simulation.add(life(2, 6), START + timedelta(days=90), named=("inc_2", "A-2"))
    table = simulation.table()
    assert (table["as_agreed"]["met"], table["proposed"]["breached"]) == (1, 2)
    assert simulation.changes == [Change("inc_1", "A-1", "resolution.1", Outcome.MET, Outcome.BREACHED)]


def test_no_more_changes_are_named_than_a_person_reads():
    simulation = Simulation(Side(terms_from(AGREED)), Side(terms_from(PROPOSED)))
    for number in range(MOST_NAMED + 5):
        simulation.add(life(number, 6), START + timedelta(days=90))
    assert len(simulation.changes) == MOST_NAMED
    assert simulation.table()["changed"]["now_breached"] == MOST_NAMED + 5


@pytest.mark.parametrize("credits", [{}, [], {"currency": "EUR"}, {"currency": "E", "clauses": []}, {"currency": "EUR", "clauses": [1]}])  # fmt: skip
def test_credits_without_a_meaning_are_refused(credits):
    with pytest.raises(InvalidArgument):
        credit_terms_from({"credits": credits})


HEADING = "number,incident_state,sys_mod_count,opened_at,sys_updated_at,priority"
LOG = [
    "INC1,New,0,2024-05-30T09:00,2024-05-30T09:00,3",
    "INC1,Resolved,1,2024-05-30T09:00,2024-05-30T15:00,3",
    "INC2,New,0,2024-06-02T09:00,2024-06-02T09:00,3",
    "INC2,Resolved,1,2024-06-02T09:00,2024-06-02T10:00,3",
]


@pytest.fixture
def ask(tmp_path):
    def ask(*options, proposed=PROPOSED):
        paths = {}
        for name, text in (
            ("log.csv", "\n".join([HEADING, *LOG])), ("a.json", json.dumps(AGREED)), ("b.json", json.dumps(proposed)),
        ):  # fmt: skip
            paths[name] = tmp_path / name
            paths[name].write_text(text, encoding="utf-8")
        given = [paths["log.csv"], "--contract", paths["a.json"], "--proposed", paths["b.json"], *options]
        return CliRunner().invoke(main, ["sla", "simulate", *map(str, given)])

    return ask


def test_the_command_tells_both_sides_of_the_incidents_opened_in_a_period(ask):
    whole, may = json.loads(ask().stdout), json.loads(ask("--until", "2024-06-01").stdout)
    assert whole["incidents"] == 2 and whole["as_agreed"]["attainment_percent"] == 100.0
    assert whole["proposed"]["attainment_percent"] == 50.0
    assert may["incidents"] == 1 and may["proposed"]["breached"] == 1


def test_what_cannot_be_done_is_one_line_and_exit_code_2(ask):
    for answer in (
        ask("--from", "yesterday"),
        ask(proposed={"target": {}}),
        ask(proposed=PROPOSED | {"credits": {}}),
        ask(proposed=[]),
    ):
        assert answer.exit_code == 2 and answer.stdout == "" and answer.stderr.count("\n") == 1
