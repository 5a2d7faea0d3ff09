"""Half a minute of mails, calls and replies while everybody is killed with -9 in turn and at random.

Everything that was acknowledged is there once, nobody was told twice, and in the end all is decided and timed.
FAIRLEAD_FAULT_SEED runs another storm; a failing one prints its seed.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.harness.faults.audit import Findings, settled
from tests.harness.faults.killing import EVERYBODY, Killer, plan
from tests.harness.faults.ledger import Ledger
from tests.harness.faults.storm import Storm
from tests.harness.platform import Platform
from tests.harness.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.faults, pytest.mark.slow]

SEED = int(os.environ.get("FAIRLEAD_FAULT_SEED", "20261123"))
PLANTED = Path(__file__).resolve().parents[1] / "harness" / "faults" / "planted"


@pytest.mark.parametrize("seed", range(20))
def test_a_seed_names_everybody_and_the_same_again(seed: int) -> None:
    kills = plan(seed, 30.0)
    assert kills == plan(seed, 30.0)
    assert {kill.name for kill in kills} == set(EVERYBODY)
    assert all(0 < kill.at < 30 for kill in kills)


def run(
    platform: Platform, folder: Path, seconds: float, victims: tuple[str, ...], patience: float
) -> tuple[Findings, Storm, Killer, int]:
    ledger = Ledger(folder / "ledger.jsonl")
    storm = Storm(platform, ledger, SEED, rate=20)
    killer = Killer(platform, plan(SEED, seconds, victims)).start()
    storm.blow(seconds)
    killer.join()
    platform.wait_ready(timeout=60)
    ledger.close()
    return settled(platform, ledger, patience), storm, killer, len(ledger)


@pytest.mark.timeout(300)
def test_whoever_is_killed_what_was_acknowledged_is_there_once_and_nobody_is_told_twice(
    tmp_path: Path,
) -> None:
    platform = Platform(tmp_path / "data").up()
    try:
        before = restarts(platform)
        found, storm, killer, acknowledged = run(platform, tmp_path, 30.0, EVERYBODY, patience=30.0)
        print(
            f"seed {SEED}: {storm.sent} sent, {acknowledged} acknowledged, killed {killer.done}, tried again "
            f"after {dict(storm.refusals)}, {found.ambiguous} ambiguous attempts"
        )
        assert found == Findings(ambiguous=found.ambiguous)
        assert acknowledged == storm.sent >= 20 * 28
        assert set(killer.done) == set(EVERYBODY)
        # Each came back by itself, and none fell because another had.
        after = restarts(platform)
        assert Counter({name: after[name] - before[name] for name in after}) == Counter(killer.done)
        numbered_without_gaps(platform)
        # An outage is waited out: nothing of it is left for an operator to pick up.
        assert platform.fairlead("dead-letters", "list").stdout == "no dead letters\n"
    finally:
        platform.down()


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("bug", "victims", "shown"),
    [
        ("acknowledge_before_write", ("intake", "intake", "intake"), lambda found: found.lost),
        ("no_deduplication", ("gateway", "incidents"), lambda found: found.doubled),
        (
            "relay_that_skips",
            ("incidents", "triage", "incidents"),
            lambda found: found.unfinished or found.never_told,
        ),
    ],
)
def test_a_planted_bug_is_found(bug: str, victims: tuple[str, ...], shown, tmp_path: Path) -> None:
    planted = {"PYTHONPATH": str(PLANTED), "FAIRLEAD_TEST_PLANTED": bug}
    platform = Platform(tmp_path / "data", **planted).up()
    try:
        found, _storm, killer, _acknowledged = run(platform, tmp_path, 8.0, victims, patience=6.0)
        assert killer.done
        assert shown(found), f"seed {SEED}: {bug} was not found: {found}"
    finally:
        platform.down()


def restarts(platform: Platform) -> dict[str, int]:
    document = platform.running()
    servers = {name: document[name] for name in ("nats", "mongod", "mail_catcher")}
    return {name: entry["restarts"] for name, entry in (document["services"] | servers).items()}


def numbered_without_gaps(platform: Platform) -> None:
    def numbers() -> list[int]:
        own = [one["number"] for one in platform.api.all_incidents() if one["number"].startswith("ACME-")]
        return sorted(int(number.partition("-")[2]) for number in own)

    wait_until(lambda: numbers() == list(range(1, len(numbers()) + 1)), 30, 0.5, "numbers without a gap")
