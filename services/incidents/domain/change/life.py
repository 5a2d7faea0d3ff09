"""The life of a change as a table: what may happen in which state, and where it leads."""

from enum import StrEnum

from chassis.errors import InvalidState
from services.incidents.domain.change.record import ChangeRecord, ChangeState


class ChangeCommand(StrEnum):
    """What can be asked of a change; all but deciding is staff's to do."""

    EDIT = "edit"
    REQUEST = "request"
    DECIDE = "decide"
    APPOINT = "appoint"
    WITHDRAW = "withdraw"  # back to a draft, to be asked for anew
    SCHEDULE = "schedule"
    START = "start"
    COMPLETE = "complete"
    FAIL = "fail"
    BACK_OUT = "back_out"
    REVIEW = "review"
    CANCEL = "cancel"
    TIE = "tie"  # to an incident, or from one


_C, _S = ChangeCommand, ChangeState
_ENDED = {_C.TIE: None, _C.REVIEW: _S.REVIEWED}

# None: the state stays, or what was decided says where it leads.
CHANGE_TABLE: dict[ChangeState, dict[ChangeCommand, ChangeState | None]] = {
    _S.DRAFT: {_C.EDIT: None, _C.REQUEST: _S.REQUESTED, _C.CANCEL: _S.CANCELED, _C.TIE: None},
    _S.REQUESTED: {
        _C.DECIDE: None,
        _C.APPOINT: None,
        _C.WITHDRAW: _S.DRAFT,
        _C.CANCEL: _S.CANCELED,
        _C.TIE: None,
    },
    _S.APPROVED: {
        _C.SCHEDULE: _S.SCHEDULED,
        _C.WITHDRAW: _S.DRAFT,
        _C.CANCEL: _S.CANCELED,
        _C.TIE: None,
    },
    _S.REJECTED: {_C.WITHDRAW: _S.DRAFT, _C.CANCEL: _S.CANCELED, _C.TIE: None},
    # Another time needs no other approval while the work is the same; other work does.
    _S.SCHEDULED: {
        _C.SCHEDULE: _S.SCHEDULED,
        _C.START: _S.IN_PROGRESS,
        _C.WITHDRAW: _S.DRAFT,
        _C.CANCEL: _S.CANCELED,
        _C.TIE: None,
    },
    # What has begun is not canceled: it is finished, failed, or taken back.
    _S.IN_PROGRESS: {
        _C.COMPLETE: _S.DONE,
        _C.FAIL: _S.FAILED,
        _C.BACK_OUT: _S.BACKED_OUT,
        _C.TIE: None,
    },
    _S.DONE: {**_ENDED, _C.BACK_OUT: _S.BACKED_OUT},
    _S.FAILED: {**_ENDED, _C.BACK_OUT: _S.BACKED_OUT},
    _S.BACKED_OUT: _ENDED,
    # That an incident was caused by it may be found late.
    _S.REVIEWED: {_C.TIE: None},
    _S.CANCELED: {},
}


def allowed(state: ChangeState) -> tuple[ChangeCommand, ...]:
    """What the table knows in this state, in the order of the commands."""
    return tuple(command for command in ChangeCommand if command in CHANGE_TABLE[state])


def next_change_state(change: ChangeRecord, command: ChangeCommand) -> ChangeState:
    """Where a command leads. Raises InvalidState("transition_not_allowed") with state and command."""
    if command not in CHANGE_TABLE[change.state]:
        words = f"A change that is {change.state.replace('_', ' ')} does not allow to {command.replace('_', ' ')}."
        raise InvalidState("transition_not_allowed", words, state=change.state, command=command)
    return CHANGE_TABLE[change.state][command] or change.state
