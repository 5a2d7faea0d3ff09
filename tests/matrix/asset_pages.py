"""The pages of configuration items."""

from typing import Any

from tests.matrix import asset_records as a
from tests.matrix import records
from tests.matrix.probes import Probe

_ITEM = {"record": a.item, "owner": "technician"}
_ONE = "/console/items/{item_id}"


def _ask(surface: str, /, form: dict[str, str] | None = None, **more: Any) -> Probe:
    query = more.pop("query", None)
    return Probe(surface, {"form": form, "query": query, "path": {}}, **more)


_TYPED = {"name": "{fresh}", "type": "server", "criticality": "low", "state": "in_use"}

PROBES = [
    _ask("GET /console/items", listing=True, comparable=False, shows="cfi_", **_ITEM),
    _ask(
        "POST /console/items",
        form={**_TYPED, "client": "{tenant_id}"},
        record=records.tenant,
        owner="technician",
        shows="/console/items/cfi_",
    ),
    _ask(
        "POST /console/items/import",
        form={"client": "{tenant_id}", "csv": "name\n{fresh}"},
        record=records.tenant,
        owner="technician",
        shows="cfi_",
    ),
    _ask("GET /console/items.csv", query={"client": "{tenant_id}"}, shows="server", **_ITEM),
    _ask(f"GET {_ONE}", **_ITEM),
    _ask(f"POST {_ONE}", form=_TYPED, fresh=True, shows="/console/items/", **_ITEM),
    _ask(
        "POST /console/incidents/{number}/items",
        form={"items": ""},
        record=a.incident_of_item,
        owner="technician",
        fresh=True,
        shows="done=items",
    ),
]
