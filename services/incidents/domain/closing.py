"""When silence closes a resolved incident, and how long a closed one may come back: the contract's rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.incidents.domain.incident import Incident, State


@dataclass(frozen=True, slots=True)
class ClosingRules:
    """One version of a contract's rules, in force from effective_time until the next version's."""

    close_after: timedelta
    reopen_within: timedelta
    effective_time: datetime | None = None


# In force where no contract has said otherwise.
DEFAULT_RULES = ClosingRules(close_after=timedelta(days=3), reopen_within=timedelta(days=7))


def close_due_time(rules: ClosingRules, resolve_time: datetime) -> datetime:
    """When silence closes what was resolved then."""
    return resolve_time + rules.close_after


def may_reopen(incident: Incident, rules: ClosingRules, now: datetime) -> bool:
    """Whether it may come back: resolved always, closed within the window that held when it closed."""
    if incident.state is State.RESOLVED:
        return True
    if incident.state is not State.CLOSED or incident.close_time is None:
        return False
    return now <= incident.close_time + rules.reopen_within
