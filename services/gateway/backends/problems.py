"""Problems: the provider's own record of what causes incidents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.incidents.v1 import problem_pb2 as problem
from fairlead.incidents.v1 import problem_service_pb2 as messages
from fairlead.incidents.v1.problem_service_pb2_grpc import ProblemServiceStub

_AT_ONCE = 200


class Problems:
    """Client of fairlead.incidents.v1.ProblemService.

    Commands take `idempotency_key` and `revision` (0 accepts any) by name and return the problem as it stands
    afterwards, its incidents without their own standing.
    """

    def __init__(self, channel: Any) -> None:
        self._stub = ProblemServiceStub(channel)

    def create(self, caller: Caller, new: messages.CreateProblemRequest) -> problem.Problem:
        return call(self._stub.CreateProblem, new, caller)

    def get(self, caller: Caller, problem_id: str) -> problem.Problem:
        """By id or number ("PRB-12"), its incidents as they stand now."""
        return call(self._stub.GetProblem, messages.GetProblemRequest(problem_id=problem_id), caller)

    def list(self, caller: Caller, **fields: Any) -> messages.ListProblemsResponse:
        """Newest first; fields of ListProblemsRequest: states, words, page_size, page_token."""
        return call(self._stub.ListProblems, messages.ListProblemsRequest(**fields), caller)

    def timeline(
        self, caller: Caller, problem_id: str, after_seq: int = 0, page_size: int = _AT_ONCE
    ) -> messages.ListProblemTimelineResponse:
        """Oldest first."""
        request = messages.ListProblemTimelineRequest(
            problem_id=problem_id, after_seq=after_seq, page_size=page_size
        )
        return call(self._stub.ListProblemTimeline, request, caller)

    def whole_timeline(self, caller: Caller, problem_id: str) -> Sequence[problem.ProblemEntry]:
        """Every line the caller may read, fetched page by page."""
        page = self.timeline(caller, problem_id)
        entries = [*page.entries]
        while page.next_after_seq:
            page = self.timeline(caller, problem_id, page.next_after_seq)
            entries += page.entries
        return entries

    def update(self, caller: Caller, changed: messages.UpdateProblemRequest) -> problem.Problem:
        """What is not given stays."""
        return call(self._stub.UpdateProblem, changed, caller)

    def assign(self, caller: Caller, problem_id: str, **fields: Any) -> problem.Problem:
        """Fields: assignment_group_id, assignment_group_name, assignee_id."""
        return self._command(
            self._stub.AssignProblem, messages.AssignProblemRequest, caller, problem_id, fields
        )

    def note(self, caller: Caller, problem_id: str, **fields: Any) -> problem.Problem:
        """Fields: text."""
        return self._command(self._stub.NoteProblem, messages.NoteProblemRequest, caller, problem_id, fields)

    def investigate(self, caller: Caller, problem_id: str, **fields: Any) -> problem.Problem:
        return self._command(
            self._stub.InvestigateProblem, messages.InvestigateProblemRequest, caller, problem_id, fields
        )

    def declare_known_error(self, caller: Caller, problem_id: str, **fields: Any) -> problem.Problem:
        return self._command(
            self._stub.DeclareKnownError, messages.DeclareKnownErrorRequest, caller, problem_id, fields
        )

    def resolve(self, caller: Caller, problem_id: str, **fields: Any) -> problem.Problem:
        """Fields: kind, text, change_number."""
        return self._command(
            self._stub.ResolveProblem, messages.ResolveProblemRequest, caller, problem_id, fields
        )

    def close(self, caller: Caller, problem_id: str, **fields: Any) -> problem.Problem:
        """Fields: reason."""
        return self._command(
            self._stub.CloseProblem, messages.CloseProblemRequest, caller, problem_id, fields
        )

    def reopen(self, caller: Caller, problem_id: str, **fields: Any) -> problem.Problem:
        """Fields: reason."""
        return self._command(
            self._stub.ReopenProblem, messages.ReopenProblemRequest, caller, problem_id, fields
        )

    def cancel(self, caller: Caller, problem_id: str, **fields: Any) -> problem.Problem:
        """Fields: reason."""
        return self._command(
            self._stub.CancelProblem, messages.CancelProblemRequest, caller, problem_id, fields
        )

    def publish(self, caller: Caller, problem_id: str, **fields: Any) -> problem.Problem:
        """Fields: tenant_ids, withdraw."""
        return self._command(
            self._stub.PublishWorkaround, messages.PublishWorkaroundRequest, caller, problem_id, fields
        )

    def link(self, caller: Caller, problem_id: str, **fields: Any) -> problem.Problem:
        """Fields: incident_id (id or number)."""
        return self._command(
            self._stub.LinkIncident, messages.LinkIncidentRequest, caller, problem_id, fields
        )

    def unlink(self, caller: Caller, problem_id: str, **fields: Any) -> problem.Problem:
        """Fields: incident_id (id or number)."""
        return self._command(
            self._stub.UnlinkIncident, messages.UnlinkIncidentRequest, caller, problem_id, fields
        )

    def resolve_concerned(
        self, caller: Caller, problem_id: str, **fields: Any
    ) -> Sequence[messages.ResolvedIncident]:
        """Fields: incident_ids, text, resolution_code, idempotency_key. What became of each incident."""
        request = messages.ResolveConcernedRequest(problem_id=problem_id, **fields)
        return call(self._stub.ResolveConcerned, request, caller).incidents

    def of_incident(self, caller: Caller, incident_id: str) -> messages.ListProblemsOfIncidentResponse:
        """Those it has, and those that it is perhaps due to."""
        request = messages.ListProblemsOfIncidentRequest(incident_id=incident_id)
        return call(self._stub.ListProblemsOfIncident, request, caller)

    def workarounds(self, caller: Caller, incident_id: str) -> Sequence[str]:
        """What its client reads of them."""
        request = messages.ListWorkaroundsRequest(incident_id=incident_id)
        return call(self._stub.ListWorkarounds, request, caller).texts

    def _command(
        self, method: Any, request_class: Any, caller: Caller, problem_id: str, fields: dict[str, Any]
    ) -> problem.Problem:
        return call(method, request_class(problem_id=problem_id, **fields), caller)
