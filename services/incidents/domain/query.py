"""What to list."""

from dataclasses import dataclass
from datetime import datetime

from services.incidents.domain.incident import Incident, State


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentQuery:
    """Which incidents to list, newest first; an empty field does not narrow.

    party_id: the person is requester or participant. page_token: from the former page. words: each stands in the title,
    or they are a number ("ACME-1042", "1042"). awaits_client: resolved, or on hold for the client's side.
    """

    states: frozenset[State] = frozenset()
    requester_id: str = ""
    assignee_id: str = ""
    party_id: str = ""
    updated_after: datetime | None = None
    page_size: int = 50
    page_token: str = ""
    words: str = ""
    awaits_client: bool = False

    def finds(self, incident: Incident) -> bool:
        """Whether the words stand in what is read of an incident."""
        words = self.words.lower().split()
        number, title = incident.number.lower(), incident.title.lower()
        if len(words) == 1 and (number.startswith(words[0]) or number.endswith(f"-{words[0]}")):
            return True
        return all(word in title for word in words)
