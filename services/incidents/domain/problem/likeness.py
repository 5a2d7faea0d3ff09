"""Which open problems an incident is perhaps due to: by words that both titles have, and by what they are about.

As for duplicates (`domain.likeness`) rare words say much; a problem's title says less of one incident than another
incident's does, so it is asked how much of the problem's own words the incident has, its text included.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from services.incidents.domain.incident import Incident
from services.incidents.domain.likeness import LEAST, MOST, SAME_ITEM, weights_of, words_of, words_of_title
from services.incidents.domain.problem.record import Problem

# Of a long text the beginning says what it is about.
_TEXT_READ = 2_000


@dataclass(frozen=True, slots=True)
class LikelyProblem:
    """An open problem, how likely it is the cause (0 to 1), and why."""

    problem: Problem
    score: float
    words: tuple[str, ...]
    same_item: bool


def likely_problems(
    incident: Incident, problems: Iterable[Problem], item_names: Iterable[str] = ()
) -> list[LikelyProblem]:
    """Of these, those that are open, have it not yet and may be its cause, the likeliest first.

    item_names: of the configuration items that it is about, besides what it says itself.
    """
    others = [each for each in problems if each.is_open and not each.concerns(incident.incident_id)]
    weights = weights_of([incident.title, *(each.title for each in others)])
    said = words_of(incident.title) | words_of(incident.description[:_TEXT_READ])
    items = {name.casefold() for name in (incident.configuration_item, *item_names) if name}
    found = [_compared(items, said, each, weights) for each in others]
    likely = [each for each in found if each.score >= LEAST]
    likely.sort(key=lambda each: (-each.score, -each.problem.position))
    return likely[:MOST]


def _compared(
    items: set[str], said: frozenset[str], problem: Problem, weights: dict[str, float]
) -> LikelyProblem:
    words = words_of_title(problem.title)
    common = words & said
    total = sum(weights[word] for word in words)
    score = sum(weights[word] for word in common) / total if total else 0.0
    same_item = problem.configuration_item.casefold() in items
    # One word that both have may be chance.
    score = (score if len(common) > 1 or same_item else 0.0) + SAME_ITEM * same_item
    ordered = tuple(sorted(common, key=lambda word: (-weights[word], word)))
    return LikelyProblem(problem, min(score, 1.0), ordered, same_item)
