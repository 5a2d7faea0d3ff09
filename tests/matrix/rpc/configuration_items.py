"""Configuration items."""

from typing import Any

from tests.matrix import asset_records as a
from tests.matrix import records
from tests.matrix.probes import Probe

_ITEM = {"item_id": "{item_id}"}
_NEW = {"name": "{fresh}", "type": "server"}


def _ask(method: str, request: dict[str, Any], record: Any = a.item, **more: Any) -> Probe:
    return Probe(
        f"incidents ConfigurationItemService.{method}",
        request,
        **{"record": record, "owner": "technician", **more},
    )


PROBES = [
    _ask("CreateItem", {"item": {**_NEW, "tenant_id": "{tenant_id}"}}, records.tenant),
    _ask(
        "CreateItem",
        {
            "item": {
                **_NEW,
                "tenant_id": "{own_tenant_id}",
                "relations": [{"kind": "RELATION_KIND_DEPENDS_ON", "item_id": "{item_id}"}],
            }
        },
        shows="cfi_",
        by="relation",
    ),
    _ask("UpdateItem", {"item": {**_NEW, "item_id": "{item_id}"}}, fresh=True),
    _ask("GetItem", _ITEM),
    _ask("ListItems", {"page_size": 200}, listing=True, shows="cfi_"),
    _ask("ListItems", {"tenant_id": "{tenant_id}"}, listing=True, by="tenant"),
    _ask("WalkImpact", _ITEM, shows="cfi_"),
    _ask(
        "ImportItems",
        {"tenant_id": "{tenant_id}", "rows": [{"item": _NEW}], "fields": ["type"]},
        records.tenant,
        shows="cfi_",
    ),
    _ask("ListItemIncidents", _ITEM, a.incident_of_item, shows="inc_"),
    _ask("ListIncidentItems", {"incident_id": "{incident_id}"}, a.incident_of_item, shows="cfi_"),
    _ask(
        "SetIncidentItems",
        {"incident_id": "{incident_id}", "item_ids": []},
        a.incident_of_item,
        fresh=True,
        shows="revision",
    ),
    _ask(
        "SetIncidentItems",
        {"incident_id": "{own_incident_id}", "item_ids": ["{item_id}"]},
        a.incident_of_item,
        fresh=True,
        by="item",
    ),
]
