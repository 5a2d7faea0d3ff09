"""Lessons in MongoDB: whatever order they are heard in, they say the same."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from chassis import mongo
from chassis.config import Settings
from chassis.tenancy import GrantedScope, TenantScope
from chassis.tokens import make_keys
from services.triage import store
from services.triage.domain.learning.advice import Aspect, Suggestion
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
            Heard(*owner, 3, NOON, labels={Aspect.CATEGORY: "access"}),
            Heard(*owner, 7, NOON, labels={Aspect.CATEGORY: "network"}),
        ]
        for at in order:
            lessons.hear([heard[at], heard[at]])
    found = lessons.of(GrantedScope("prv", None), Aspect.CATEGORY, 10)
    assert {(one.text, one.label) for one in found} == {("vpn down", "network")}
    assert len(found) == 6 and lessons.providers() == [("prv", Aspect.CATEGORY, 6)]


def test_only_what_has_both_words_and_category_teaches_and_the_newest_first(database):
    lessons = store.LessonStore(database)
    for at in range(3):
        moment = NOON + timedelta(minutes=at)
        lessons.hear([Heard(f"inc_{at}", "prv", "ten", 1, moment, text=f"words {at}")])
        if at:
            lessons.hear([Heard(f"inc_{at}", "prv", "ten", 2, moment, labels={Aspect.CATEGORY: "network"})])
    assert [one.text for one in lessons.of(GrantedScope("prv", None), Aspect.CATEGORY, 10)] == [
        "words 2",
        "words 1",
    ]
    assert [one.text for one in lessons.of(GrantedScope("prv", None), Aspect.CATEGORY, 1)] == ["words 2"]
    assert lessons.of(GrantedScope("prv", frozenset({"other"})), Aspect.CATEGORY, 10) == []


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
        cards.put(room, card)
    assert cards.all(room, Aspect.CATEGORY) == made[::-1]
    assert cards.all(TenantScope("other", "other"), Aspect.CATEGORY) == []


def test_each_aspect_is_known_by_its_own_highest_revision(database):
    lessons = store.LessonStore(database)
    heard = [
        Heard("inc", "prv", "ten", 1, NOON, text="vpn down"),
        Heard("inc", "prv", "ten", 2, NOON, labels={Aspect.IMPACT: "high", Aspect.URGENCY: "low"}),
        Heard("inc", "prv", "ten", 5, NOON, labels={Aspect.CATEGORY: "network", Aspect.GROUP: "grp_1"}),
        Heard("inc", "prv", "ten", 3, NOON, labels={Aspect.GROUP: "grp_0"}),
    ]
    lessons.hear(heard)
    everywhere = GrantedScope("prv", None)
    known = {aspect: [one.label for one in lessons.of(everywhere, aspect, 9)] for aspect in Aspect}
    assert list(known.values()) == [["network"], ["high"], ["low"], ["grp_1"]]
    assert lessons.of(everywhere, Aspect.IMPACT, 9, NOON - timedelta(days=1)) == []


def test_suggestions_are_their_clients(database):
    kept = store.SuggestionStore(database)
    advice = {Aspect.GROUP: Suggestion("grp_1", 0.5, ("vpn",), firm=False)}
    kept.put(TenantScope("prv", "ten"), "inc", advice, NOON)
    assert kept.of(GrantedScope("prv", None), "inc") == advice
    assert kept.of(GrantedScope("prv", frozenset({"other"})), "inc") == {}
