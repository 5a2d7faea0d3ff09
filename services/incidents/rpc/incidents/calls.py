"""What every call of the incidents' RPC has at hand."""

from collections.abc import Sized
from dataclasses import dataclass

from chassis.errors import InvalidArgument
from services.incidents.use_cases import (
    Accepting,
    Answering,
    ChangeReading,
    Commands,
    Counting,
    Family,
    MailThreading,
    Merging,
    ProblemReading,
    Reading,
    Splitting,
    Triaging,
)

_MAX_BATCH = 500


@dataclass(frozen=True)
class UseCases:
    """All that is done to incidents, by the use case that does it."""

    accepting: Accepting
    reading: Reading
    commands: Commands
    merging: Merging
    family: Family
    splitting: Splitting
    triaging: Triaging
    mail: MailThreading
    answering: Answering
    counting: Counting
    problems: ProblemReading
    changes: ChangeReading


class Calls:
    """A group of calls; the servicer is made of them all."""

    def __init__(self, use_cases: UseCases) -> None:
        self._use = use_cases


def limit(field: str, values: Sized) -> None:
    """Raises InvalidArgument("too_many") beyond what one call takes."""
    if len(values) > _MAX_BATCH:
        raise InvalidArgument("too_many", f"Send {_MAX_BATCH} at most.", field=field, limit=_MAX_BATCH)
