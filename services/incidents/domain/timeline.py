"""The history of an incident for people, and who may read which line of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.incidents.domain.attachment import Attachment
from services.incidents.domain.incident import Actor


class Visibility(StrEnum):
    """Public: the client's side sees it too. Internal: the provider's staff alone."""

    PUBLIC = "public"
    INTERNAL = "internal"


# Decisions are internal: their reasons speak of workload, of other clients and of people's skills.
PUBLIC_FACTS = frozenset(
    {
        *("incident_opened", "replied", "acknowledged", "held", "resumed"),
        *("resolved", "confirmed", "closed", "reopened", "canceled"),
    }
)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line. seq grows with time; changes holds new values by field; reason says why."""

    entry_id: str
    incident_id: str
    fact: str
    time: datetime
    actor: Actor
    seq: int
    text: str = ""
    reason: str = ""
    changes: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()

    @property
    def visibility(self) -> Visibility:
        return visibility_of(self.fact)


def visibility_of(fact: str) -> Visibility:
    """Who may read about a fact; what is not known to be public is internal."""
    return Visibility.PUBLIC if fact in PUBLIC_FACTS else Visibility.INTERNAL
