"""How a problem ends, and what brings it back."""

from dataclasses import dataclass
from datetime import datetime

from chassis.errors import InvalidArgument, InvalidState
from services.incidents.domain import texts
from services.incidents.domain.incident import Actor
from services.incidents.domain.problem.life import (
    ProblemCommand,
    next_problem_state,
    require_cause,
    require_known,
)
from services.incidents.domain.problem.record import (
    Happening,
    Problem,
    ProblemChange,
    ProblemFact,
    Solution,
    SolutionKind,
    changed_problem,
)

MAX_CHANGE_NUMBER = 40


@dataclass(frozen=True, slots=True)
class SolvedBy:
    """The change that solved it, as far as a problem asks; without a number none."""

    number: str = ""
    went_wrong: bool = False


def resolve_problem(
    problem: Problem, kind: SolutionKind | None, text: str, by: SolvedBy, actor: Actor, now: datetime
) -> ProblemChange:
    """Raises InvalidArgument: value_missing (kind, text, the change's number), InvalidState: cause_missing for what was
    solved without anybody knowing its cause, workaround_missing for what one lives with, change_went_wrong.
    """
    state = next_problem_state(problem, ProblemCommand.RESOLVE)
    if kind is None:
        raise InvalidArgument("value_missing", "Say how it was solved.", field="kind")
    text = texts.required("text", text, texts.MAX_RESOLUTION)
    change_number = texts.optional("change_number", by.number, MAX_CHANGE_NUMBER).upper()
    if kind is SolutionKind.CHANGE and not change_number:
        raise InvalidArgument("value_missing", "Say which change solved it.", field="change_number")
    if change_number and by.went_wrong:
        message = "This change did not come about, or was taken back: it solves nothing."
        raise InvalidState("change_went_wrong", message, number=change_number, field="change_number")
    if kind is not SolutionKind.NOT_REPRODUCIBLE:
        require_cause(problem.cause)
    if kind is SolutionKind.ACCEPTED:
        require_known(problem.cause, problem.workaround)
    solution = Solution(kind, text, change_number, now)
    changes = {"kind": kind.value} | ({"change_number": change_number} if change_number else {})
    fact = Happening(ProblemFact.RESOLVED, text=text, changes=changes)
    return changed_problem(problem, actor, now, fact, state=state, solution=solution)


def close_problem(problem: Problem, reason: str, actor: Actor, now: datetime) -> ProblemChange:
    """It stayed solved."""
    state = next_problem_state(problem, ProblemCommand.CLOSE)
    reason = texts.optional("reason", reason, texts.MAX_REASON)
    return changed_problem(
        problem, actor, now, Happening(ProblemFact.CLOSED, reason=reason), state=state, close_time=now
    )


def reopen_problem(problem: Problem, reason: str, actor: Actor, now: datetime) -> ProblemChange:
    """It was not solved: its workaround is shown again where it was published."""
    state = next_problem_state(problem, ProblemCommand.REOPEN)
    reason = texts.required("reason", reason, texts.MAX_REASON)
    happened = Happening(ProblemFact.REOPENED, reason=reason)
    return changed_problem(problem, actor, now, happened, state=state, solution=None, close_time=None)


def solution_failed(
    problem: Problem, change_number: str, how: str, actor: Actor, now: datetime
) -> ProblemChange | None:
    """The change that solved it was none after all: it is looked into again. None where another thing solved it.

    how: failed, backed_out, canceled or rejected.
    """
    solution = problem.solution
    if solution is None or solution.change_number != change_number:
        return None
    state = next_problem_state(problem, ProblemCommand.REOPEN)
    happened = Happening(ProblemFact.REOPENED, changes={"change_number": change_number, "change": how})
    return changed_problem(problem, actor, now, happened, state=state, solution=None, close_time=None)


def cancel_problem(problem: Problem, reason: str, actor: Actor, now: datetime) -> ProblemChange:
    """It was none, or another one's."""
    state = next_problem_state(problem, ProblemCommand.CANCEL)
    reason = texts.required("reason", reason, texts.MAX_REASON)
    happened = Happening(ProblemFact.CANCELED, reason=reason)
    return changed_problem(problem, actor, now, happened, state=state, close_time=now)
