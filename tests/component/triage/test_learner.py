"""The processes that learn and predict, really begun, asked and killed."""

import os
import signal
from collections.abc import Iterator

import pytest

from chassis.errors import Unavailable
from services.triage.clients import ChildLearner

TEXTS = ["vpn tunnel down", "the vpn is slow", "paper jam in tray", "no paper in printer"] * 6
LABELS = ["network", "network", "printing", "printing"] * 6


@pytest.fixture(scope="module")
def learner() -> Iterator[ChildLearner]:
    learner = ChildLearner(asking_seconds=60)
    learner.learn("prv_1", "mdl_1", TEXTS, LABELS)
    yield learner
    learner.stop()


def test_a_model_says_category_confidence_and_the_words_that_decided(learner: ChildLearner):
    [(category, confidence, words)] = learner.ask("prv_1", ["my vpn again"])
    assert category == "network" and confidence > 0.5 and "vpn" in " ".join(words)
    assert learner.ask("prv_2", ["my vpn again"]) == [], "another provider's model is nobody else's"


def test_a_killed_process_is_away_once_and_begun_anew(learner: ChildLearner):
    learner.ask("prv_1", ["vpn"])
    child = learner.process_id
    assert child
    os.kill(child, signal.SIGKILL)
    with pytest.raises(Unavailable):
        learner.ask("prv_1", ["vpn"])
    assert learner.ask("prv_1", ["vpn"])[0][0] == "network" and learner.process_id != child


def test_nothing_is_begun_before_there_is_a_model():
    idle = ChildLearner()
    assert idle.ask("prv_1", ["vpn"]) == [] and idle.process_id is None and idle.version("prv_1") == ""
    idle.stop()
