"""Key figures of the desk: how soon work begins, how soon it ends, how often it lasts, and whom it pleased.

ITIL 4, incident management and service desk practices; the formulas stand in docs/figures.md. What is kept here are counts
and sums, which add up over clients, groups and days; a mean or a share is made of them last, and is None over nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

# From which score on somebody is called satisfied: the upper two of five.
SATISFIED_FROM = 4
# How old, at most, what is in each part of the backlog but the last is.
AGES = (timedelta(days=1), timedelta(days=7), timedelta(days=30))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What adds up. Seconds are elapsed ones."""

    # Records that arrived in the period; what of it people reported; what somebody took in hand, and the seconds until then.
    arrived: int = 0
    asked: int = 0
    acknowledged: int = 0
    acknowledge_seconds: int = 0
    # Records whose present resolution dates from the period; the seconds until it, and how many of them it was on hold.
    resolved: int = 0
    resolve_seconds: int = 0
    hold_seconds: int = 0
    # Of those: what came back at least once; what people reported, and how much of it one contact was enough for.
    reopened: int = 0
    reported: int = 0
    first_contact: int = 0
    # Of those: what the requester rated, the scores' sum, and how many were satisfied.
    rated: int = 0
    score_sum: int = 0
    satisfied: int = 0
    # What is open now, by age (see AGES), and the seconds that all of it has been.
    backlog: int = 0
    backlog_seconds: int = 0
    backlog_day: int = 0
    backlog_week: int = 0
    backlog_month: int = 0
    backlog_older: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            **{field.name: getattr(self, field.name) + getattr(other, field.name) for field in fields(self)}
        )

    @property
    def mean_acknowledge_seconds(self) -> int | None:
        """MTTA."""
        return _mean(self.acknowledge_seconds, self.acknowledged)

    @property
    def mean_resolve_seconds(self) -> int | None:
        """MTTR, as the requester lives through it."""
        return _mean(self.resolve_seconds, self.resolved)

    @property
    def mean_work_seconds(self) -> int | None:
        """MTTR without what it was on hold."""
        return _mean(self.resolve_seconds - self.hold_seconds, self.resolved)

    @property
    def mean_backlog_seconds(self) -> int | None:
        """How long what is open has been, on average."""
        return _mean(self.backlog_seconds, self.backlog)

    @property
    def first_contact_percent(self) -> float | None:
        """Share of what people reported that needed no second message of theirs."""
        return _percent(self.first_contact, self.reported)

    @property
    def reopen_percent(self) -> float | None:
        """Share of what was resolved that had come back."""
        return _percent(self.reopened, self.resolved)

    @property
    def mean_score(self) -> float | None:
        """1 to 5, rounded to two decimals, halves to the even one."""
        return round(self.score_sum / self.rated, 2) if self.rated else None

    @property
    def satisfied_percent(self) -> float | None:
        """Share of those who answered that gave SATISFIED_FROM or more."""
        return _percent(self.satisfied, self.rated)


@dataclass(frozen=True, slots=True)
class Part:
    """One client's records in one assignment group; "" for what is in none, or over all of them."""

    tenant_id: str
    group_id: str
    group_name: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class Kpis:
    """The same records summed thrice."""

    total: Sums
    tenants: tuple[Part, ...]
    groups: tuple[Part, ...]


def kpis_of(parts: Iterable[Part]) -> Kpis:
    """Clients in the order of their ids, groups in that of their names; what is in no group comes last."""
    parts = list(parts)
    tenants = _summed(parts, lambda part: (part.tenant_id, ""))
    groups = _summed(parts, lambda part: ("", part.group_id))
    groups.sort(key=lambda part: (not part.group_id, part.group_name.casefold(), part.group_id))
    return Kpis(sum((part.sums for part in parts), Sums()), tuple(tenants), tuple(groups))


def _summed(parts: Iterable[Part], whose: Callable[[Part], tuple[str, str]]) -> list[Part]:
    sums: dict[tuple[str, str], Sums] = {}
    names: dict[str, str] = {}
    for part in parts:
        sums[whose(part)] = sums.get(whose(part), Sums()) + part.sums
        names[part.group_id] = max(names.get(part.group_id, ""), part.group_name)
    return [
        Part(tenant_id, group_id, names.get(group_id, "") if group_id else "", sums[tenant_id, group_id])
        for tenant_id, group_id in sorted(sums)
    ]


def _mean(seconds: int, count: int) -> int | None:
    return seconds // count if count else None


def _percent(part: int, whole: int) -> float | None:
    """Rounded down to one decimal: 100 % means all of them."""
    return part * 1000 // whole / 10 if whole else None


@dataclass(frozen=True, slots=True)
class Opening:
    """Somebody asked for something."""

    tenant_id: str
    person_id: str
    create_time: datetime
