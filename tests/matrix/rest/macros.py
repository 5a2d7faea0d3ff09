"""Macros by REST, and run by it."""

from tests.matrix.macro_records import macro, own_macro_on_incident
from tests.matrix.rest.asking import ask

_SHARED = {"record": macro, "shared_with": ("technician",)}
_ACTIONS = {"note": {"text": "Looked at."}}
PROBES = [
    ask("GET /macros", listing=True, comparable=False, **_SHARED),
    ask(
        "POST /macros",
        json={"name": "{fresh}", "shared": True, "actions": _ACTIONS},
        ownerless="it is kept in the asker's own provider's room, and names nobody's record",
        shows="mac_",
    ),
    ask("GET /macros/{macro_id}", **_SHARED),
    ask("PUT /macros/{macro_id}", json={"name": "{fresh}", "actions": _ACTIONS}, fresh=True, **_SHARED),
    ask("DELETE /macros/{macro_id}", fresh=True, **_SHARED),
    ask(
        "POST /bulk-actions/preview",
        json={"incidents": ["{incident_id}"], "macro": "{macro_id}"},
        record=own_macro_on_incident,
        owner="technician",
        shows="Looked at.",
        by="macro",
    ),
]
