"""What is open: neither resolved, closed nor canceled; by client, priority and the worst of the running clocks."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.triage.domain.queue import SlaState, Tally


@dataclass(frozen=True)
class OpenCount:
    """How many, and the same told apart twice over: either adds up to the total."""

    total: int = 0
    by_priority: Mapping[int, int] = field(default_factory=dict)
    by_sla_state: Mapping[SlaState, int] = field(default_factory=dict)


def open_count(tallies: Iterable[Tally]) -> OpenCount:
    """Of rows that are open. What has no value of its own is not among the keys."""
    priorities: Counter[int] = Counter()
    states: Counter[SlaState] = Counter()
    for tally in tallies:
        priorities[tally.priority] += tally.count
        states[tally.sla_state] += tally.count
    return OpenCount(priorities.total(), priorities, states)


def by_tenant(tallies: Iterable[Tally]) -> dict[str, OpenCount]:
    """The same for each tenant that has any, by its id."""
    owned: dict[str, list[Tally]] = {}
    for tally in tallies:
        owned.setdefault(tally.tenant_id, []).append(tally)
    return {tenant_id: open_count(owned[tenant_id]) for tenant_id in sorted(owned)}
