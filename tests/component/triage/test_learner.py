"""The processes that learn and predict, really begun, asked and killed."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chassis.errors import Unavailable
from services.triage.clients import ChildLearner
from services.triage.clients.learning import child

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
    process = learner.process_id
    assert process
    os.kill(process, signal.SIGKILL)
    with pytest.raises(Unavailable):
        learner.ask("prv_1", ["vpn"])
    assert learner.ask("prv_1", ["vpn"])[0][0] == "network" and learner.process_id != process


def test_nothing_is_begun_before_there_is_a_model():
    idle = ChildLearner()
    assert idle.ask("prv_1", ["vpn"]) == [] and idle.process_id is None and idle.version("prv_1") == ""
    idle.stop()


def test_models_that_do_not_fit_are_read_again_when_they_are_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(child, "_MODELS", {})
    monkeypatch.setattr(child, "_MOST_BYTES", 1)
    told = {"do": "learn", "texts": TEXTS, "labels": LABELS, "file": str(tmp_path / "first")}
    child.answer(told)
    (tmp_path / "second").write_bytes((tmp_path / "first").read_bytes())

    def said(key: str) -> Any:
        return child.answer({"do": "ask", "key": key, "file": str(tmp_path / key), "texts": ["my vpn"]})

    first = said("first")
    assert list(child._MODELS) == ["first"]
    assert said("second") == first and list(child._MODELS) == ["second"], "one alone is always kept"
    monkeypatch.setattr(child, "_MOST_BYTES", 1 << 30)
    said("first"), said("second"), said("first")
    assert list(child._MODELS) == ["second", "first"], "the one asked last would go last"
    assert said("first") == first
