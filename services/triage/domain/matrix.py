"""Priority from impact × urgency (ITIL 4, incident management: prioritization).

The table agrees with the matrix a large real service desk uses on every pair seen in its log; the one
pair that never occurs there (high impact, low urgency) is P3. P5 is for planned work, set by hand.
"""

from enum import IntEnum


class Level(IntEnum):
    """Of impact or urgency; the numbers are those of the ITIL matrix."""

    HIGH = 1
    MEDIUM = 2
    LOW = 3


class Priority(IntEnum):
    """P1 is the most pressing."""

    P1 = 1
    P2 = 2
    P3 = 3
    P4 = 4
    P5 = 5


_MATRIX = {
    (Level.HIGH, Level.HIGH): Priority.P1,
    (Level.HIGH, Level.MEDIUM): Priority.P2,
    (Level.HIGH, Level.LOW): Priority.P3,
    (Level.MEDIUM, Level.HIGH): Priority.P2,
    (Level.MEDIUM, Level.MEDIUM): Priority.P3,
    (Level.MEDIUM, Level.LOW): Priority.P4,
    (Level.LOW, Level.HIGH): Priority.P3,
    (Level.LOW, Level.MEDIUM): Priority.P4,
    (Level.LOW, Level.LOW): Priority.P4,
}


def priority_of(impact: Level, urgency: Level) -> Priority:
    """The priority of an incident of this impact and urgency."""
    return _MATRIX[impact, urgency]
