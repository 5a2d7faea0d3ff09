"""What is learned from, what is switched on, and what stands aside when the learner is away."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chassis.errors import InvalidArgument, InvalidState, Unavailable
from chassis.tenancy import GrantedScope
from services.triage.domain.learning.advice import Aspect
from services.triage.domain.learning.card import NEVER, Card, current, refusal_of, threshold_of
from services.triage.domain.learning.lesson import Lesson, usable, worth_learning
from services.triage.domain.learning.measures import Answered
from services.triage.domain.report import Report
from services.triage.use_cases import Advise, Learn

NOON = datetime(2026, 6, 14, 12, tzinfo=UTC)
REPORT = Report("inc_9", "ten_1", "vpn", "tunnel", "email", "")


def lessons(count: int, provider_id: str = "prv_1") -> list[Lesson]:
    return [
        Lesson(
            f"inc_{at}",
            provider_id,
            "ten_1",
            "vpn down" if at % 2 else "paper jam",
            "network" if at % 2 else "printing",
            NOON + timedelta(minutes=at),
        )
        for at in range(count)
    ]


class Kept:
    """Lessons and cards of every provider, in memory."""

    def __init__(self, kept: Sequence[Lesson]) -> None:
        self.lessons = list(kept)
        self.cards: list[Card] = []

    def providers(self) -> list[tuple[str, Aspect, int]]:
        names = sorted({one.provider_id for one in self.lessons})
        return [
            (name, Aspect.CATEGORY, sum(one.provider_id == name for one in self.lessons)) for name in names
        ]

    def of(
        self, scope: GrantedScope, aspect: Aspect, most: int, until: datetime | None = None
    ) -> list[Lesson]:
        mine = [
            one
            for one in self.lessons
            if one.provider_id == scope.provider_id and (until is None or one.create_time <= until)
        ]
        return sorted(mine, key=lambda one: one.create_time, reverse=True)[:most]

    def put(self, scope: object, card: Card) -> None:
        others = [one for one in self.cards if one.version != card.version]
        self.cards = sorted([card, *others], key=lambda one: one.version, reverse=True)

    def all(self, scope, aspect: Aspect) -> list[Card]:
        return [card for card in self.cards if (card.provider_id, card.aspect) == (scope.provider_id, aspect)]


class Pupil:
    """Knows the category by one word; answers as well as it is told to."""

    def __init__(self) -> None:
        self.learned: dict[str, int] = {}
        self.versions: dict[str, str] = {}
        self.right = True
        self.away = False

    def tried(self, texts, labels, asked):
        return [(self._say(text), 0.9) for text in asked]

    def learn(self, key, version, texts, labels):
        self.learned[key.removesuffix(".category")] = len(texts)
        self.versions[key] = version

    def version(self, key):
        return self.versions.get(key, "")

    def ask(self, key, texts):
        if self.away:
            raise Unavailable("learner_away", "It does not answer.")
        return [("network" if "vpn" in text else "printing", 0.9, ("vpn",)) for text in texts]

    def _say(self, text):
        return "network" if ("vpn" in text) is self.right else "printing"


def learn(kept: Kept, pupil: Pupil) -> Learn:
    return Learn(
        kept,
        kept,
        pupil,
        lambda: NOON + timedelta(days=len(kept.cards)),
        lambda kind: f"{kind}_{len(kept.cards) + 1}",
    )


def test_a_model_is_learned_once_there_is_enough_and_again_when_there_is_much_more():
    kept, pupil = Kept(lessons(59)), Pupil()
    assert learn(kept, pupil).learn_due() == []
    kept.lessons = lessons(60)
    [card] = learn(kept, pupil).learn_due()
    assert (card.lessons, card.tried_on, card.refusal, card.figures["accuracy"]) == (60, 12, "", 1.0)
    assert card.categories == ("network", "printing") and card.last_time == NOON + timedelta(minutes=59)
    assert pupil.learned == {"prv_1": 60}
    kept.lessons = lessons(70)
    assert learn(kept, pupil).learn_due() == []
    kept.lessons = lessons(72)
    assert len(learn(kept, pupil).learn_due()) == 1 and pupil.learned == {"prv_1": 72}


def test_a_worse_model_is_not_switched_on_and_its_card_says_so():
    kept, pupil = Kept(lessons(60)), Pupil()
    learn(kept, pupil).learn_due()
    pupil.right, kept.lessons = False, lessons(90)
    [card] = learn(kept, pupil).learn_due()
    assert card.refusal and pupil.learned == {"prv_1": 60}
    assert learn(kept, pupil).learn_due() == [], "it is not tried again on the same lessons"


def test_what_cannot_be_learned_from_is_not_looked_into_again_before_there_is_more():
    kept, pupil = Kept([replace(one, label="network") for one in lessons(80)]), Pupil()
    learning = learn(kept, pupil)
    assert learning.learn_due() == []
    kept.of = lambda *_: pytest.fail("looked into again")
    assert learning.learn_due() == [] and kept.cards == []


def test_after_a_start_the_model_is_learned_again_from_its_lessons():
    kept, pupil = Kept(lessons(60)), Pupil()
    learn(kept, pupil).learn_due()
    started = Pupil()
    assert learn(kept, started).learn_due() == [] and started.learned == {"prv_1": 60}


def test_a_provider_learns_from_its_own_clients_alone():
    kept, pupil = Kept([*lessons(60), *lessons(10, "prv_2")]), Pupil()
    learn(kept, pupil).learn_due()
    assert pupil.learned == {"prv_1": 60}
    away: list[Exception] = []
    advise = Advise(kept, pupil, away.append)
    assert advise.advice("prv_2", [REPORT]) == {} and not away
    assert advise.advice("prv_1", [REPORT])["inc_9"][Aspect.CATEGORY].firm


def test_rules_go_on_alone_while_the_learner_is_away_and_somebody_is_told():
    kept, pupil = Kept(lessons(60)), Pupil()
    learn(kept, pupil).learn_due()
    pupil.away = True
    away: list[Exception] = []
    assert Advise(kept, pupil, away.append).advice("prv_1", [REPORT]) == {}
    assert len(away) == 1


def test_what_is_below_the_threshold_is_a_suggestion():
    kept, pupil = Kept(lessons(60)), Pupil()
    learn(kept, pupil).learn_due()
    kept.cards[0] = replace(kept.cards[0], threshold=0.95)
    assert not Advise(kept, pupil, print).advice("prv_1", [REPORT])["inc_9"][Aspect.CATEGORY].firm


def test_categories_that_hardly_occur_teach_nothing():
    odd = replace(lessons(1)[0], incident_id="inc_odd", label="kitchen")
    assert {one.label for one in usable([*lessons(60), odd])} == {"network", "printing"}
    assert usable(lessons(59)) == [] and usable([replace(one, label="a") for one in lessons(80)]) == []
    assert worth_learning(60, 0) and not worth_learning(59, 0) and not worth_learning(119, 100)


def test_a_model_that_is_right_too_rarely_never_decides():
    wrong = [Answered("a", 0.9, "b"), Answered("a", 0.8, "a")]
    assert threshold_of(wrong) == NEVER
    assert threshold_of([Answered("a", 0.3, "a")]) == 0.6
    assert threshold_of([Answered("a", 0.99, "a"), Answered("b", 0.98, "b")]) == 0.9
    assert threshold_of([Answered("a", 0.99, "a"), Answered("b", 0.97, "a")]) == 0.99
    assert refusal_of(wrong, [], "b") and refusal_of(wrong, [], "c") == ""
    assert "present model" in refusal_of(wrong, [Answered("b", 0.9, "b")], "c")


def test_somebody_may_go_back_to_an_earlier_model_which_is_learned_again_from_its_own_lessons():
    kept, pupil = Kept(lessons(60)), Pupil()
    learning = learn(kept, pupil)
    learning.learn_due()
    kept.lessons = lessons(72)
    learning.learn_due()
    assert (current(kept.cards).version, pupil.learned) == ("mdl_2", {"prv_1": 72})
    first = kept.cards[-1]
    kept.put(None, first.switched_on(NOON + timedelta(days=9), "Mara"))
    assert learning.learn_due() == [] and pupil.learned == {"prv_1": 60}
    assert (current(kept.cards).version, current(kept.cards).switched_by) == ("mdl_1", "Mara")
    assert pupil.version("prv_1.category") == "mdl_1" and learning.progress == {}


def test_what_was_refused_is_not_switched_on_and_a_threshold_has_bounds():
    kept, pupil = Kept(lessons(60)), Pupil()
    learn(kept, pupil).learn_due()
    [card] = kept.cards
    with pytest.raises(InvalidState):
        replace(card, refusal="worse").switched_on(NOON, "Mara")
    for wrong in (0.59, 1.01, float("nan")):
        with pytest.raises(InvalidArgument):
            card.with_threshold(wrong, "Mara")
    assert card.with_threshold(0.8, "Mara").threshold_by == "Mara"


def test_of_what_machines_say_the_category_alone_is_asked():
    kept, pupil = Kept(lessons(60)), Pupil()
    learn(kept, pupil).learn_due()
    pupil.versions |= {f"prv_1.{aspect}": "mdl_1" for aspect in Aspect}
    found = Advise(kept, pupil, print).advice(
        "prv_1", [REPORT, replace(REPORT, incident_id="inc_a", channel="alert")]
    )
    assert set(found["inc_9"]) == set(Aspect) and set(found["inc_a"]) == {Aspect.CATEGORY}
