"""What providers have in common tells of none of them, whatever their lessons are."""

from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.triage.domain.learning.prior import (
    LEAST_LESSONS,
    LEAST_PROVIDERS,
    Taught,
    made_lessons,
    prior_for,
    telling_words,
)

# Many lessons are made for each example, on a machine that others use, too.
SLOWLY: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
_PROVIDERS = ["asked", "north", "south", "east", "west"]
_WORDS = st.sampled_from(
    ["toner", "Réseau", "vpn", "l’accueil", "acme-dc1", "kim@acme.example", "10.0.0.7", "Zoë"]
)
_TEXTS = st.lists(_WORDS, max_size=5).map(" ".join) | st.text("aéßﬁª²①١७Ⅳ@.-’/ 7", max_size=8)
_LABELS = st.sampled_from(["Printing", "printing ", "network"])
# The same words in none to a few different lessons of each provider: around the bounds on both sides.
_SPREAD = st.lists(
    st.tuples(_TEXTS, _LABELS, st.lists(st.integers(3, 7), min_size=5, max_size=5)), min_size=1, max_size=4
)


def spread(drawn: list[tuple[str, str, list[int]]]) -> dict[str, list[Taught]]:
    lessons: dict[str, list[Taught]] = {name: [] for name in _PROVIDERS}
    for text, label, counts in drawn:
        for name, count in zip(_PROVIDERS, counts, strict=True):
            lessons[name] += [(f"{text} {'x' * at}y", label) for at in range(count)]
    return lessons


_LESSONS = _SPREAD.map(spread)


def common(times: int, word: str) -> list[Taught]:
    return [(f"{word} {'a' * at}b", "printing") for at in range(1, times + 1)]


@settings(max_examples=60, **SLOWLY)
@given(_LESSONS)
def test_each_word_stands_in_enough_different_lessons_of_enough_others(lessons: Mapping[str, list[Taught]]):
    for category, words in prior_for("asked", lessons).items():
        for word, rate in words.items():
            assert 0 < rate <= 1 and word.isalpha() and not any(char.isdigit() for char in word)
            know = [
                name
                for name, theirs in lessons.items()
                if name != "asked"
                and len({text for text, label in theirs if label.strip().casefold() == category and word in telling_words(text)})
                >= LEAST_LESSONS
            ]  # fmt: skip
            assert len(know) >= LEAST_PROVIDERS


@settings(max_examples=30, **SLOWLY)
@given(_LESSONS)
def test_whoever_is_taught_adds_nothing_to_it(lessons: dict[str, list[Taught]]):
    others = {name: theirs for name, theirs in lessons.items() if name != "asked"}
    assert prior_for("asked", lessons) == prior_for("asked", others)


@settings(max_examples=30, **SLOWLY)
@given(_LESSONS)
def test_what_is_made_of_it_holds_its_words_alone_and_is_always_the_same(lessons: dict[str, list[Taught]]):
    prior = prior_for("asked", lessons)
    made = made_lessons(prior, ["PRINTING", "kitchen"], own=10)
    assert made == made_lessons(prior, ["kitchen", "PRINTING"], own=10)
    assert {label for _, label in made} <= {"PRINTING"}
    assert {word for text, _ in made for word in text.split()} <= set(prior.get("printing", {}))


def test_it_begins_with_the_third_other_and_the_fifth_different_lesson():
    three = {name: common(LEAST_LESSONS, "toner") for name in ("north", "south", "east")}
    assert prior_for("asked", three) == {"printing": {"toner": 1.0}}
    assert prior_for("north", three) == {}
    assert prior_for("asked", three | {"east": common(LEAST_LESSONS - 1, "toner")}) == {}
    # The same mail again and again is one lesson.
    assert prior_for("asked", three | {"east": [("toner is out", "printing")] * 50}) == {}


def test_a_large_provider_counts_no_more_than_a_small_one_and_whoever_leaves_is_forgotten():
    three = {name: common(LEAST_LESSONS, "toner") for name in ("north", "south", "east")}
    assert prior_for("asked", three | {"west": common(60, "paper")}) == {"printing": {"toner": 0.75}}
    del three["east"]
    assert prior_for("asked", three | {"west": common(60, "paper")}) == {}


def test_the_more_own_lessons_the_less_is_made_up():
    prior = {"printing": {"toner": 1.0}}
    counts = [len(made_lessons(prior, ["printing"], own)) for own in (0, 25, 400, 5_000, 100_000)]
    assert counts == [40, 38, 20, 3, 0]


def test_numbers_addresses_and_hosts_are_no_words():
    text = "l’imprimante (toner) kim@acme.example srv-01 files.acme.example \\\\acme\\share http://acme 5pm acme's"
    assert telling_words(text) == {"imprimante", "toner"}
