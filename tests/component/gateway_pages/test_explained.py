"""A client reads how the time of a promise was counted, and nothing of what the provider's people promise each other."""

from collections.abc import Callable

from fairlead.sla.v1 import clock_pb2
from tests.harness.gateway import Room
from tests.harness.portal import Reader

TALK = "/t/acme/incidents/ACME-1042"
Readers = Callable[..., Reader]


def test_a_promise_tells_how_its_time_was_counted(reader: Readers, room: Room) -> None:
    page = reader("per_ana").get(TALK).text
    assert "We aim to solve it no later than" in page
    for words in (
        "How this time was counted",
        "Goal 4 h, used 1 h.",
        "Business hours",
        "Outside business hours",
    ):
        assert words in page
    assert "Still to come, if nothing changes" in page
    caller = room.sla.callers["ExplainClocks"][-1]
    assert caller.tenant_ids == frozenset({"ten_acme"})


def test_what_teams_promise_each_other_is_not_told_even_to_staff_who_look_at_the_portal(
    reader: Readers, room: Room
) -> None:
    for person in ("per_ana", "per_tom"):
        assert "This takes longer than we promised" not in reader(person).get(TALK).text
    late = clock_pb2.ClockSet(has_contract=True)
    late.clocks.add(kind="TARGET_KIND_RESOLUTION", level="TARGET_LEVEL_CLIENT", state="CLOCK_STATE_BREACHED")
    room.sla.answers["ExplainClocks"] = late
    page = reader("per_ana").get(TALK).text
    assert "This takes longer than we promised" in page and "How this time was counted" not in page
