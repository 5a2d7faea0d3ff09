"""The life of one logged incident as the facts that clocks run on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.sla.domain.contract import AwaitedParty
from services.sla.domain.facts import Fact, FactKind
from services.sla.domain.incident_log.reading import Entry

_AWAITING = {
    "awaiting user info": AwaitedParty.REQUESTER,
    "awaiting evidence": AwaitedParty.CLIENT,
    "awaiting vendor": AwaitedParty.VENDOR,
    "awaiting problem": AwaitedParty.CHANGE,
    "awaiting change": AwaitedParty.CHANGE,
}
_ENDS = {"resolved": FactKind.RESOLVED, "closed": FactKind.CLOSED, "canceled": FactKind.CANCELED}
_KNOWN = frozenset({"new", "active", *_AWAITING, *_ENDS})
# Room for the facts that one line can tell.
_FACTS_A_LINE = 10


@dataclass(frozen=True)
class _Standing:
    """How an incident stands between two lines."""

    state: str = "new"
    reopened: int = 0
    priority: int = 0
    service: str = ""
    group_id: str = ""
    # Somebody took it in hand: what this log has in place of a first public answer.
    taken: bool = False

    def after(self, entry: Entry) -> _Standing:
        """What a line makes of it; what the line does not say stays."""
        state = entry.cell("incident_state").lower()
        reopened = entry.cell("reopen_count")
        return replace(
            self,
            state=state if state in _KNOWN else self.state,
            reopened=max(self.reopened, int(reopened)) if reopened.isdigit() else self.reopened,
            priority=priority_of(entry) or self.priority,
            service=entry.cell("category") or self.service,
            group_id=entry.cell("assignment_group") or self.group_id,
            taken=self.taken or (state in _KNOWN and state != "new"),
        )


def facts_of(entries: Sequence[Entry]) -> list[Fact]:
    """The facts of one incident, from its lines in order.

    The log has no public answers: leaving "New" counts as the first one, and as the acknowledgement.
    """
    standing = _opening(entries[0])
    opened = {
        "priority": standing.priority,
        "channel": entries[0].cell("contact_type").lower(),
        "service": standing.service,
        "group_id": standing.group_id,
    }
    told = [_fact(entries[0], 0, FactKind.OPENED, opening_of(entries), opened)]
    for position, entry in enumerate(entries, start=1):
        following = standing.after(entry)
        for place, (kind, said) in enumerate(_news(standing, following, entry)):
            told.append(_fact(entry, position * _FACTS_A_LINE + place, kind, entry.time, said))
        standing = following
    return told


def opening_of(entries: Iterable[Entry]) -> datetime:
    """When an incident was opened: as its first line that says so has it, or else when that was changed."""
    first = min(entries)
    return next((entry.opened for entry in sorted(entries) if entry.opened), first.time)


def priority_of(entry: Entry) -> int:
    """1 to 5 from "3" or "3 - Moderate"; 0 where nothing is said."""
    found = re.match(r"[1-5](?![0-9])", entry.cell("priority"))
    return int(found[0]) if found else 0


def _opening(first: Entry) -> _Standing:
    """As it was opened: what the first line says, still new."""
    return replace(_Standing().after(first), state="new", reopened=0, taken=False)


def _news(before: _Standing, after: _Standing, entry: Entry) -> Iterator[tuple[FactKind, dict[str, Any]]]:
    if after.priority != before.priority:
        yield FactKind.PRIORITIZED, {"priority": after.priority}
    if after.service != before.service:
        yield FactKind.CLASSIFIED, {"service": after.service}
    if after.group_id != before.group_id:
        yield FactKind.ASSIGNED, {"group_id": after.group_id}
    again = after.reopened > before.reopened
    was_over = before.state in _ENDS
    if was_over and (again or after.state not in _ENDS):
        yield FactKind.REOPENED, {}
        was_over = False
    elif before.state == after.state:
        return
    if after.taken and not before.taken:
        yield FactKind.ACKNOWLEDGED, {}
        yield FactKind.RESPONDED, {}
    if after.state in _AWAITING:
        yield FactKind.HELD, {"awaiting": _AWAITING[after.state].value}
    elif before.state in _AWAITING and after.state not in _ENDS:
        yield FactKind.RESUMED, {}
    if after.state in _ENDS and (not was_over or after.state == "closed"):
        yield _ENDS[after.state], {"code": entry.cell("closed_code")}


def _fact(entry: Entry, sequence: int, kind: FactKind, time: datetime, said: dict[str, Any]) -> Fact:
    return Fact(f"{entry.number}:{sequence}", sequence, kind, time, **said)
