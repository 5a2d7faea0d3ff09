"""What the learned models make of a report, each with the words that decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Aspect(StrEnum):
    """What is learned of an incident, each by a model of its own."""

    CATEGORY = "category"
    IMPACT = "impact"
    URGENCY = "urgency"
    GROUP = "assignment_group"


@dataclass(frozen=True)
class Suggestion:
    """value: a category, "low" to "high", or a group's id. firm: sure enough to decide."""

    value: str
    confidence: float
    words: tuple[str, ...]
    firm: bool

    @property
    def sure(self) -> str:
        """How sure, as people read it."""
        return f"{round(self.confidence * 100)} %"

    @property
    def told_words(self) -> str:
        """The words, as people read them."""
        return ", ".join(self.words) or "none in particular"


Advice = Mapping[Aspect, Suggestion]
