"""The pages of macros, and a macro run by the page of bulk actions."""

from typing import Any

from tests.matrix.macro_records import macro, own_macro_on_incident
from tests.matrix.probes import Probe

_SHARED = {"record": macro, "shared_with": ("technician",)}
_RUN = {"record": own_macro_on_incident, "owner": "technician", "by": "macro"}


def _ask(surface: str, /, form: dict[str, str] | None = None, **more: Any) -> Probe:
    query = more.pop("query", None)
    return Probe(surface, {"form": form, "query": query, "path": {}}, **more)


PROBES = [
    _ask("GET /console/macros", listing=True, comparable=False, **_SHARED),
    _ask("GET /console/macros/new", listing=True, shows="<form"),
    _ask(
        "POST /console/macros",
        form={"name": "{fresh}", "note": "Looked at.", "once": "{fresh}"},
        ownerless="it is kept in the asker's own provider's room, and names nobody's record",
        shows="/console/macros",
    ),
    _ask("GET /console/macros/{macro_id}", **_SHARED),
    _ask(
        "POST /console/macros/{macro_id}",
        form={"name": "{fresh}", "note": "Again.", "once": "{fresh}"},
        fresh=True,
        shows="/console/macros",
        **_SHARED,
    ),
    _ask(
        "POST /console/macros/{macro_id}/remove",
        form={"once": "{fresh}"},
        fresh=True,
        shows="/console/macros",
        **_SHARED,
    ),
    _ask(
        "GET /console/bulk",
        query={"action": "macro", "macro": "{macro_id}", "number": "{number}"},
        shows="Looked at.",
        **_RUN,
    ),
    _ask(
        "POST /console/bulk",
        form={"action": "macro", "macro": "{macro_id}", "number": "{number}", "step": "preview"},
        shows="Looked at.",
        **_RUN,
    ),
]
