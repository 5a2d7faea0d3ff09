"""Forms of clients."""

from tests.matrix import records as a
from tests.matrix.form_records import form
from tests.matrix.rest.asking import ask

_TENANT = {"tenant_id": "{tenant_id}"}
_FORM = {
    "title": {"en": "zephyrine"},
    "fields": [{"key": "what", "kind": "text", "label": {"en": "What?"}, "required": True}],
}

PROBES = [
    ask("GET /forms", record=form, owner="requester", listing=True, shows="frm_"),
    ask("GET /forms", query=_TENANT, record=a.tenant, listing=True, by="tenant"),
    ask("POST /forms", json={**_FORM, **_TENANT}, record=a.tenant),
    ask("GET /forms/{form_id}", record=form, owner="requester"),
    ask("GET /forms/{form_id}", record=form, by="draft"),
    ask("PUT /forms/{form_id}", json=_FORM, record=form, fresh=True),
    ask("POST /forms/{form_id}/publish", record=form, fresh=True),
    ask("POST /forms/{form_id}/withdraw", record=form, fresh=True),
]
