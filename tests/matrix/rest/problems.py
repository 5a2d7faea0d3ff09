"""Problems."""

from tests.matrix import problem_records as a
from tests.matrix import records
from tests.matrix.rest.asking import ask

_ONE = "/problems/{problem_id}"


def _do(surface: str, record=a.problem, **json: object):
    return ask(surface, json=json, record=record, owner="technician", fresh=True)


PROBES = [
    ask(
        "POST /problems",
        json={"title": "{fresh}", "incident_id": "{incident_id}"},
        record=records.incident,
        owner="technician",
        shows="prb_",
    ),
    ask("GET /problems", record=a.problem, owner="technician", listing=True, shows="prb_"),
    ask(f"GET {_ONE}", record=a.problem, owner="technician"),
    ask(f"GET {_ONE}/timeline", record=a.problem, owner="technician"),
    _do(f"PATCH {_ONE}", cause="{fresh}"),
    _do(f"POST {_ONE}/assign"),
    _do(f"POST {_ONE}/notes", text="{fresh}"),
    _do(f"POST {_ONE}/investigate"),
    _do(f"POST {_ONE}/known-error", a.investigated),
    _do(f"POST {_ONE}/resolve", kind="fix", text="Done"),
    _do(f"POST {_ONE}/close", a.solved),
    _do(f"POST {_ONE}/reopen", a.solved, reason="Again"),
    _do(f"POST {_ONE}/cancel", reason="None"),
    _do(f"POST {_ONE}/publish", tenant_ids=["{tenant_id}"], withdraw=True),
    _do(f"POST {_ONE}/incidents", incident_id="{incident_id}"),
    ask(f"DELETE {_ONE}/incidents/{{incident_id}}", record=a.problem, owner="technician", fresh=True),
    _do(f"POST {_ONE}/resolve-incidents", a.solved, text="Done", code="fixed"),
    ask("GET /incidents/{incident_id}/problems", record=a.problem, owner="technician", shows="prb_"),
    ask(
        "GET /incidents/{incident_id}/workarounds",
        record=a.problem,
        owner="requester",
        shows="client_text",
    ),
]
