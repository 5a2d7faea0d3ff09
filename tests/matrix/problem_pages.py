"""The pages of problems."""

from typing import Any

from tests.matrix import problem_records as a
from tests.matrix import records
from tests.matrix.probes import Probe


def _ask(
    surface: str, /, form: dict[str, str] | None = None, path: dict[str, str] | None = None, **more: Any
):
    request = {"form": form, "query": None, "path": path or {}}
    return Probe(surface, request, **{"record": a.problem, "owner": "technician", **more})


def _do(command: str, record: Any = a.problem, **form: str) -> Probe:
    """Done, it leads back to the problem."""
    return _ask(
        "POST /console/problems/{number}/{command}",
        {"once": "{fresh}", **form},
        {"command": command, "number": "{problem_id}"},
        record=record,
        fresh=True,
        shows="/console/problems/",
        by=command,
    )


PROBES = [
    _ask("GET /console/problems", listing=True, comparable=False, shows="<form"),
    _ask(
        "POST /console/problems",
        {"title": "{fresh}", "incident": "{number}", "once": "{fresh}"},
        record=records.incident,
        # The form is shown again, with what is wrong beside the field.
        missing_as=("",),
        comparable=False,
        shows="/console/problems/",
    ),
    _ask("GET /console/problems/{number}", path={"number": "{problem_id}"}, shows="</html>"),
    _do("edit", title="{fresh}"),
    _do("assign"),
    _do("note", text="{fresh}"),
    _do("investigate"),
    _do("known-error", a.investigated),
    _do("publish", tenant_id="{tenant_id}"),
    _do("withdraw", tenant_id="{tenant_id}"),
    _do("link", incident="{number}"),
    _do("unlink", incident="{number}"),
    _do("resolve", kind="fix", text="Done"),
    _do("tell", a.solved, incidents="{number}", text="Done", code="fixed"),
    _do("close", a.solved),
    _do("reopen", a.solved, reason="Again"),
    _do("cancel", reason="None"),
]
