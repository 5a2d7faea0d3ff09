"""Published expectations of other libraries, kept outside the repository, hold for our business time."""

import json
import os
from pathlib import Path

import pytest

from services.sla.domain.business_time_case import answer, answer_line

DATA = Path(os.environ.get("FAIRLEAD_SHARED_DATA", Path(__file__).parents[3] / ".." / "shared" / "data"))
VECTORS = DATA / "business_time" / "vectors.jsonl"


def vectors() -> list[dict]:
    return [json.loads(line) for line in VECTORS.read_text().splitlines()] if VECTORS.exists() else []


@pytest.mark.skipif(not VECTORS.exists(), reason="the shared vectors are not on this machine")
def test_there_are_thirty_vectors():
    assert len(vectors()) == 30


@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector["id"])
def test_a_vector_holds(vector):
    assert answer(vector) == {"id": vector["id"], "result": vector["expected"]}


@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector["id"])
def test_a_pause_that_ended_before_changes_nothing(vector):
    """The slower way, taken when there are pauses, gives what the quick way gives."""
    long_ago = [["1999-01-01T00:00:00Z", "1999-01-02T00:00:00Z"]]
    assert json.loads(answer_line(json.dumps(vector | {"pauses": long_ago})))["result"] == vector["expected"]
