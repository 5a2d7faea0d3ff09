"""One configuration item: what it is tied to, what is affected when it is down, and the incidents about it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, request

from fairlead.incidents.v1 import change_pb2, incident_pb2
from fairlead.incidents.v1 import configuration_item_pb2 as items
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.words import word_of
from services.gateway.pages.console.admin.doing import Problems, address, submitted
from services.gateway.pages.console.admin.frame import if_there
from services.gateway.pages.console.changes.said import state_words
from services.gateway.pages.console.frame import is_overseer, staff_only
from services.gateway.pages.console.items.paging import HOME, item_page
from services.gateway.pages.console.items.typed import item_of, shown
from services.gateway.pages.console.problems.wording import problem_sign

item_pages = Blueprint("console_item", __name__)
# Of its problems and of its changes, the newest.
_MOST = 10
_OVER = frozenset(
    {
        incident_pb2.INCIDENT_STATE_RESOLVED,
        incident_pb2.INCIDENT_STATE_CLOSED,
        incident_pb2.INCIDENT_STATE_CANCELED,
        incident_pb2.INCIDENT_STATE_MERGED,
    }
)


@dataclass
class Branch:
    """An affected item, how it is tied to what stands above it, and what hangs on it in turn."""

    item: items.ConfigurationItem
    kind: str
    branches: list["Branch"] = field(default_factory=list)


@item_pages.get("/console/items/<item_id>")
@staff_only
def show_item(item_id: str) -> str:
    """The whole of it."""
    return _page(item_id, {})


@item_pages.post("/console/items/<item_id>")
@staff_only
def save_item(item_id: str) -> Any:
    """Saves what was typed."""

    def save() -> str:
        caller, backend = current_caller(), gateway().backends.configuration_items
        wanted = item_of(request.form, backend.get(caller, item_id).item.relations)
        wanted.item_id = item_id
        backend.update(caller, wanted)
        return address(f"{HOME}/{item_id}", "item_saved")

    return submitted(save, lambda problems: _page(item_id, problems))


def tree_of(impacted: Iterable[items.ImpactedItem]) -> list[Branch]:
    """What was found nearest first, each under what it hangs on."""
    by_id: dict[str, Branch] = {}
    roots: list[Branch] = []
    for one in impacted:
        kind = word_of(items.RelationKind.DESCRIPTOR, one.path[-1].kind) or ""
        branch = by_id[one.item.item_id] = Branch(one.item, kind)
        above = by_id.get(one.path[-2].item_id) if len(one.path) > 1 else None
        (above.branches if above else roots).append(branch)
    return roots


def _page(item_id: str, problems: Problems) -> str:
    caller, backends = current_caller(), gateway().backends
    backend = backends.configuration_items
    found = backend.get(caller, item_id)
    impact = backend.impact(caller, item_id)
    incidents = if_there(lambda: list(backend.incidents(caller, item_id)))
    problems_of = if_there(lambda: backends.problems.list(caller, item_id=item_id, page_size=_MOST).problems)
    changes_of = if_there(lambda: backends.changes.list(caller, item_id=item_id, page_size=_MOST).changes)
    item = found.item
    return item_page(
        "item.html",
        problems,
        item=item,
        related=found.related,
        entries=found.entries,
        kind_word=lambda number: word_of(items.RelationKind.DESCRIPTOR, number) or "",
        tree=tree_of(impact.impacted),
        affected=len(impact.impacted),
        affected_clients=list(impact.tenant_ids),
        cut=impact.cut,
        open_incidents=None if incidents is None else [one for one in incidents if one.state not in _OVER],
        problems_of=problems_of,
        changes_of=changes_of,
        problem_sign=problem_sign,
        change_sign=lambda state: state_words().get(word_of(change_pb2.ChangeState.DESCRIPTOR, state) or ""),
        over_incidents=[one for one in incidents or () if one.state in _OVER],
        may_write=not item.shared or is_overseer(caller),
        fields={**shown(item), **(request.form if problems else {})},
        revision=item.revision,
        editing=bool(problems),
    )
