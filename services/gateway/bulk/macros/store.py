"""Macros in the provider's own room: shared ones, and each person's own."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from pymongo.errors import DuplicateKeyError

from chassis.clock import Clock
from chassis.errors import AlreadyExists, NotFound, PermissionDenied, ResourceExhausted, RevisionConflict
from chassis.ids import new_id
from chassis.mongo import ScopedCollection
from chassis.tenancy import Caller, Role
from services.gateway.bulk.macros.macro import MOST_MACROS, ORDER, Macro, MacroAction, check_macro

_WRITERS = frozenset({Role.PROVIDER_ADMIN, Role.DISPATCHER})
_KINDS = {kind.__name__.lower(): kind for kind in ORDER}


class Macros:
    """For the provider's staff. Another person's own is not found. Raises Unavailable while MongoDB is away."""

    def __init__(self, collection: ScopedCollection, clock: Clock) -> None:
        self._kept = collection
        self._clock = clock

    def all(self, caller: Caller) -> list[Macro]:
        """Shared ones first, each kind by name."""
        found = self._kept.find(
            caller.provider_scope(),
            {"owner": {"$in": ["", caller.subject]}},
            sort=[("owner", 1), ("name_key", 1)],
        )
        return [_macro(one) for one in found]

    def get(self, caller: Caller, macro_id: str) -> Macro:
        """Raises NotFound("macro_not_found")."""
        mine = {"_id": macro_id, "owner": {"$in": ["", caller.subject]}}
        found = self._kept.find_one(caller.provider_scope(), mine)
        if found is None:
            raise _not_found()
        return _macro(found)

    def create(self, caller: Caller, macro: Macro) -> Macro:
        """Raises what check_macro does, AlreadyExists("macro_name_taken"), PermissionDenied, ResourceExhausted."""
        made = self._checked(caller, replace(macro, macro_id=new_id("mac"), revision=1))
        if self._kept.count(caller.provider_scope(), {"owner": made.owner}) >= MOST_MACROS:
            raise ResourceExhausted("macros_exhausted", f"There are {MOST_MACROS} macros already.")
        try:
            self._kept.insert_one(caller.provider_scope(), {"_id": made.macro_id, **_state(made)})
        except DuplicateKeyError as error:
            raise _taken() from error
        return made

    def update(self, caller: Caller, macro: Macro) -> Macro:
        """In place of what is there; revision 0 replaces any. Raises RevisionConflict, and what create raises."""
        present = self._writable(caller, macro.macro_id)
        expected = macro.revision or present.revision
        changed = self._checked(caller, replace(macro, revision=expected + 1))
        at = {"_id": macro.macro_id, "owner": present.owner, "revision": expected}
        try:
            done = self._kept.update_one(caller.provider_scope(), at, {"$set": _state(changed)})
        except DuplicateKeyError as error:
            raise _taken() from error
        if not done.matched_count:
            raise RevisionConflict("revision_conflict", "Somebody changed this macro meanwhile.")
        return changed

    def delete(self, caller: Caller, macro_id: str) -> None:
        """For good. What it did stands in the incidents' timelines."""
        present = self._writable(caller, macro_id)
        self._kept.delete_one(caller.provider_scope(), {"_id": macro_id, "owner": present.owner})

    def _writable(self, caller: Caller, macro_id: str) -> Macro:
        present = self.get(caller, macro_id)
        if not may_write(caller, present.shared):
            raise _refused()
        return present

    def _checked(self, caller: Caller, macro: Macro) -> Macro:
        if not may_write(caller, macro.shared):
            raise _refused()
        owner = "" if macro.shared else caller.subject
        room = caller.provider_id
        return check_macro(replace(macro, provider_id=room, owner=owner, update_time=self._clock()))


def may_write(caller: Caller, shared: bool) -> bool:
    """Everybody their own; shared ones are dispatchers' and administrators'."""
    return not shared or not _WRITERS.isdisjoint(caller.roles)


def _not_found() -> NotFound:
    return NotFound("macro_not_found", "There is no such macro.")


def _taken() -> AlreadyExists:
    return AlreadyExists("macro_name_taken", "There is a macro of that name already.", field="name")


def _refused() -> PermissionDenied:
    return PermissionDenied("role_required", "Shared macros are kept by dispatchers and administrators.")


def _state(macro: Macro) -> dict[str, Any]:
    return {
        "owner": macro.owner,
        "name": macro.name,
        # Names that differ in nothing but letter case are the same name.
        "name_key": macro.name.casefold(),
        "actions": [{"kind": type(one).__name__.lower(), **asdict(one)} for one in macro.actions],
        "revision": macro.revision,
        "update_time": macro.update_time,
    }


def _macro(kept: Mapping[str, Any]) -> Macro:
    return Macro(
        macro_id=kept["_id"],
        provider_id=kept["provider_id"],
        name=kept["name"],
        actions=tuple(_action(one) for one in kept["actions"]),
        owner=kept["owner"],
        revision=kept["revision"],
        update_time=kept["update_time"],
    )


def _action(kept: Mapping[str, Any]) -> MacroAction:
    return _KINDS[kept["kind"]](**{name: value for name, value in kept.items() if name != "kind"})
