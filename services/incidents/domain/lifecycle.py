"""The lifecycle as a table: what may happen in which state, where it leads, and which side may do it.

After ITIL 4's incident practice: resolving proposes, closing ends. A resolved or closed incident comes back by
reopening only; a canceled one never does. A merged one waits, as it was, for the case that the merge is undone.
"""

from enum import StrEnum

from chassis.errors import InvalidState, PermissionDenied
from services.incidents.domain.incident import State


class Side(StrEnum):
    """For whom somebody speaks: the provider's staff (services included) or the client."""

    STAFF = "staff"
    CLIENT = "client"


class Command(StrEnum):
    """What can be asked of an incident once it is open."""

    ASSIGN = "assign"
    ACKNOWLEDGE = "acknowledge"
    ANSWER = "answer"  # a public message of staff
    REPLY = "reply"  # a message of the client's side
    NOTE = "note"
    CLASSIFY = "classify"
    PRIORITIZE = "prioritize"
    HOLD = "hold"
    RESUME = "resume"
    APPROVE = "approve"  # the last approver agrees to what was ordered
    RESOLVE = "resolve"
    CONFIRM = "confirm"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"
    RATE = "rate"
    MERGE = "merge"  # into another one
    UNMERGE = "unmerge"
    ABSORB = "absorb"  # another one is merged into it
    RELEASE = "release"  # that is undone
    SPLIT = "split"  # some of its lines go on in a new one
    LINK = "link"  # to a parent, or from it
    NAME_ITEMS = "name_items"  # say which configuration items it is about
    DISMISS_HINT = "dismiss_hint"  # it does not belong to the one that its mail mentions


class Target(StrEnum):
    """Targets that depend on the incident rather than on the command alone."""

    SAME = "same"
    # assigned when a group or a person has it, else new.
    BY_ASSIGNMENT = "by_assignment"
    # Work goes on under another hand; with no hand left it is new again.
    SAME_UNLESS_POOLED = "same_unless_pooled"
    # As it was before it was merged; `merging` remembers.
    AS_BEFORE = "as_before"


_STAFF = frozenset({Side.STAFF})
_CLIENT = frozenset({Side.CLIENT})
_BOTH = frozenset(Side)

SIDES: dict[Command, frozenset[Side]] = {
    Command.ASSIGN: _STAFF,
    Command.ACKNOWLEDGE: _STAFF,
    Command.ANSWER: _STAFF,
    Command.REPLY: _CLIENT,
    Command.NOTE: _STAFF,
    Command.CLASSIFY: _STAFF,
    Command.PRIORITIZE: _STAFF,
    Command.HOLD: _STAFF,
    Command.RESUME: _STAFF,
    Command.APPROVE: _BOTH,
    Command.RESOLVE: _STAFF,
    Command.CONFIRM: _CLIENT,
    Command.CLOSE: _STAFF,
    Command.REOPEN: _BOTH,
    Command.CANCEL: _BOTH,
    Command.RATE: _CLIENT,
    Command.MERGE: _STAFF,
    Command.UNMERGE: _STAFF,
    Command.ABSORB: _STAFF,
    Command.RELEASE: _STAFF,
    Command.DISMISS_HINT: _STAFF,
    Command.SPLIT: _STAFF,
    Command.LINK: _STAFF,
    Command.NAME_ITEMS: _STAFF,
}

# A client may withdraw what nobody has begun to work on.
CLIENT_CANCELS_FROM = frozenset({State.NEW, State.ASSIGNED})

_OPEN: dict[Command, State | Target] = {
    Command.ASSIGN: Target.BY_ASSIGNMENT,
    Command.ACKNOWLEDGE: State.IN_PROGRESS,
    Command.ANSWER: State.IN_PROGRESS,
    Command.REPLY: Target.SAME,
    Command.NOTE: Target.SAME,
    Command.CLASSIFY: Target.SAME,
    Command.PRIORITIZE: Target.SAME,
    Command.HOLD: State.ON_HOLD,
    Command.RESOLVE: State.RESOLVED,
    Command.CANCEL: State.CANCELED,
    # What has ended has its verdict: neither is it merged, nor does another one go on in it.
    Command.MERGE: State.MERGED,
    Command.ABSORB: Target.SAME,
    Command.RELEASE: Target.SAME,
    Command.DISMISS_HINT: Target.SAME,
    Command.LINK: Target.SAME,
    Command.SPLIT: Target.SAME,
    Command.NAME_ITEMS: Target.SAME,
}

TABLE: dict[State, dict[Command, State | Target]] = {
    State.NEW: _OPEN,
    State.ASSIGNED: _OPEN,
    State.IN_PROGRESS: {**_OPEN, Command.ASSIGN: Target.SAME_UNLESS_POOLED},
    State.ON_HOLD: {
        Command.ASSIGN: Target.SAME,
        Command.ANSWER: Target.SAME,
        # Where the hold awaited the client, the reply also resumes it.
        Command.REPLY: Target.SAME,
        Command.NOTE: Target.SAME,
        Command.CLASSIFY: Target.SAME,
        Command.PRIORITIZE: Target.SAME,
        Command.RESUME: State.IN_PROGRESS,
        Command.APPROVE: Target.BY_ASSIGNMENT,
        Command.RESOLVE: State.RESOLVED,
        Command.CANCEL: State.CANCELED,
        Command.MERGE: State.MERGED,
        Command.ABSORB: Target.SAME,
        Command.RELEASE: Target.SAME,
        Command.DISMISS_HINT: Target.SAME,
        Command.LINK: Target.SAME,
        Command.SPLIT: Target.SAME,
        Command.NAME_ITEMS: Target.SAME,
    },
    State.RESOLVED: {
        Command.ANSWER: Target.SAME,
        # A reply also reopens it.
        Command.REPLY: Target.SAME,
        Command.NOTE: Target.SAME,
        # A correction teaches, even late.
        Command.CLASSIFY: Target.SAME,
        Command.CONFIRM: State.CLOSED,
        Command.CLOSE: State.CLOSED,
        Command.REOPEN: Target.BY_ASSIGNMENT,
        Command.RATE: Target.SAME,
        Command.RELEASE: Target.SAME,
        Command.DISMISS_HINT: Target.SAME,
        Command.LINK: Target.SAME,
        Command.SPLIT: Target.SAME,
        Command.NAME_ITEMS: Target.SAME,
    },
    State.CLOSED: {
        # A reply also reopens it, while the contract allows that; later it opens a follow-up.
        Command.REPLY: Target.SAME,
        Command.NOTE: Target.SAME,
        Command.REOPEN: Target.BY_ASSIGNMENT,
        Command.RATE: Target.SAME,
        Command.RELEASE: Target.SAME,
        Command.DISMISS_HINT: Target.SAME,
        Command.LINK: Target.SAME,
        Command.NAME_ITEMS: Target.SAME,
    },
    State.CANCELED: {
        Command.NOTE: Target.SAME,
        Command.RELEASE: Target.SAME,
        Command.DISMISS_HINT: Target.SAME,
        Command.LINK: Target.SAME,
        Command.NAME_ITEMS: Target.SAME,
    },
    # What is said to it is said to the one it went into.
    State.MERGED: {Command.UNMERGE: Target.AS_BEFORE},
}


def allows(state: State, command: Command) -> bool:
    """Whether the table knows this command in this state, for whichever side may give it."""
    return command in TABLE[state]


def next_state(state: State, command: Command, side: Side, is_assigned: bool) -> State:
    """Where a command leads. is_assigned: whether a group or a person has the incident after it.

    Raises PermissionDenied("role_required") for a side that may never give this command, and
    InvalidState("transition_not_allowed") with state and command where the table has no such move.
    """
    if side not in SIDES[command]:
        raise PermissionDenied(
            "role_required", f"The {side} side may not {command} an incident.", command=command
        )
    target = TABLE[state].get(command)
    withdrawn_late = command is Command.CANCEL and side is Side.CLIENT and state not in CLIENT_CANCELS_FROM
    if target is None or withdrawn_late:
        spoken = f"An incident that is {state.replace('_', ' ')} does not allow to {command}."
        raise InvalidState("transition_not_allowed", spoken, state=state, command=command)
    if isinstance(target, State):
        return target
    pooled = State.ASSIGNED if is_assigned else State.NEW
    if target is Target.BY_ASSIGNMENT:
        return pooled
    if target is Target.SAME_UNLESS_POOLED and not is_assigned:
        return State.NEW
    return state
