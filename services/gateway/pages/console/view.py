"""What somebody looks at in the queue: a tab, filters, an order; read from the address and written back to it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from fairlead.triage.v1 import queue_pb2
from fairlead.triage.v1.queue_service_pb2 import QueueFilter, QueueSort

TABS = ("all", "mine", "unassigned", "risk", "dispatcher")
SORTS = ("priority", "due_time", "update_time")
PRIORITIES = ("P1", "P2", "P3", "P4", "P5")
_AT_RISK = (queue_pb2.SLA_STATE_AT_RISK, queue_pb2.SLA_STATE_BREACHED)


@dataclass(frozen=True)
class QueueView:
    """One way to look at the queue. Empty fields filter nothing."""

    tab: str = "all"
    tenant: str = ""
    priority: str = ""
    group: str = ""
    query: str = ""
    sort: str = "priority"

    @classmethod
    def of(cls, address: Mapping[str, str]) -> "QueueView":
        """From an address; what it does not know counts as not said."""
        tab, priority, sort = (address.get(name, "") for name in ("tab", "priority", "sort"))
        return cls(
            tab=tab if tab in TABS else "all",
            tenant=address.get("tenant", "")[:64],
            priority=priority if priority in PRIORITIES else "",
            group=address.get("group", "")[:64],
            query=address.get("query", "").strip()[:200],
            sort=sort if sort in SORTS else "priority",
        )

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the tab narrows it."""
        return bool(self.tenant or self.priority or self.group or self.query)

    def base_filter(self) -> QueueFilter:
        """The filters without the tab: what the tabs' counts are counted over."""
        return QueueFilter(
            tenant_ids=[self.tenant] if self.tenant else [],
            priorities=[f"PRIORITY_{self.priority}"] if self.priority else [],
            assignment_group_id=self.group,
            query=self.query,
        )

    def filter(self, person_id: str) -> QueueFilter:
        """The whole filter, for the person who looks."""
        wanted = self.base_filter()
        if self.tab == "mine":
            wanted.assignee_id = person_id
        elif self.tab == "unassigned":
            wanted.unassigned = True
        elif self.tab == "risk":
            wanted.sla_states.extend(_AT_RISK)
        elif self.tab == "dispatcher":
            wanted.needs_dispatcher = True
        return wanted

    def order(self) -> QueueSort:
        """The order as triage names it."""
        # The generated stubs call every value an int.
        return QueueSort.Value(f"QUEUE_SORT_{self.sort.upper()}")  # type: ignore[return-value]

    def address(self, **changes: str) -> str:
        """The address of this view, or of one that differs in some fields. More fields may be added (open, after)."""
        own = {name: value for name, value in changes.items() if name in self.__dataclass_fields__}
        added = {name: value for name, value in changes.items() if name not in own and value}
        shown = replace(self, **own)
        plain = QueueView()
        said = {
            name: getattr(shown, name)
            for name in self.__dataclass_fields__
            if getattr(shown, name) != getattr(plain, name)
        }
        query = urlencode({**said, **added})
        return f"/console?{query}" if query else "/console"
