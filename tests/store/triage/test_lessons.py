"""Lessons in MongoDB: whatever order they are heard in, they say the same."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from chassis import mongo
from chassis.config import Settings
from chassis.tenancy import GrantedScope, TenantScope
from chassis.tokens import make_keys
from services.triage import store
from services.triage.domain.learning.card import Card
from services.triage.ports import Heard

NOON = datetime(2026, 6, 14, 12, tzinfo=UTC)


@pytest.fixture
def database(installation, mongod, tmp_path):
    make_keys(tmp_path, ["triage"])
    settings = Settings(service="triage", installation=installation, mongodb_uri=mongod, key_dir=tmp_path)
    database = mongo.connect(settings)
    store.prepare()
    return database


def test_the_last_category_counts_in_whatever_order_it_is_heard(database):
    lessons = store.LessonStore(database)
    for number, order in enumerate(permutations(range(3))):
        owner = (
            f"inc_{number}",
            "prv",
            "ten",
        )
        heard = [
            Heard(*owner, 1, NOON, text="vpn down"),
            Heard(*owner, 3, NOON, category="access"),
            Heard(*owner, 7, NOON, category="network"),
        ]
        for at in order:
            lessons.hear([heard[at], heard[at]])
    found = lessons.of(GrantedScope("prv", None), 10)
    assert {(one.text, one.category) for one in found} == {("vpn down", "network")}
    assert len(found) == 6 and lessons.providers() == [("prv", 6)]


def test_only_what_has_both_words_and_category_teaches_and_the_newest_first(database):
    lessons = store.LessonStore(database)
    for at in range(3):
        moment = NOON + timedelta(minutes=at)
        lessons.hear([Heard(f"inc_{at}", "prv", "ten", 1, moment, text=f"words {at}")])
        if at:
            lessons.hear([Heard(f"inc_{at}", "prv", "ten", 2, moment, category="network")])
    assert [one.text for one in lessons.of(GrantedScope("prv", None), 10)] == ["words 2", "words 1"]
    assert [one.text for one in lessons.of(GrantedScope("prv", None), 1)] == ["words 2"]
    assert lessons.of(GrantedScope("prv", frozenset({"other"})), 10) == []


def test_cards_are_kept_the_newest_first(database):
    cards, room = store.CardStore(database), TenantScope("prv", "prv")
    made = [
        Card(
            f"mdl_{at}",
            "prv",
            NOON + timedelta(days=at),
            60,
            NOON,
            NOON,
            ("a", "b"),
            12,
            {"accuracy": 0.8},
            0.7,
        )
        for at in range(2)
    ]
    for card in made:
        cards.add(room, card)
    assert cards.all(room) == made[::-1]
    assert cards.all(TenantScope("other", "other")) == []
