"""Work just handed out counts as load until the queue shows it."""

from datetime import UTC, datetime, timedelta

from services.triage.domain.recent import RecentAssignments

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_what_was_handed_out_counts_until_the_queue_shows_it():
    recent = RecentAssignments()
    recent.add("inc_1", "per_ada", NOON)
    recent.add("inc_2", "per_ada", NOON)
    assert recent.load() == {"per_ada": 2}
    recent.shown(["inc_1"])
    assert recent.load() == {"per_ada": 1}


def test_a_second_decision_on_the_same_incident_counts_once():
    recent = RecentAssignments()
    recent.add("inc_1", "per_ada", NOON)
    recent.add("inc_1", "per_bo", NOON)
    assert recent.load() == {"per_bo": 1}


def test_what_the_queue_never_shows_is_forgotten_after_a_minute():
    recent = RecentAssignments()
    recent.add("inc_1", "per_ada", NOON)
    assert set(recent.waiting(NOON + timedelta(seconds=59))) == {"inc_1"}
    assert set(recent.waiting(NOON + timedelta(seconds=60))) == set()
    assert recent.load() == {}
