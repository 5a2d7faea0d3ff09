"""`fairlead.incidents.v1.ProblemService`."""

from typing import Any

import grpc

from chassis.rpc import caller_of
from fairlead.incidents.v1 import problem_pb2
from fairlead.incidents.v1 import problem_service_pb2 as answers
from fairlead.incidents.v1.problem_service_pb2_grpc import ProblemServiceServicer
from services.incidents.domain.decisions import Assignment
from services.incidents.domain.problem.query import ProblemQuery
from services.incidents.domain.problem.record import Problem, ProblemState, SolutionKind
from services.incidents.domain.problem.work import Wanted
from services.incidents.events.problems import problem_entry_message, problem_message
from services.incidents.rpc import requests
from services.incidents.use_cases import CommandTarget
from services.incidents.use_cases.problem_reading import ProblemReading
from services.incidents.use_cases.problems import Problems

_LONGEST_WORDS = 200
_STATES = requests.values(problem_pb2.ProblemState, "PROBLEM_STATE_", ProblemState)
_SOLUTIONS = requests.values(problem_pb2.SolutionKind, "SOLUTION_KIND_", SolutionKind)
_TEXTS = ("title", "description", "configuration_item", "cause", "workaround", "client_text")


class ProblemServicer(ProblemServiceServicer):
    """Problems, for staff."""

    def __init__(self, problems: Problems, reading: ProblemReading) -> None:
        self._problems = problems
        self._reading = reading

    def CreateProblem(self, request: Any, context: grpc.ServicerContext) -> problem_pb2.Problem:
        wanted = Wanted(
            title=request.title,
            description=request.description,
            configuration_item=request.configuration_item,
            **_ranks(request),
        )
        made = self._problems.create(caller_of(context), wanted, request.incident_id, request.idempotency_key)
        return problem_message(made)

    def GetProblem(self, request: Any, context: grpc.ServicerContext) -> problem_pb2.Problem:
        shown = self._reading.get(caller_of(context), request.problem_id)
        return problem_message(shown.problem, standing=shown.standing)

    def ListProblems(self, request: Any, context: grpc.ServicerContext) -> answers.ListProblemsResponse:
        query = ProblemQuery(
            tenant_ids=None,
            states=frozenset(_STATES[state] for state in request.states if state in _STATES),
            words=request.words[:_LONGEST_WORDS],
            change_number=request.change_number[:_LONGEST_WORDS],
            page_size=request.page_size,
            page_token=request.page_token,
        )
        found, token = self._reading.page(caller_of(context), query, request.item_id)
        return answers.ListProblemsResponse(
            problems=[problem_message(each) for each in found], next_page_token=token
        )

    def ListProblemTimeline(
        self, request: Any, context: grpc.ServicerContext
    ) -> answers.ListProblemTimelineResponse:
        entries, next_seq = self._reading.timeline(
            caller_of(context), request.problem_id, request.after_seq, request.page_size
        )
        return answers.ListProblemTimelineResponse(
            entries=[problem_entry_message(each) for each in entries], next_after_seq=next_seq
        )

    def UpdateProblem(self, request: Any, context: grpc.ServicerContext) -> problem_pb2.Problem:
        given = {name: getattr(request, name) for name in _TEXTS if request.HasField(name)}
        wanted = Wanted(**given, **_ranks(request))
        return problem_message(self._problems.edit(caller_of(context), _target(request), wanted))

    def AssignProblem(self, request: Any, context: grpc.ServicerContext) -> problem_pb2.Problem:
        to = Assignment(request.assignment_group_id, request.assignment_group_name, request.assignee_id)
        return problem_message(self._problems.assign(caller_of(context), _target(request), to))

    def NoteProblem(self, request: Any, context: grpc.ServicerContext) -> problem_pb2.Problem:
        return problem_message(self._problems.note(caller_of(context), _target(request), request.text))

    def InvestigateProblem(self, request: Any, context: grpc.ServicerContext) -> problem_pb2.Problem:
        return problem_message(self._problems.investigate(caller_of(context), _target(request)))

    def DeclareKnownError(self, request: Any, context: grpc.ServicerContext) -> problem_pb2.Problem:
        return problem_message(self._problems.declare_known_error(caller_of(context), _target(request)))

    def ResolveProblem(self, request: Any, context: grpc.ServicerContext) -> problem_pb2.Problem:
        kind = _SOLUTIONS.get(request.kind)
        solved = self._problems.resolve(
            caller_of(context), _target(request), kind, request.text, request.change_number
        )
        return problem_message(solved)

    def CloseProblem(self, request: Any, context: grpc.ServicerContext) -> problem_pb2.Problem:
        return problem_message(self._problems.close(caller_of(context), _target(request), request.reason))

    def ReopenProblem(self, request: Any, context: grpc.ServicerContext) -> problem_pb2.Problem:
        return problem_message(self._problems.reopen(caller_of(context), _target(request), request.reason))

    def CancelProblem(self, request: Any, context: grpc.ServicerContext) -> problem_pb2.Problem:
        return problem_message(self._problems.cancel(caller_of(context), _target(request), request.reason))

    def PublishWorkaround(self, request: Any, context: grpc.ServicerContext) -> problem_pb2.Problem:
        return problem_message(
            self._problems.publish(
                caller_of(context), _target(request), [*request.tenant_ids], request.withdraw
            )
        )

    def LinkIncident(self, request: Any, context: grpc.ServicerContext) -> problem_pb2.Problem:
        return problem_message(self._problems.link(caller_of(context), _target(request), request.incident_id))

    def UnlinkIncident(self, request: Any, context: grpc.ServicerContext) -> problem_pb2.Problem:
        return problem_message(
            self._problems.unlink(caller_of(context), _target(request), request.incident_id)
        )

    def ResolveConcerned(
        self, request: Any, context: grpc.ServicerContext
    ) -> answers.ResolveConcernedResponse:
        done = self._problems.resolve_concerned(
            caller_of(context),
            CommandTarget(request.problem_id, request.idempotency_key),
            request.incident_ids,
            request.text,
            request.resolution_code,
        )
        return answers.ResolveConcernedResponse(
            incidents=[
                answers.ResolvedIncident(
                    incident_id=each.incident.incident_id,
                    number=each.incident.number,
                    tenant_id=each.incident.tenant_id,
                    error_reason=each.error_reason,
                )
                for each in done
            ]
        )

    def ListProblemsOfIncident(
        self, request: Any, context: grpc.ServicerContext
    ) -> answers.ListProblemsOfIncidentResponse:
        own, likely = self._reading.of_incident(caller_of(context), request.incident_id)
        return answers.ListProblemsOfIncidentResponse(
            problems=[_brief(each) for each in own],
            likely=[
                answers.LikelyProblem(
                    problem=_brief(each.problem),
                    likeness=each.score,
                    words=each.words,
                    same_configuration_item=each.same_item,
                )
                for each in likely
            ],
        )

    def ListWorkarounds(self, request: Any, context: grpc.ServicerContext) -> answers.ListWorkaroundsResponse:
        texts = self._reading.workarounds(caller_of(context), request.incident_id)
        return answers.ListWorkaroundsResponse(texts=texts)


def _brief(problem: Problem) -> problem_pb2.Problem:
    return problem_message(problem, with_incidents=False)


def _target(request: Any) -> CommandTarget:
    return CommandTarget(request.problem_id, request.idempotency_key, request.revision)


def _ranks(request: Any) -> dict[str, Any]:
    return {
        "impact": requests.IMPACTS.get(request.impact),
        "urgency": requests.URGENCIES.get(request.urgency),
        "priority": requests.PRIORITIES.get(request.priority),
    }
