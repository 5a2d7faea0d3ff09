"""Another system's incident log: read as it is, replayed, counted, checked."""

import gzip
import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import main
from services.sla.domain.clock import ClockState
from services.sla.domain.facts import FactKind
from services.sla.domain.incident_log.invariants import INVARIANTS, Replayed, violated
from services.sla.domain.incident_log.life import facts_of
from services.sla.domain.incident_log.reading import NotALog, read, time_of
from services.sla.domain.incident_log.tally import replayed
from services.sla.domain.replay_case import terms_from

CONTRACT = Path(__file__).parents[3] / "docs" / "examples" / "incident-log-contract.json"
TERMS = terms_from(json.loads(CONTRACT.read_text(encoding="utf-8")))
LOG = Path(__file__).parents[4] / "shared/data/incident_log/first_80_percent.csv.gz"
HEADING = "number,incident_state,sys_mod_count,reopen_count,opened_at,sys_updated_at,priority,assignment_group,category"
# Opened on a Tuesday at nine; held for the requester at noon for two hours; solved, refused, solved again.
LIFE = """INC1,New,0,0,2016-03-01T09:00,2016-03-01T09:00,3,7,55
INC1,Active,1,0,2016-03-01T09:00,2016-03-01T10:00,3,7,55
INC1,Awaiting User Info,2,0,2016-03-01T09:00,2016-03-01T12:00,3,7,55
INC1,Active,3,0,2016-03-01T09:00,2016-03-01T14:00,2,8,55
INC1,Resolved,4,0,2016-03-01T09:00,2016-03-01T16:00,2,8,55
INC1,Active,5,1,2016-03-01T09:00,2016-03-01T17:00,2,8,55
INC1,Resolved,6,1,2016-03-01T09:00,2016-03-03T10:00,2,8,55
INC1,Closed,7,1,2016-03-01T09:00,2016-03-08T10:00,2,8,55""".splitlines()


def life(*lines):
    [entries] = read([HEADING, *lines]).lives()
    return entries


def test_a_line_tells_what_changed():
    told = [fact.kind.value for fact in facts_of(life(*LIFE))]
    assert told == [
        "opened", "acknowledged", "responded", "held", "prioritized", "assigned", "resumed", "resolved", "reopened",
        "resolved", "closed",
    ]  # fmt: skip


def test_a_life_is_timed_on_the_contract():
    one = replayed(life(*LIFE), TERMS, None)
    clocks = {clock.key: clock for clock in one.clocks}
    first, again = clocks["resolution.1"], clocks["resolution.2"]
    assert (first.state, first.elapsed_seconds, first.paused_seconds) == (ClockState.MET, 5 * 3600, 2 * 3600)
    assert (again.state, again.goal_seconds) == (ClockState.MISSED, 28800)
    assert clocks["first_response.1"].state is ClockState.MET
    assert violated(one) == []


def test_what_a_line_does_not_say_changes_nothing():
    untold = [*LIFE[:2], "INC1,?,2,?,?,2016-03-01T11:00,?,?,?", *LIFE[2:]]
    facts = facts_of(life(*untold))
    assert [fact.kind for fact in facts] == [fact.kind for fact in facts_of(life(*LIFE))]


def test_an_opening_that_is_nowhere_told_is_the_first_change():
    facts = facts_of(life("INC1,Active,0,0,?,2016-03-01T10:00,3,7,55"))
    assert facts[0].kind is FactKind.OPENED and facts[0].time == time_of("2016-03-01T10:00")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("INC1,New", "too_short"),
        ("?,New,0,0,2016-03-01T09:00,2016-03-01T09:00,3,7,55", "number_missing"),
        ("INC1,New,x,0,2016-03-01T09:00,2016-03-01T09:00,3,7,55", "order_unreadable"),
        ("INC1,New,0,0,2016-03-01T09:00,31/02/2016 10:00,3,7,55", "time_unreadable"),
        ("INC1,New,0,0,2016-03-01T09:00,0001-01-01T09:00,3,7,55", "time_unreadable"),
        ("INC1,New,0,0,2016-03-01T09:00,2096-03-01T09:00,3,7,55", "time_out_of_range"),
        ('INC1,"New,0,0,2016-03-01T09:00,2016-03-01T09:00,3,7,55', "too_short"),
    ],
)
def test_a_hopeless_line_is_counted_under_its_reason_and_spoils_no_other(line, reason):
    reading = read([HEADING, line, *LIFE])
    assert reading.left_out == {reason: 1} and reading.lines == 9
    assert list(reading.lives()) == [life(*LIFE)]


def test_times_are_read_as_the_log_and_its_origin_write_them():
    assert time_of("29/2/2016 01:16") == time_of("2016-02-29T01:16") == time_of("2016-02-29T02:16+01:00")


def test_the_heading_may_stand_anywhere_and_more_than_once():
    shuffled = [*LIFE[:3], HEADING, "", *LIFE[3:], HEADING]
    assert list(read(shuffled).lives()) == [life(*LIFE)]


def test_a_file_of_something_else_is_no_log():
    with pytest.raises(NotALog):
        read(["import os", "print(1)"])


def test_a_log_none_of_whose_lines_can_be_read_is_no_log():
    with pytest.raises(NotALog, match="none of its 2 lines can be read"):
        read([HEADING, "INC1", "INC2"])


def test_each_invariant_notices_what_it_is_for():
    one = replayed(life(*LIFE), TERMS, None)
    first = next(clock for clock in one.clocks if clock.key == "first_response.1")
    others = [clock for clock in one.clocks if clock is not first]

    def with_first(**changes):
        return Replayed(one.facts, one.terms, one.at, [replace(first, **changes), *others])

    assert "order_and_repetition_change_nothing" in violated(with_first(elapsed_seconds=1))
    assert "a_verdict_is_never_rewritten" in violated(with_first(state=ClockState.MISSED))
    assert "verdicts_are_what_was_consumed" in violated(with_first(state=ClockState.BREACHED))
    cycles = [clock for clock in one.clocks if clock.key.startswith("resolution.")]
    twice = Replayed(one.facts, one.terms, one.at, [*cycles[:1], *cycles])
    assert "cycles_follow_one_another" in violated(twice)
    assert "pausing_makes_nothing_due_earlier" in INVARIANTS


def test_seconds_that_do_not_add_up_and_a_breach_on_hold_are_noticed():
    tampered = replayed(life(*LIFE), TERMS, None)
    [run] = [clock.run for clock in tampered.clocks if clock.key == "resolution.1"]
    run.counted += 1
    assert "seconds_add_up" in violated(tampered)
    paused = next(span for span in run.spans if span.mode.value == "paused")
    run.breached_at = paused.start + 1
    assert "a_paused_clock_does_not_fire" in violated(tampered)


def replay_log(*arguments):
    return CliRunner().invoke(main, ["sla", "replay-log", *map(str, arguments)])


def written(folder, lines, name="log.csv"):
    path = folder / name
    data = "\n".join(lines).encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def test_the_command_counts_and_its_digest_is_the_same_for_any_order_repetition_and_packing(tmp_path):
    mixed = [*LIFE, *LIFE[:4], HEADING]
    random.Random(5).shuffle(mixed)
    plain = replay_log(written(tmp_path, [HEADING, *LIFE]), "--contract", CONTRACT)
    other = replay_log(written(tmp_path, mixed, "log.csv.gz"), "--contract", CONTRACT)
    one, two = json.loads(plain.stdout), json.loads(other.stdout)
    assert plain.exit_code == other.exit_code == 0
    assert one["targets"]["resolution"] | {"elapsed_seconds": 0, "paused_seconds": 0} == {
        "clocks": 2, "met": 1, "breached": 1, "running": 0, "canceled": 0, "warned": 1, "paused": 2,
        "reopened_cycles": 1, "excluded": 0, "elapsed_seconds": 0, "paused_seconds": 0,
    }  # fmt: skip
    assert set(one["invariants"]) == set(INVARIANTS) and one["violations"] == 0
    assert one["events"] == 8 and two["input"] == {"lines": 12, "repeated": 4, "left_out": {}}
    varying = {"input", "seconds", "events_per_second", "events_per_second_with_checks"}
    assert {k: v for k, v in one.items() if k not in varying} == {
        k: v for k, v in two.items() if k not in varying
    }


def test_what_cannot_be_done_is_one_line_and_exit_code_2(tmp_path):
    log, broken = written(tmp_path, [HEADING, *LIFE]), written(tmp_path, ["{"], "contract.json")
    for arguments in (
        (log,),
        (log, "--contract", tmp_path / "missing"),
        (log, "--contract", broken),
        (log, "--contract", written(tmp_path, ['{"target": {"kind": "x"}}'], "odd.json")),
        (tmp_path / "missing", "--contract", CONTRACT),
        (broken, "--contract", CONTRACT),
        (tmp_path, "--contract", CONTRACT),
    ):
        answer = replay_log(*arguments)
        assert answer.exit_code == 2 and answer.stdout == "" and answer.stderr.count("\n") == 1, arguments


@pytest.mark.skipif(not LOG.exists(), reason="the incident log is not on this machine")
def test_the_invariants_hold_on_a_real_log():
    with gzip.open(LOG, "rt", encoding="utf-8") as lines:
        reading = read(line for number, line in enumerate(lines) if number < 6000)
    assert not reading.left_out and len(reading.entries) > 500
    for entries in reading.lives():
        assert violated(replayed(entries, TERMS, reading.latest)) == []
