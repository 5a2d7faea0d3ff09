"""Configuration items."""

from tests.matrix import asset_records as a
from tests.matrix import records
from tests.matrix.rest.asking import ask

_ONE = "/configuration-items/{item_id}"
_NEW = {"name": "{fresh}", "type": "server"}
_ITEM = {"record": a.item, "owner": "technician"}
_ABOUT = {"record": a.incident_of_item, "owner": "technician"}

PROBES = [
    ask("GET /configuration-items", query={"page_size": "200"}, listing=True, shows="cfi_", **_ITEM),
    ask(
        "POST /configuration-items",
        json={**_NEW, "tenant_id": "{tenant_id}"},
        record=records.tenant,
        owner="technician",
    ),
    ask(f"GET {_ONE}", **_ITEM),
    ask(f"PUT {_ONE}", json=_NEW, fresh=True, **_ITEM),
    ask(f"GET {_ONE}/impact", shows="cfi_", **_ITEM),
    ask(f"GET {_ONE}/incidents", shows="inc_", **_ABOUT),
    ask(
        "POST /configuration-items/import",
        json={"tenant_id": "{tenant_id}", "csv": "name\n{fresh}"},
        record=records.tenant,
        owner="technician",
        shows="cfi_",
    ),
    ask("GET /configuration-items.csv", query={"tenant_id": "{tenant_id}"}, shows="server", **_ITEM),
    ask("GET /incidents/{incident_id}/configuration-items", shows="cfi_", **_ABOUT),
    ask(
        "PUT /incidents/{incident_id}/configuration-items",
        json={"item_ids": []},
        fresh=True,
        shows="revision",
        **_ABOUT,
    ),
    ask(
        "PUT /incidents/{incident_id}/configuration-items",
        json={"item_ids": ["{item_id}"]},
        path={"incident_id": "{own_incident_id}"},
        fresh=True,
        by="item",
        **_ABOUT,
    ),
]
