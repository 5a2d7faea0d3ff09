"""Which incidents are perhaps about the same: by the words of their titles, who asked, and what they are about.

Words that many of the client's titles have say little; rare ones say much (weighed by the inverse of how often they
come). Nothing is done by it: people look, and merge or do not.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
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


def likely_duplicates(incident: Incident, others: Iterable[Incident]) -> list[Likeness]:
    """Of these others, those that are perhaps about the same, the likeliest first."""
    near = [
        each
        for each in others
        if each.incident_id != incident.incident_id
        and each.tenant_id == incident.tenant_id
        and abs(each.create_time - incident.create_time) <= WINDOW
    ]
    weights = weights_of([incident.title, *(each.title for each in near)])
    found = [_compared(incident, each, weights) for each in near]
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


def _compared(one: Incident, other: Incident, weights: dict[str, float]) -> Likeness:
    ours, theirs = words_of(one.title), words_of(other.title)
    common, either = ours & theirs, ours | theirs
    total = sum(weights[word] for word in either)
    score = sum(weights[word] for word in common) / total if total else 0.0
    same_item = _about_the_same(one, other)
    same_requester = one.requester.is_same(other.requester)
    # That the same person asks again says something only where the words do, too.
    score += SAME_ITEM * same_item + _SAME_REQUESTER * (same_requester and bool(common))
    words = tuple(sorted(common, key=lambda word: (-weights[word], word)))
    return Likeness(other, min(score, 1.0), words, same_requester, same_item)


def weights_of(titles: Sequence[str]) -> dict[str, float]:
    """How much each word of these titles says."""
    counts = Counter(word for title in titles for word in words_of_title(title))
    return {word: math.log(1 + len(titles) / count) for word, count in counts.items()}


def words_of(text: str) -> frozenset[str]:
    """What it says, without what stands in every sentence."""
    return frozenset(word for word in _WORD.findall(text.casefold()) if word not in _EMPTY)


# The titles of open problems are compared with each incident that somebody looks at.
words_of_title = lru_cache(maxsize=500)(words_of)
