"""Where learning stands, and what goes on at this moment."""

from dataclasses import dataclass
from datetime import datetime

from services.triage.domain.learning.advice import Aspect


@dataclass(frozen=True)
class Progress:
    """What is being learned at this moment. phase: "trying" or "learning"."""

    phase: str
    lessons: int
    start_time: datetime


@dataclass(frozen=True)
class Standing:
    """Where one aspect stands: how many lessons there are, with how many it is learned anew, and what goes on now.

    present: the version that people chose or that was better; loaded: the one that answers in this process.
    """

    aspect: Aspect
    lessons: int
    next_lessons: int
    present: str
    loaded: str
    progress: Progress | None
