"""What somebody looks at in the queue: a tab or a saved view, filters, an order; read from the address and written back."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import queue_pb2
from fairlead.triage.v1.queue_service_pb2 import QueueFilter, QueueSort
from fairlead.triage.v1.view_pb2 import View
from services.gateway.backends.words import number_of, word_of

TABS = ("all", "mine", "unassigned", "risk", "waiting", "dispatcher")
SORTS = ("priority", "due_time", "update_time", "breach_risk")
PRIORITIES = ("P1", "P2", "P3", "P4", "P5")
STATES = ("new", "assigned", "in_progress", "on_hold", "resolved", "closed", "canceled", "merged")
SLA_STATES = ("breached", "at_risk", "ok", "paused", "met", "no_contract", "pending")
KINDS = ("incident", "service_request")
CHANNELS = ("email", "portal", "api", "alert", "phone")
_KNOWN = {"priority": PRIORITIES, "state": STATES, "sla": SLA_STATES, "kind": KINDS, "channel": CHANNELS}
_MANY = ("tenant", "priority", "state", "sla", "kind", "channel")
_ENUMS: dict[str, tuple[Any, str]] = {
    "priority": (incident_pb2.Priority.DESCRIPTOR, "priorities"),
    "state": (incident_pb2.IncidentState.DESCRIPTOR, "states"),
    "sla": (queue_pb2.SlaState.DESCRIPTOR, "sla_states"),
    "kind": (incident_pb2.IncidentKind.DESCRIPTOR, "kinds"),
}
FILTERS = (*_MANY, "assignee", "group", "needs", "query")
# What a tab settles by itself; a filter of the same thing beside it would say nothing.
_SETTLED = {
    "mine": "assignee",
    "unassigned": "assignee",
    "risk": "sla",
    "waiting": "state",
    "dispatcher": "needs",
}


@dataclass(frozen=True)
class QueueView:
    """One way to look at the queue. Empty fields filter nothing.

    assignee: "me", "none" or a person's id. needs: "dispatcher". view: a saved view's id; with `edited` the filters are
    those of the address, without those that were saved.
    """

    tab: str = "all"
    view: str = ""
    edited: bool = False
    tenant: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    sla: tuple[str, ...] = ()
    assignee: str = ""
    group: str = ""
    kind: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    needs: str = ""
    query: str = ""
    sort: str = "priority"

    @classmethod
    def of(cls, address: Any) -> "QueueView":
        """From an address or a form (a MultiDict); what it does not know counts as not said."""
        tab, sort = address.get("tab", ""), address.get("sort", "")
        many = {name: _several(name, address.getlist(name)) for name in _MANY}
        view = address.get("view", "")[:64]
        found = cls(
            tab=tab if tab in TABS and not view else "all",
            view=view,
            edited=bool(view) and address.get("edited") == "1",
            assignee=address.get("assignee", "")[:64],
            group=address.get("group", "")[:64],
            needs="dispatcher" if address.get("needs") == "dispatcher" else "",
            query=address.get("query", "").strip()[:200],
            sort=sort if sort in SORTS else "priority",
            **many,
        )
        settled = _SETTLED.get(found.tab)
        return replace(found, **{settled: getattr(_PLAIN, settled)}) if settled else found

    @classmethod
    def saved(cls, kept: View) -> "QueueView":
        """As it was saved."""
        wanted = kept.filter
        chosen: dict[str, Any] = {
            name: tuple(word for number in getattr(wanted, plural) if (word := word_of(enum, number)))
            for name, (enum, plural) in _ENUMS.items()
        }
        assignee = "me" if wanted.assigned_to_me else "none" if wanted.unassigned else wanted.assignee_id
        return cls(
            view=kept.view_id,
            tenant=tuple(wanted.tenant_ids),
            assignee=assignee,
            group=wanted.assignment_group_id,
            channel=tuple(wanted.channels),
            needs="dispatcher" if wanted.needs_dispatcher else "",
            query=wanted.query,
            sort=(word_of(QueueSort.DESCRIPTOR, kept.sort) or "priority"),
            **chosen,
        )

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the tab narrows it."""
        return any(getattr(self, name) for name in FILTERS)

    def base_filter(self) -> QueueFilter:
        """The filters without the tab: what the tabs' counts are counted over. Beside a saved view they stand alone."""
        return QueueFilter() if self.view else self._filter()

    def filter(self, person_id: str) -> QueueFilter:
        """The whole filter, for the person who looks."""
        wanted = self.kept_filter()
        if wanted.assigned_to_me:
            wanted.assigned_to_me, wanted.assignee_id = False, person_id
        return wanted

    def kept_filter(self) -> QueueFilter:
        """The whole filter as it can be saved: it means whoever looks, where it says "me"."""
        wanted = self._filter()
        if self.tab == "mine":
            wanted.assigned_to_me = True
        elif self.tab == "unassigned":
            wanted.unassigned = True
        elif self.tab == "risk":
            wanted.sla_states.extend([queue_pb2.SLA_STATE_AT_RISK, queue_pb2.SLA_STATE_BREACHED])
        elif self.tab == "waiting":
            wanted.states.append(incident_pb2.INCIDENT_STATE_ON_HOLD)
        elif self.tab == "dispatcher":
            wanted.needs_dispatcher = True
        return wanted

    def order(self) -> QueueSort:
        """The order as triage names it."""
        return QueueSort.Value(f"QUEUE_SORT_{self.sort.upper()}")  # type: ignore[return-value]  # its stub says int

    def address(self, **changes: Any) -> str:
        """The address of this view, or of one that differs in some fields. More fields may be added (open, after)."""
        own = {name: value for name, value in changes.items() if name in self.__dataclass_fields__}
        added = {name: value for name, value in changes.items() if name not in own and value}
        shown = replace(self, **own)
        if shown.view and own.keys() & {*FILTERS, "sort"}:
            shown = replace(shown, edited=True)
        query = urlencode([*shown.pairs(), *added.items()])
        return f"/console?{query}" if query else "/console"

    def pairs(self) -> list[tuple[str, str]]:
        """What an address or the hidden fields of a form say of it; a saved view says its filters only once edited."""
        if self.view and not self.edited:
            return [("view", self.view)]
        said: list[tuple[str, str]] = []
        for each in fields(self):
            value = getattr(self, each.name)
            if value == getattr(_PLAIN, each.name):
                continue
            values = value if isinstance(value, tuple) else ["1" if value is True else value]
            said += [(each.name, one) for one in values]
        return said

    def without(self, name: str, value: str = "") -> "QueueView":
        """The same with one filter less: the address of a chip's removal is `view.address(**view.without(…))`."""
        present = getattr(self, name)
        left = tuple(one for one in present if one != value) if isinstance(present, tuple) else ""
        changes: dict[str, Any] = {name: left, "edited": bool(self.view)}
        return replace(self, **changes)

    def unfiltered(self) -> "QueueView":
        """The same tab and order without any filter."""
        return QueueView(tab=self.tab, sort=self.sort)

    def _filter(self) -> QueueFilter:
        wanted = QueueFilter(
            tenant_ids=self.tenant,
            assigned_to_me=self.assignee == "me",
            unassigned=self.assignee == "none",
            assignee_id=self.assignee if self.assignee not in ("me", "none") else "",
            assignment_group_id=self.group,
            channels=self.channel,
            query=self.query,
            needs_dispatcher=bool(self.needs),
        )
        for name, (enum, plural) in _ENUMS.items():
            getattr(wanted, plural).extend(number_of(enum, word) for word in getattr(self, name))
        return wanted


_PLAIN = QueueView()


def _several(name: str, values: list[str]) -> tuple[str, ...]:
    known = _KNOWN.get(name)
    kept = dict.fromkeys(value[:64] for value in values if value and (known is None or value in known))
    return tuple(kept)[:200]


def script_view(view: QueueView) -> Mapping[str, Any]:
    """What js/console/matches.js must know of it."""
    return {each.name: getattr(view, each.name) for each in fields(view)}
