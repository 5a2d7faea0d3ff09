"""One known error, whose workaround stands ready for the incidents that it will be linked to."""

from cli.seed.office import Office
from fairlead.incidents.v1 import problem_pb2
from fairlead.incidents.v1 import problem_service_pb2 as messages

_TITLE = "Label printers of the warehouse stall after standby"


def make_problem(office: Office) -> None:
    """Found by its key; what has been done with it since is left alone."""
    new = messages.CreateProblemRequest(
        title=_TITLE,
        description="At two sites labels stop in the morning until somebody switches the printer off and on.",
        configuration_item="Warehouse system",
        idempotency_key="seed: known error",
    )
    problem = office.call(office.problems.CreateProblem, new)
    if problem.state != problem_pb2.PROBLEM_STATE_LOGGED:
        return
    named = {"problem_id": problem.problem_id}
    known = messages.UpdateProblemRequest(
        **named,
        cause="The printers' firmware drops its network lease in standby.",
        workaround="Restart the print queue on ACME-APP1; switch standby off on the printer's own page.",
        client_text="Please switch the printer off, wait ten seconds and switch it on again.",
    )
    office.call(office.problems.UpdateProblem, known)
    office.call(office.problems.InvestigateProblem, messages.InvestigateProblemRequest(**named))
    office.call(office.problems.DeclareKnownError, messages.DeclareKnownErrorRequest(**named))
