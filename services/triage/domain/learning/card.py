"""A model's card: from what it was learned, how good it is, whether and by whom it was switched on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.errors import InvalidArgument, InvalidState
from services.triage.domain.learning.advice import Aspect
from services.triage.domain.learning.lesson import Lesson
from services.triage.domain.learning.measures import Answered, accuracy, threshold_for

# How often a decision that nobody looks at has to be right, and the least confidence that may ever be enough.
_WANTED = 0.9
LEAST_THRESHOLD = 0.6
# Above every confidence: such a model suggests, and decides nothing.
NEVER = 1.01


@dataclass(frozen=True)
class Card:
    """One version of a provider's model of one aspect. Figures are of the newest lessons, which it was learned without."""

    version: str
    provider_id: str
    create_time: datetime
    lessons: int
    first_time: datetime
    last_time: datetime
    # What it tells apart: categories, levels or groups.
    categories: tuple[str, ...]
    tried_on: int
    figures: dict[str, float]
    # From this confidence on it decides; below, it suggests.
    threshold: float
    # Why it was not switched on; "" where it was.
    refusal: str = ""
    aspect: Aspect = Aspect.CATEGORY
    # When it was last switched on; None: never.
    switch_time: datetime | None = None
    # The person or program who did; "": it was better by itself.
    switched_by: str = ""
    # Who set the threshold; "": it was measured.
    threshold_by: str = ""

    def switched_on(self, now: datetime, by: str) -> Card:
        """Raises InvalidState("model_refused"): what is worse than what there was is not used."""
        if self.refusal:
            raise InvalidState("model_refused", "This model was not good enough.")
        return replace(self, switch_time=now, switched_by=by)

    def with_threshold(self, threshold: float, by: str) -> Card:
        """Raises InvalidArgument for one below which nobody should rely on a model, or that is none."""
        if not LEAST_THRESHOLD <= threshold <= 1:
            raise InvalidArgument(
                "threshold_invalid", f"A threshold is {LEAST_THRESHOLD} to 1.", field="threshold"
            )
        return replace(self, threshold=threshold, threshold_by=by)


def current(cards: Sequence[Card]) -> Card | None:
    """The one that was switched on last."""
    on = [(card.switch_time, card.version, card) for card in cards if card.switch_time]
    return max(on, key=lambda one: one[:2])[2] if on else None


def parted(lessons: Sequence[Lesson]) -> tuple[list[Lesson], list[Lesson]]:
    """Lessons, the oldest first, in those to learn from and the newest fifth, to be tried on."""
    cut = len(lessons) - len(lessons) // 5
    return list(lessons[:cut]), list(lessons[cut:])


def threshold_of(answers: Sequence[Answered]) -> float:
    """The confidence from which on the model decides alone."""
    found = threshold_for(answers, _WANTED)
    if found is None:
        return NEVER
    if found == min(one.confidence for one in answers):
        # Nothing below was tried: there the stated confidence itself, which is calibrated, says how often it is right.
        found = min(found, _WANTED)
    return max(found, LEAST_THRESHOLD)


def refusal_of(answers: Sequence[Answered], rivals: Sequence[Answered], commonest: str) -> str:
    """Why a model with these answers is not switched on; "" where it is at least as good as what there is.

    rivals: the present model's answers to the same; none where there is none. commonest: the label that always saying
    would be right most often among what was learned from.
    """
    reached = accuracy(answers)
    always = sum(one.true == commonest for one in answers) / len(answers) if answers else 0.0
    if reached <= always:
        return f"right in {reached:.0%}, no better than always saying the commonest category ({always:.0%})"
    if rivals and reached < accuracy(rivals):
        return f"right in {reached:.0%}, where the present model is right in {accuracy(rivals):.0%}"
    return ""
