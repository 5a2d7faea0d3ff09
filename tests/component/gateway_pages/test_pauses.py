"""Pauses in the open, as a client's people see them, and as their manager contests them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chassis.clock import now
from chassis.errors import AlreadyExists
from fairlead.sla.v1 import clock_pb2, pause_service_pb2
from tests.harness.gateway import Room
from tests.harness.portal import Reader

TALK = "/t/acme/incidents/ACME-1042"
Readers = Callable[..., Reader]


@pytest.fixture
def held(room: Room) -> Room:
    """ACME-1042 waited for a supplier, which stopped its promise for two hours; and once when nothing ran."""
    room.sla.answers["ExplainClocks"] = lambda request, _: _clocks(request.incident_id, paused=7200)
    room.sla.answers["ListPauses"] = pause_service_pb2.ListPausesResponse(
        pauses=[_pause("pau_1", stopped=7200), _pause("pau_2")]
    )
    return room


def test_everybody_sees_who_was_awaited_and_what_it_took(reader: Readers, held: Room) -> None:
    page = reader("per_ana").get(TALK).text
    assert "Waiting for a supplier" in page
    assert "Resolution: 2 h not counted" in page
    assert "pau_2" not in page
    assert "Contest" not in page


def test_without_a_pause_nobody_is_asked_for_any(reader: Readers, room: Room) -> None:
    assert "stood still" not in reader("per_ana").get(TALK).text
    assert room.sla.requests["ListPauses"] == []


def test_a_manager_contests_a_pause_with_words(reader: Readers, held: Room) -> None:
    mia = reader("per_mia")
    answer = mia.post(f"{TALK}/pauses/pau_1/contest", page=TALK, words=" Nobody asked us. ")
    assert answer.headers["Location"] == f"{TALK}?done=contested#fl-pauses"
    asked = held.sla.requests["ContestPause"][-1]
    assert (asked.pause_id, asked.words) == ("pau_1", "Nobody asked us.")
    assert "We have your objection" in mia.get(answer.headers["Location"]).text


def test_without_words_or_too_late_the_form_says_so_and_keeps_them(reader: Readers, held: Room) -> None:
    mia = reader("per_mia")
    answer = mia.post(f"{TALK}/pauses/pau_1/contest", page=TALK, words=" ")
    assert answer.status_code == 422
    assert 'id="fl-words-1-error"' in answer.text
    assert mia.post(f"{TALK}/pauses/pau_1/contest", page=TALK, words="x" * 2001).status_code == 422
    held.sla.answers["ContestPause"] = AlreadyExists("contest_exists")
    answer = mia.post(f"{TALK}/pauses/pau_1/contest", page=TALK, words="Nobody asked us.")
    assert answer.status_code == 409
    assert "contested it already" in answer.text
    assert "Nobody asked us." in answer.text


def test_what_was_said_stands_there_for_both(reader: Readers, held: Room) -> None:
    pause = _pause("pau_1", stopped=7200, contest_words="Nobody asked us.")
    pause.contested_by.name = "Mia Chef"
    pause.contest_time.FromDatetime(now())
    held.sla.answers["ListPauses"] = pause_service_pb2.ListPausesResponse(pauses=[pause])
    page = reader("per_mia").get(TALK).text
    assert "We have not answered yet." in page
    assert "Contest it" not in page
    pause.answer.by.name, pause.answer.words, pause.answer.conceded = "Tom Tech", "You are right.", True
    pause.answer.time.FromDatetime(now())
    held.sla.answers["ListPauses"] = pause_service_pb2.ListPausesResponse(pauses=[pause])
    page = reader("per_ana").get(TALK).text
    assert "The time counts after all." in page
    assert "You are right." in page


def _clocks(incident_id: str, paused: int) -> clock_pb2.ClockSet:
    clocks = clock_pb2.ClockSet(incident_id=incident_id, has_contract=True)
    clocks.clocks.add(kind="TARGET_KIND_RESOLUTION", state="CLOCK_STATE_RUNNING", paused_seconds=paused)
    return clocks


def _pause(pause_id: str, stopped: int = 0, **more: Any) -> pause_service_pb2.Pause:
    pause = pause_service_pb2.Pause(pause_id=pause_id, awaiting="vendor", **more)
    pause.start_time.FromDatetime(now() - timedelta(hours=3))
    pause.end_time.FromDatetime(now() - timedelta(hours=1))
    if stopped:
        pause.stopped.add(target="resolution", cycle=1, seconds=stopped)
    return pause
