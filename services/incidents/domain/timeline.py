"""The history of an incident for people, and who may read which line of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
        # That another one was merged into it is internal: it may be a colleague's, who told nobody of it.
        *("merged", "unmerged"),
        # That an incident was split off is internal, for the same reason; whoever takes part in the new one reads there.
        *("split_from", "copied"),
        # Tasks are the provider's own way of working.
        *("approval_asked", "approval_decided", "fulfillment_started"),
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
    # Whether the provider's side said it.
    by_staff: bool = False
    # Of the incident, as this made it.
    revision: int = 0
    # The mail or message that said it, where it joined by one.
    submission_id: str = ""

    @property
    def visibility(self) -> Visibility:
        return visibility_of(self.fact)


def as_clients_read(entry: TimelineEntry) -> TimelineEntry:
    """A public line without what is not for the client's side: why staff merged incidents, and into which, where the
    people of the one were kept out of the other.
    """
    if entry.fact == "split_from":
        # The links name the other one to whoever sees it.
        return replace(entry, changes={})
    if entry.fact == "copied":
        return replace(entry, changes={key: entry.changes[key] for key in _COPIED & entry.changes.keys()})
    if entry.fact not in _MERGES:
        return entry
    told = entry.changes if entry.changes.get("people") == "joined" else {}
    return replace(entry, reason="", changes=told)


_COPIED = frozenset({"original_time", "sender"})
_MERGES = frozenset({"merged", "unmerged"})


def visibility_of(fact: str) -> Visibility:
    """Who may read about a fact; what is not known to be public is internal."""
    return Visibility.PUBLIC if fact in PUBLIC_FACTS else Visibility.INTERNAL
