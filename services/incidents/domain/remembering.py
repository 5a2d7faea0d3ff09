"""Commands that a record remembers having done, so that one sent again changes nothing."""

from dataclasses import replace
from typing import Any, Self

from services.incidents.domain.incident import KEYS_KEPT


class Remembering:
    """A step of a record's life: a dataclass whose `after` keeps its `recent_keys`."""

    __slots__ = ()

    def remembering(self, key: str) -> Self:
        """The same step, which also remembers that this command was done; as it is without a key."""
        if not key:
            return self
        step: Any = self
        kept = (*step.after.recent_keys, key)[-KEYS_KEPT:]
        remembered: Self = replace(step, after=replace(step.after, recent_keys=kept))
        return remembered
