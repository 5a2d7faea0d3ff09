"""The life of a problem as a table: what may happen in which state, and where it leads; all of it is staff's to do."""

from enum import StrEnum

from chassis.errors import InvalidState
from services.incidents.domain.problem.record import OPEN_PROBLEMS, Problem, ProblemState


class ProblemCommand(StrEnum):
    """What can be asked of a problem."""

    EDIT = "edit"
    ASSIGN = "assign"
    NOTE = "note"
    INVESTIGATE = "investigate"
    DECLARE_KNOWN_ERROR = "declare_known_error"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    LINK = "link"
    UNLINK = "unlink"
    RESOLVE = "resolve"
    # Its incidents are resolved with it.
    TELL = "tell"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"


_C, _S = ProblemCommand, ProblemState
_ALWAYS = (_C.NOTE, _C.LINK, _C.UNLINK, _C.WITHDRAW)
_WHILE_OPEN = (*_ALWAYS, _C.EDIT, _C.ASSIGN, _C.PUBLISH)
_ENDS = {_C.RESOLVE: _S.RESOLVED, _C.CANCEL: _S.CANCELED}


def _staying(state: ProblemState, commands: tuple[ProblemCommand, ...]) -> dict[ProblemCommand, ProblemState]:
    return dict.fromkeys(commands, state)


PROBLEM_TABLE: dict[ProblemState, dict[ProblemCommand, ProblemState]] = {
    _S.LOGGED: {**_staying(_S.LOGGED, _WHILE_OPEN), **_ENDS, _C.INVESTIGATE: _S.INVESTIGATING},
    _S.INVESTIGATING: {
        **_staying(_S.INVESTIGATING, _WHILE_OPEN),
        **_ENDS,
        _C.DECLARE_KNOWN_ERROR: _S.KNOWN_ERROR,
    },
    # What was thought known may turn out to be otherwise.
    _S.KNOWN_ERROR: {**_staying(_S.KNOWN_ERROR, _WHILE_OPEN), **_ENDS, _C.INVESTIGATE: _S.INVESTIGATING},
    _S.RESOLVED: {
        **_staying(_S.RESOLVED, (*_ALWAYS, _C.TELL)),
        _C.CLOSE: _S.CLOSED,
        _C.REOPEN: _S.INVESTIGATING,
    },
    _S.CLOSED: {**_staying(_S.CLOSED, (_C.NOTE,)), _C.REOPEN: _S.INVESTIGATING},
    _S.CANCELED: _staying(_S.CANCELED, (_C.NOTE,)),
}
assert PROBLEM_TABLE.keys() >= OPEN_PROBLEMS


def allowed(state: ProblemState) -> tuple[ProblemCommand, ...]:
    """What the table knows in this state, in the order of the commands; what is missing for it may still refuse it."""
    return tuple(command for command in ProblemCommand if command in PROBLEM_TABLE[state])


def next_problem_state(problem: Problem, command: ProblemCommand) -> ProblemState:
    """Where a command leads. Raises InvalidState("transition_not_allowed") with state and command."""
    target = PROBLEM_TABLE[problem.state].get(command)
    if target is None:
        words = f"A problem that is {problem.state.replace('_', ' ')} does not allow to {command.replace('_', ' ')}."
        raise InvalidState("transition_not_allowed", words, state=problem.state, command=command)
    return target


def require_known(cause: str, workaround: str) -> None:
    """Raises InvalidState: cause_missing, workaround_missing."""
    require_cause(cause)
    if not workaround:
        raise InvalidState("workaround_missing", "Write down first what helps meanwhile.")


def require_cause(cause: str) -> None:
    """Raises InvalidState("cause_missing")."""
    if not cause:
        raise InvalidState("cause_missing", "Write down its root cause first.")
