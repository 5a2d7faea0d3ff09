"""The table of moves."""

import pytest

from chassis.errors import InvalidState, PermissionDenied
from services.incidents.domain.incident import State
from services.incidents.domain.lifecycle import SIDES, TABLE, Command, Side, allows, next_state


def test_every_state_has_a_row() -> None:
    assert set(TABLE) == set(State)


def test_every_command_is_possible_somewhere_and_has_a_side() -> None:
    assert {command for row in TABLE.values() for command in row} == set(Command) == set(SIDES)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("command", Command)
def test_what_the_table_does_not_list_is_refused_with_state_and_command(
    state: State, command: Command
) -> None:
    if allows(state, command):
        return
    side = next(iter(SIDES[command]))
    with pytest.raises(InvalidState) as refused:
        next_state(state, command, side, is_assigned=True)
    assert refused.value.reason == "transition_not_allowed"
    assert refused.value.values == {"state": state, "command": command}


@pytest.mark.parametrize("command", [command for command in Command if Side.CLIENT not in SIDES[command]])
@pytest.mark.parametrize("state", State)
def test_a_client_never_gives_staffs_commands_in_any_state(state: State, command: Command) -> None:
    with pytest.raises(PermissionDenied, match="role_required"):
        next_state(state, command, Side.CLIENT, is_assigned=True)


def test_only_the_client_confirms() -> None:
    assert next_state(State.RESOLVED, Command.CONFIRM, Side.CLIENT, True) is State.CLOSED
    with pytest.raises(PermissionDenied):
        next_state(State.RESOLVED, Command.CONFIRM, Side.STAFF, True)


@pytest.mark.parametrize("state", [State.IN_PROGRESS, State.ON_HOLD])
def test_a_client_cannot_withdraw_what_is_being_worked_on(state: State) -> None:
    with pytest.raises(InvalidState):
        next_state(state, Command.CANCEL, Side.CLIENT, True)
    assert next_state(state, Command.CANCEL, Side.STAFF, True) is State.CANCELED


def test_a_client_may_withdraw_what_nobody_has_begun() -> None:
    assert next_state(State.NEW, Command.CANCEL, Side.CLIENT, False) is State.CANCELED


@pytest.mark.parametrize("state", [State.RESOLVED, State.CLOSED])
def test_reopening_leads_back_to_whoever_has_it(state: State) -> None:
    assert next_state(state, Command.REOPEN, Side.CLIENT, True) is State.ASSIGNED
    assert next_state(state, Command.REOPEN, Side.CLIENT, False) is State.NEW


def test_work_in_progress_that_nobody_has_any_more_is_new_again() -> None:
    assert next_state(State.IN_PROGRESS, Command.ASSIGN, Side.STAFF, False) is State.NEW
    assert next_state(State.IN_PROGRESS, Command.ASSIGN, Side.STAFF, True) is State.IN_PROGRESS


def test_nothing_brings_a_canceled_incident_back() -> None:
    staffs_own = {
        Command.NOTE,
        Command.RELEASE,
        Command.DISMISS_HINT,
        Command.LINK,
        Command.NAME_ITEMS,
    }
    assert set(TABLE[State.CANCELED]) == staffs_own


def test_a_merged_incident_waits_for_nothing_but_its_return() -> None:
    assert set(TABLE[State.MERGED]) == {Command.UNMERGE}
