"""What to list."""

from dataclasses import dataclass
from datetime import datetime

from services.incidents.domain.incident import State


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentQuery:
    """Which incidents to list, newest first; an empty field does not narrow.

    party_id: the person is requester or participant. page_token: from the former page.
    """

    states: frozenset[State] = frozenset()
    requester_id: str = ""
    assignee_id: str = ""
    party_id: str = ""
    updated_after: datetime | None = None
    page_size: int = 50
    page_token: str = ""
