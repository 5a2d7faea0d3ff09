"""What several providers' lessons have in common, for one that has few of its own: common words of common categories, and no more.

Nothing that fewer than three others know is in it, so it tells of none of them; whoever is taught does not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from random import Random

from services.triage.domain.text import fold

# So many others have to use a category, and a word in it, each in so many lessons that are not the same.
LEAST_PROVIDERS, LEAST_LESSONS = 3, 5
# How many made-up lessons a category gets where there are none of one's own, and with how many of these it is half of that.
_MOST_MADE, _HALVED_AT = 40, 400
_QUOTES = "'’"
_AROUND = ".,;:!?…()[]{}<>«»“”\"'’*_-"

# A text and its label.
Taught = tuple[str, str]
# By category, in lower case: how often each word stands in a lesson of it, as the mean of all who use the category.
Prior = dict[str, dict[str, float]]


def prior_for(taught: str, lessons: Mapping[str, Iterable[Taught]]) -> Prior:
    """For the provider that is taught, from the lessons of those that take part, by provider. Each counts as much, however large."""
    rates: dict[str, list[dict[str, float]]] = {}
    for provider, theirs in sorted(lessons.items()):
        if provider != taught:
            for category, words in _rates(theirs).items():
                rates.setdefault(category, []).append(words)
    found = {category: _shared(each) for category, each in rates.items() if len(each) >= LEAST_PROVIDERS}
    return {category: words for category, words in sorted(found.items()) if words}


def made_lessons(prior: Prior, labels: Iterable[str], own: int) -> list[Taught]:
    """Lessons made up from the prior for those of one's own labels that it knows: the fewer, the more own lessons there are.

    The same prior gives the same ones.
    """
    each = round(_MOST_MADE * _HALVED_AT / (_HALVED_AT + own))
    chance = Random(0)  # noqa: S311 - nobody has anything from guessing it
    made = []
    for label in sorted(set(labels)):
        words = prior.get(_category(label), {})
        for _ in range(each):
            drawn = [word for word, rate in words.items() if chance.random() < rate]
            chance.shuffle(drawn)
            if drawn:
                made.append((" ".join(drawn), label))
    return made


def telling_words(text: str) -> frozenset[str]:
    """The words that may be common knowledge: letters only. Numbers, addresses, hosts, paths and names with signs in them are none."""
    found = set()
    for piece in text.split():
        bare = piece.strip(_AROUND)
        for quote in _QUOTES:
            # An elided article is a word of its own.
            bare = bare.rpartition(quote)[2]
        word = fold(bare) if bare.isalpha() else ""
        if len(word) > 1 and word.isalpha() and _is_whole(piece):
            found.add(word)
    return frozenset(found)


def _is_whole(piece: str) -> bool:
    """Whether nothing in it, also around the word, speaks of a number or an address."""
    return not any(char.isdigit() or char in "@/\\=&#%" for char in piece)


def _category(label: str) -> str:
    return label.strip().casefold()


def _rates(lessons: Iterable[Taught]) -> dict[str, dict[str, float]]:
    """One provider's categories, and in which share of their lessons a word stands; the same words sent again count once."""
    by_category: dict[str, set[frozenset[str]]] = {}
    for text, label in lessons:
        by_category.setdefault(_category(label), set()).add(telling_words(text))
    found = {}
    for category, different in by_category.items():
        if len(different) >= LEAST_LESSONS:
            counts = Counter(word for words in different for word in words)
            found[category] = {
                word: count / len(different) for word, count in counts.items() if count >= LEAST_LESSONS
            }
    return found


def _shared(rates: list[dict[str, float]]) -> dict[str, float]:
    """Of words that enough of them know, the mean over all of them; in order, so that what is made of them is the same."""
    known = Counter(word for words in rates for word in words)
    return {
        word: sum(words.get(word, 0.0) for words in rates) / len(rates)
        for word, count in sorted(known.items())
        if count >= LEAST_PROVIDERS
    }
