"""Bulk actions in the provider's own room, each its asker's alone."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from chassis.clock import Clock
from chassis.errors import InvalidState, NotFound
from chassis.ids import new_id
from chassis.mongo import ScopedCollection
from chassis.tenancy import Caller, SystemScope, TenantScope
from services.gateway.bulk.action import BulkAction, Row, RowResult, State, Step

_DUE = SystemScope("bulk actions whose time to be undone is over, of all providers")
# Whoever carries one out says so again with every row; after this silence another takes it on.
_CLAIMED = timedelta(seconds=30)
_KEPT = timedelta(days=30)
_LISTED = 50


class BulkActions:
    """Raises Unavailable while MongoDB is away."""

    def __init__(self, collection: ScopedCollection, clock: Clock) -> None:
        self._kept = collection
        self._clock = clock

    def begin(self, action: BulkAction) -> BulkAction:
        """Keeps it; what was kept under this id before is answered as it stands."""
        scope = TenantScope(action.provider_id, action.provider_id)
        try:
            self._kept.insert_one(scope, {**_state(action), "expire_time": action.create_time + _KEPT})
        except DuplicateKeyError:
            found = self._kept.find_one(scope, {"_id": action.bulk_id, "subject": action.subject})
            return _action(found) if found else action
        return action

    def get(self, caller: Caller, bulk_id: str) -> BulkAction:
        """Raises NotFound("bulk_action_not_found") also for another's."""
        found = self._kept.find_one(caller.provider_scope(), {"_id": bulk_id, "subject": caller.subject})
        if found is None:
            raise _not_found()
        return _action(found)

    def latest(self, caller: Caller) -> list[BulkAction]:
        """The caller's own, the latest first."""
        found = self._kept.find(
            caller.provider_scope(),
            {"subject": caller.subject},
            sort=[("create_time", -1), ("_id", -1)],
            limit=_LISTED,
        )
        return [_action(one) for one in found]

    def undo(self, caller: Caller, bulk_id: str) -> BulkAction:
        """Nothing of it is done then. Raises InvalidState("bulk_action_begun") once its time is over, NotFound."""
        held = {"_id": bulk_id, "subject": caller.subject, "state": State.HELD.value}
        undone = {"$set": {"state": State.UNDONE.value, "open": False, "finish_time": self._clock()}}
        found = self._kept.find_one_and_update(caller.provider_scope(), held, undone)
        if found is not None:
            return _action(found)
        known = self.get(caller, bulk_id)
        if known.state is State.UNDONE:
            return known
        raise InvalidState("bulk_action_begun", "Its time to be undone is over.", state=known.state.value)

    def claim(self) -> tuple[BulkAction, str] | None:
        """One that is due and nobody works on, with what shows that it was claimed. From here on it cannot be undone."""
        now, claim = self._clock(), new_id("clm")
        due = {
            "open": True,
            "due_time": {"$lte": now},
            "claim_time": {"$lte": now - _CLAIMED},
        }
        taken = {"$set": {"state": State.RUNNING.value, "claim": claim, "claim_time": now}}
        found = self._kept.find_one_and_update(_DUE, due, taken, sort=[("due_time", 1)])
        return (_action(found), claim) if found else None

    def note(self, action: BulkAction, claim: str, place: int, row: Row) -> bool:
        """What became of a row; False when another has taken it on meanwhile."""
        mine = {"_id": action.bulk_id, "claim": claim}
        change = {"$set": {f"rows.{place}": _row_state(row), "claim_time": self._clock()}}
        return bool(self._kept.update_one(_room(action), mine, change).matched_count)

    def finish(self, action: BulkAction, claim: str) -> None:
        """Every row has its result."""
        done = {"$set": {"state": State.DONE.value, "open": False, "finish_time": self._clock()}}
        self._kept.update_one(_room(action), {"_id": action.bulk_id, "claim": claim}, done)

    def postpone(self, action: BulkAction, claim: str, seconds: float) -> int:
        """Something it needs is away: it is due again after so many seconds. Answers how often that has been so."""
        claim_time = self._clock() - _CLAIMED + timedelta(seconds=seconds)
        again = {"$set": {"claim_time": claim_time}, "$inc": {"postponed": 1}}
        found = self._kept.find_one_and_update(_room(action), {"_id": action.bulk_id, "claim": claim}, again)
        return int(found["postponed"]) if found else 0


def _room(action: BulkAction) -> TenantScope:
    return TenantScope(action.provider_id, action.provider_id)


def _not_found() -> NotFound:
    return NotFound("bulk_action_not_found", "There is no such bulk action.")


def _state(action: BulkAction) -> dict[str, Any]:
    return {
        "_id": action.bulk_id,
        "subject": action.subject,
        "action": action.action,
        "name": action.name,
        "steps": _steps_state(action.steps),
        "rows": [_row_state(row) for row in action.rows],
        "create_time": action.create_time,
        "due_time": action.due_time,
        "claim_time": action.create_time - _CLAIMED,
        "claim": "",
        "postponed": 0,
        "state": action.state.value,
        "open": not action.settled,
        "finish_time": action.finish_time,
        "scopes": sorted(action.scopes),
    }


def _steps_state(steps: Sequence[Step]) -> list[dict[str, Any]]:
    return [
        {"command": one.command, "fields": dict(one.fields), "keeps_group": one.keeps_group} for one in steps
    ]


def _row_state(row: Row) -> dict[str, Any]:
    return {**vars(row), "result": row.result.value, "steps": _steps_state(row.steps)}


def _row(kept: dict[str, Any]) -> Row:
    steps = tuple(Step(**one) for one in kept.get("steps", ()))
    return Row(**{**kept, "result": RowResult(kept["result"]), "steps": steps})


def _action(kept: dict[str, Any]) -> BulkAction:
    return BulkAction(
        bulk_id=kept["_id"],
        provider_id=kept["provider_id"],
        subject=kept["subject"],
        action=kept["action"],
        steps=tuple(Step(**one) for one in kept["steps"]),
        rows=tuple(_row(one) for one in kept["rows"]),
        create_time=kept["create_time"],
        due_time=kept["due_time"],
        state=State(kept["state"]),
        finish_time=kept["finish_time"],
        scopes=frozenset(kept["scopes"]),
        name=kept.get("name", ""),
    )
