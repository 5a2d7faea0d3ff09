"""The breach forecast: learned from how earlier incidents ended, honest about its basis, measured as it should be."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import main
from services.sla.domain.forecast.forecaster import Known, trained
from services.sla.domain.forecast.measures import area_under_curve, brier, calibration, calibration_error
from services.sla.domain.forecast.regression import chance, fitted
from services.sla.domain.forecast.statistics import Basis, Opening, Statistics

START = datetime(2024, 1, 1, 9, tzinfo=UTC)
KEYS = (("group",), ("group", "priority"))
RATES = {"network": 0.6, "desk": 0.1}
LOG = Path(__file__).parents[4] / "shared/data/incident_log/first_80_percent.csv.gz"
HEADING = "number,incident_state,sys_mod_count,opened_at,sys_updated_at,assignment_group,priority,made_sla"


def opening(group="desk", priority="3", hours=0):
    return Opening(START + timedelta(hours=hours), {"group": group, "priority": priority})


def past(incidents, seed=1):
    chances = random.Random(seed)
    made = []
    for number in range(incidents):
        group = chances.choice(list(RATES))
        made.append(Known(opening(group, hours=number), chances.random() < RATES[group]))
    return made


def test_chances_are_those_of_similar_incidents():
    forecaster = trained(past(3000), KEYS)
    for group, rate in RATES.items():
        assert forecaster.chance(opening(group, hours=3000)) == pytest.approx(rate, abs=0.06)


def test_the_order_in_which_incidents_were_given_changes_nothing():
    known = past(400)
    shuffled = random.Random(2).sample(known, len(known))
    one, two = (trained(each, KEYS).chance(opening("network", hours=400)) for each in (known, shuffled))
    assert one == two


def test_a_chance_is_shown_with_the_similar_incidents_that_it_rests_on():
    statistics = Statistics(KEYS)
    for number in range(12):
        statistics.learn(opening("network", "1"), number < 9)
    statistics.learn(opening("network", "2"), False)
    assert statistics.basis(opening("network", "1")) == Basis(("group", "priority"), 12, 9)
    assert statistics.basis(opening("network", "2")) == Basis(("group",), 13, 9)
    assert statistics.basis(opening("desk", "2")) == Basis((), 13, 9)


def test_what_nobody_said_is_forecast_from_the_rest():
    forecaster = trained(past(500), KEYS)
    assert 0 < forecaster.chance(Opening(START, {})) < 1


@pytest.mark.parametrize("outcome", [True, False])
def test_where_all_ended_alike_the_forecast_is_near_certain_and_no_more(outcome):
    forecaster = trained([Known(opening(hours=n), outcome) for n in range(300)], KEYS)
    assert abs(forecaster.chance(opening()) - outcome) < 0.02
    assert 0 < forecaster.chance(opening()) < 1


def test_nothing_learned_is_no_error():
    assert 0 < trained([], KEYS).chance(opening()) < 1


def test_a_regression_finds_the_odds_of_two_groups():
    rows = [[0.0]] * 100 + [[1.0]] * 100
    outcomes = [n < 20 for n in range(100)] + [n < 70 for n in range(100)]
    found = fitted(rows, outcomes, ridge=0.0)
    assert chance(found.score([0.0])) == pytest.approx(0.2)
    assert chance(found.score([1.0])) == pytest.approx(0.7)


def test_a_ridge_draws_weights_towards_nothing_and_a_constant_column_harms_no_fit():
    rows = [[float(n % 2), 5.0] for n in range(200)]
    outcomes = [n % 2 == 1 for n in range(200)]
    loose, tight = fitted(rows, outcomes, 1.0), fitted(rows, outcomes, 100.0)
    assert 0 < tight.weights[0] < loose.weights[0]
    assert chance(tight.score([1.0, 5.0])) > 0.5 > chance(tight.score([0.0, 5.0]))


def test_a_chance_far_out_does_not_overflow():
    assert chance(-1e6) == 0.0 and chance(1e6) == 1.0


def test_the_area_counts_pairs_in_order_and_ties_by_half():
    outcomes = [True, False, True, False]
    assert area_under_curve([0.9, 0.1, 0.8, 0.2], outcomes) == 1
    assert area_under_curve([0.5] * 4, outcomes) == 0.5
    assert area_under_curve([0.9, 0.9, 0.1, 0.2], outcomes) == pytest.approx((0.5 + 1) / 4)
    assert area_under_curve([0.5], [True]) is None


def test_calibration_is_the_distance_of_what_was_said_and_what_came():
    chances, outcomes = [0.05] * 10 + [1.0] * 10, [False] * 10 + [True] * 8 + [False] * 2
    table = calibration(chances, outcomes)
    assert len(table) == 10 and sum(each["incidents"] for each in table) == 20
    assert table[9] == {"from": 0.9, "to": 1.0, "incidents": 10, "chance": 1.0, "breached": 0.8}
    assert table[5]["chance"] is None
    assert calibration_error(chances, outcomes) == pytest.approx((0.05 + 0.2) / 2)
    assert brier([1.0, 0.5], [True, True]) == 0.125


def log(folder, name, numbers, seed=3):
    """A log in which one group breaches often; each incident has two lines, shuffled."""
    chances, lines = random.Random(seed), []
    for number in numbers:
        group = chances.choice(list(RATES))
        kept = "false" if chances.random() < RATES[group] else "true"
        at = START + timedelta(hours=number)
        first, last = (f"{moment:%Y-%m-%dT%H:%M}" for moment in (at, at + timedelta(hours=30)))
        lines.append(f"INC{number},New,0,{first},{first},{group},3,true")
        lines.append(f"INC{number},Closed,1,{first},{last},{group},3,{kept}")
    chances.shuffle(lines)
    path = folder / name
    path.write_text("\n".join([HEADING, *lines]), encoding="utf-8")
    return path


def evaluate(*arguments):
    return CliRunner().invoke(main, ["sla", "forecast-evaluate", *map(str, arguments)])


def test_the_command_learns_from_the_first_and_is_held_against_the_last(tmp_path):
    answer = json.loads(evaluate(log(tmp_path, "log.csv", range(1500)), "--train-share", 0.7).stdout)
    assert (answer["train_rows"], answer["test_rows"]) == (1050, 450)
    # Two rates are all there is to know.
    assert answer["auc"] == pytest.approx(answer["baseline_auc"], abs=0.03) and answer["auc"] > 0.7
    assert answer["expected_calibration_error"] < 0.1 and len(answer["calibration"]) == 10


def test_of_a_second_log_only_what_the_first_does_not_have_is_forecast(tmp_path):
    train, test = log(tmp_path, "a.csv", range(600)), log(tmp_path, "b.csv", range(500, 900))
    answer = json.loads(evaluate("--train", train, "--test", test).stdout)
    assert (answer["train_rows"], answer["test_rows"]) == (600, 300)


def test_what_cannot_be_done_is_one_line_and_exit_code_2(tmp_path):
    some = log(tmp_path, "log.csv", range(20))
    undecided = tmp_path / "open.csv"
    undecided.write_text(f"{HEADING}\nINC1,New,0,2024-01-01T09:00,2024-01-01T09:00,desk,3,true\n", "utf-8")
    for arguments in (
        (), (some, "--train", some, "--test", some), ("--train", some), (undecided,), (tmp_path / "missing",),
        ("--train", some, "--test", some), (some, "--train-share", 2),
    ):  # fmt: skip
        answer = evaluate(*arguments)
        assert answer.exit_code == 2 and answer.stdout == "" and answer.stderr.count("\n") == 1, arguments


@pytest.mark.skipif(not LOG.exists(), reason="the incident log is not on this machine")
def test_the_last_fifth_of_a_real_log_is_forecast_well_and_honestly():
    answer = json.loads(evaluate(LOG).stdout)
    assert answer["auc"] > 0.8 > answer["baseline_auc"]
    assert answer["expected_calibration_error"] < 0.05
