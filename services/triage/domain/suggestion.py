"""What was learned, as it speaks of one report."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Suggestion:
    """What the learned model makes of a report, with the words that decided; firm: sure enough to decide."""

    category: str
    confidence: float
    words: tuple[str, ...]
    firm: bool
