"""Which incidents are perhaps about the same: by the words of their titles and texts, who asked, and what they are about.

Words that many of the client's titles have say little; rare ones say much (weighed by the inverse of how often they
come). Nothing is done by it: people look, and merge or do not.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from services.incidents.domain.configuration_item import name_key
from services.incidents.domain.incident import Incident

# Opened further apart than this, two incidents are told of as two.
WINDOW = timedelta(days=14)
MOST = 5
LEAST = 0.35
SAME_ITEM, _SAME_REQUESTER = 0.35, 0.15
# Two people who tell of one matter share fewer of a text's words than of a title's: what 0.22 of a text says counts as
# LEAST. Measured on real tickets, each told twice in half of its words, among a hundred others (docs/merging.md).
_TEXT_COUNTS = LEAST / 0.22
# Shorter texts say no more than their titles.
_LEAST_OF_TEXT = 5
TEXT_READ = 1_500
_MOST_WORDS = 8
_WORD = re.compile(r"[^\W_]{2,}")
# What mail programs put before a subject, and what stands in every sentence.
_EMPTY = frozenset(
    [
        "re",
        "fw",
        "fwd",
        "aw",
        "tr",
        "wg",
        "the",
        "an",
        "of",
        "on",
        "in",
        "to",
        "is",
        "not",
        "for",
        "with",
        "and",
        "my",
        "our",
        "it",
        "at",
        "from",
        "le",
        "la",
        "les",
        "un",
        "une",
        "des",
        "du",
        "de",
        "en",
        "et",
        "est",
        "pas",
        "mon",
        "ma",
        "mes",
        "ne",
        "sur",
        "pour",
        "avec",
        "dans",
        "au",
        "aux",
    ]
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Another incident, how like it is (0 to 1), and why."""

    incident: Incident
    score: float
    words: tuple[str, ...]
    same_requester: bool
    same_item: bool


def likely_duplicates(
    incident: Incident, others: Iterable[Incident], texts: Mapping[str, str] | None = None
) -> list[Likeness]:
    """Of these others, those that are perhaps about the same, the likeliest first.

    texts: what was asked, by incident, or its first TEXT_READ characters; those of which none is known go by their titles.
    """
    near = [
        each
        for each in others
        if each.incident_id != incident.incident_id
        and each.tenant_id == incident.tenant_id
        and abs(each.create_time - incident.create_time) <= WINDOW
    ]
    titles = _Words({each.incident_id: words_of(each.title) for each in (incident, *near)})
    told = {
        each.incident_id: (texts or {}).get(each.incident_id, "")[:TEXT_READ] for each in (incident, *near)
    }
    asked = _Words(
        {
            each.incident_id: words_of(f"{each.title} {told[each.incident_id]}")
            for each in (incident, *near)
            if len(words_of(told[each.incident_id])) >= _LEAST_OF_TEXT
        },
        rare_only=True,
    )
    found = [_compared(incident, each, titles, asked) for each in near]
    likely = [each for each in found if each.score >= LEAST]
    likely.sort(
        key=lambda each: (-each.score, -each.incident.create_time.timestamp(), each.incident.incident_id)
    )
    return likely[:MOST]


def _about_the_same(one: Incident, other: Incident) -> bool:
    """By the items that they name, or by a name that is no known item's."""
    named = name_key(one.configuration_item)
    shared = not set(one.item_ids).isdisjoint(other.item_ids)
    return shared or (bool(named) and named == name_key(other.configuration_item))


class _Words:
    """What each of several titles or texts says, by incident, and how much each word of them does."""

    def __init__(self, by_id: Mapping[str, frozenset[str]], rare_only: bool = False) -> None:
        """rare_only: what all of them have says nothing. So it is with texts, which forms and manners fill."""
        self._by_id = by_id
        self._weights = _weighed(by_id.values(), rare_only)

    def shared(self, one: Incident, other: Incident) -> tuple[float, tuple[str, ...]]:
        """The share (0 to 1) of what they say that both say, and the words of it, the most telling first."""
        if not {one.incident_id, other.incident_id} <= self._by_id.keys():
            return 0.0, ()
        ours, theirs = self._by_id[one.incident_id], self._by_id[other.incident_id]
        common, total = ours & theirs, sum(self._weights[word] for word in ours | theirs)
        share = sum(self._weights[word] for word in common) / total if total else 0.0
        return share, tuple(sorted(common, key=lambda word: (-self._weights[word], word)))


def _compared(one: Incident, other: Incident, titles: _Words, asked: _Words) -> Likeness:
    score, words = titles.shared(one, other)
    by_text, words_of_text = asked.shared(one, other)
    if by_text * _TEXT_COUNTS > score:
        score, words = min(by_text * _TEXT_COUNTS, 1.0), words_of_text
    same_item = _about_the_same(one, other)
    same_requester = one.requester.is_same(other.requester)
    # That the same person asks again says something only where the words do, too.
    score += SAME_ITEM * same_item + _SAME_REQUESTER * (same_requester and bool(words))
    return Likeness(other, min(score, 1.0), words[:_MOST_WORDS], same_requester, same_item)


def weights_of(titles: Sequence[str]) -> dict[str, float]:
    """How much each word of these titles says."""
    return _weighed([words_of_title(title) for title in titles])


def _weighed(texts: Collection[frozenset[str]], rare_only: bool = False) -> dict[str, float]:
    counts = Counter(word for text in texts for word in text)
    if rare_only:
        return {word: math.log((1 + len(texts)) / count) for word, count in counts.items()}
    return {word: math.log(1 + len(texts) / count) for word, count in counts.items()}


def words_of(text: str) -> frozenset[str]:
    """What it says, without what stands in every sentence."""
    return frozenset(word for word in _WORD.findall(text.casefold()) if word not in _EMPTY)


# The titles of open problems are compared with each incident that somebody looks at.
words_of_title = lru_cache(maxsize=500)(words_of)
