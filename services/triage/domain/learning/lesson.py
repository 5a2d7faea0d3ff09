"""What people's decisions teach, and when there is enough of it to learn anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

# Fewer say nothing that a rule would not say better.
_LEAST_LESSONS = 60
# A label that has taught less often is none yet.
_LEAST_OF_A_CATEGORY = 4
# So much more than the last time is worth learning anew.
_GROWTH = 1.2
# The newest; what was long ago is worked differently by now.
MOST_LESSONS = 5_000


@dataclass(frozen=True)
class Lesson:
    """An incident's own words, and what a person said of one aspect of it: a category, a level, a group."""

    incident_id: str
    provider_id: str
    tenant_id: str
    text: str
    label: str
    create_time: datetime


def usable(lessons: Sequence[Lesson]) -> list[Lesson]:
    """Those whose label teaches often enough, the oldest first; none where all of them are too few."""
    counts = Counter(one.label for one in lessons)
    kept = [one for one in lessons if counts[one.label] >= _LEAST_OF_A_CATEGORY]
    enough = len(kept) >= _LEAST_LESSONS and len({one.label for one in kept}) > 1
    return sorted(kept, key=lambda one: (one.create_time, one.incident_id)) if enough else []


def worth_learning(count: int, learned_from: int) -> bool:
    """Whether so many lessons are worth another model than one that was learned from so many."""
    return count >= next_count(learned_from)


def next_count(learned_from: int) -> int:
    """With how many lessons it is learned anew."""
    return max(_LEAST_LESSONS, ceil(learned_from * _GROWTH))
