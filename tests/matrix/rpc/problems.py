"""Problems."""

from typing import Any

from tests.matrix import problem_records as a
from tests.matrix import records
from tests.matrix.probes import Probe

_PROBLEM = {"problem_id": "{problem_id}"}


def _ask(method: str, request: dict[str, Any], record: Any = a.problem, **more: Any) -> Probe:
    return Probe(
        f"incidents ProblemService.{method}", request, **{"record": record, "owner": "technician", **more}
    )


PROBES = [
    _ask(
        "CreateProblem",
        {"title": "{fresh}", "incident_id": "{incident_id}"},
        records.incident,
        shows="prb_",
    ),
    _ask("GetProblem", _PROBLEM),
    _ask("ListProblems", {"page_size": 200}, listing=True, shows="prb_"),
    _ask("ListProblemTimeline", _PROBLEM),
    *(
        _ask(method, {**_PROBLEM, **more}, record, fresh=True)
        for method, more, record in (
            ("UpdateProblem", {"title": "{fresh}"}, a.problem),
            ("AssignProblem", {"assignment_group_id": "grp_1", "assignment_group_name": "Desk"}, a.problem),
            ("NoteProblem", {"text": "{fresh}"}, a.problem),
            ("InvestigateProblem", {}, a.problem),
            ("DeclareKnownError", {}, a.investigated),
            ("ResolveProblem", {"kind": "SOLUTION_KIND_FIX", "text": "Done"}, a.problem),
            ("CloseProblem", {}, a.solved),
            ("ReopenProblem", {"reason": "Again"}, a.solved),
            ("CancelProblem", {"reason": "None"}, a.problem),
            ("ResolveConcerned", {"text": "Done", "resolution_code": "fixed"}, a.solved),
        )
    ),
    _ask(
        "PublishWorkaround",
        {**_PROBLEM, "tenant_ids": ["{tenant_id}"], "withdraw": True},
        fresh=True,
    ),
    _ask("LinkIncident", {**_PROBLEM, "incident_id": "{incident_id}"}, fresh=True),
    _ask("UnlinkIncident", {**_PROBLEM, "incident_id": "{incident_id}"}, fresh=True),
    _ask("ListProblemsOfIncident", {"incident_id": "{incident_id}"}, shows="prb_"),
    _ask("ListWorkarounds", {"incident_id": "{incident_id}"}, owner="requester", shows="client_text"),
]
