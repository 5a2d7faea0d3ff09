"""Problems, in the provider's own room."""

import re
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from pymongo.database import Database

from chassis.errors import AlreadyExists, NotFound
from chassis.mongo import decode_cursor, encode_cursor, page_after
from chassis.outbox import AggregateStore
from chassis.tenancy import Caller, TenantScope
from chassis.tokens import CallerSigner
from services.incidents.domain.incident import Impact, Priority, Urgency
from services.incidents.domain.problem.query import ProblemQuery
from services.incidents.domain.problem.record import (
    Concerned,
    Problem,
    ProblemChange,
    ProblemEntry,
    ProblemState,
    Publication,
    Solution,
    SolutionKind,
    position_of,
)
from services.incidents.events.problems import problem_entry, problem_events
from services.incidents.store.lately import Lately, Rare

_NEWEST = [("position", -1), ("_id", -1)]
_WORDS = (
    *("position", "title", "description", "configuration_item", "cause", "workaround", "client_text"),
    *("assignment_group_id", "assignment_group_name", "assignee_id", "assignee_name"),
    *("create_time", "update_time", "close_time"),
)
_MOST_OF_ONE = 20


class ProblemStore:
    """Implements ports.ProblemRecords."""

    def __init__(self, database: Database, signer: CallerSigner) -> None:
        self.problems = AggregateStore(database["problems"], noun="problem", signer=signer)
        self._lately = Lately()
        self.problems.on_saved(self._lately.saved)
        self._concerned = Rare()
        self.problems.on_saved(self._concerned.saved)

    def next_position(self, room: TenantScope) -> int:
        last = self.problems.find(room, sort=_NEWEST, limit=1, projection=["position"])
        return last[0]["position"] + 1 if last else 1

    def create(self, change: ProblemChange, caller: Caller) -> bool:
        after = change.after
        try:
            self.problems.create(
                _room(after), after.problem_id, _state(after), problem_events(change, caller)
            )
        except AlreadyExists:
            return False
        return True

    def save(self, change: ProblemChange, caller: Caller) -> None:
        before, after = change.before, change.after
        if before is None:
            raise ValueError("a new problem is created, not saved")
        old, new = _state(before), _state(after)
        state = {name: value for name, value in new.items() if value != old[name]}
        self.problems.save(
            _room(after), after.problem_id, before.revision, state, problem_events(change, caller)
        )

    def load(self, room: TenantScope, problem_id: str) -> Problem:
        position = position_of(problem_id)
        criteria = {"_id": problem_id} if position is None else {"position": position}
        found = self.problems.find_one(room, criteria)
        if found is None:
            raise NotFound("problem_not_found", "There is no such problem.")
        return _problem(found)

    def page(self, room: TenantScope, query: ProblemQuery) -> tuple[list[Problem], str]:
        criteria = [*_seen_by(query.tenant_ids), *_saying(query.words)]
        if query.states:
            criteria.append({"state": {"$in": sorted(query.states)}})
        if query.change_number:
            criteria.append({"solution.change_number": query.change_number.upper()})
        if query.item_names:
            called = [{"$regex": f"^{re.escape(one)}$", "$options": "i"} for one in query.item_names]
            criteria.append({"$or": [{"configuration_item": one} for one in called]})
        if query.page_token:
            criteria.append(page_after(_NEWEST, decode_cursor(query.page_token, 2)))
        found = self.problems.find(
            room, {"$and": criteria} if criteria else None, sort=_NEWEST, limit=query.page_size + 1
        )
        rows, more = found[: query.page_size], len(found) > query.page_size
        token = encode_cursor([rows[-1]["position"], rows[-1]["_id"]]) if more else ""
        return [_problem(row) for row in rows], token

    def concerning(self, room: TenantScope, incident_id: str) -> list[Problem]:
        criteria = {"incidents.incident_id": incident_id}
        oldest = [("position", 1)]
        return [_problem(row) for row in self.problems.find(room, criteria, sort=oldest, limit=_MOST_OF_ONE)]

    def has_concerning(self, room: TenantScope, incident_id: str) -> bool:
        def named(most: int) -> list[list[str]]:
            some = {"incidents.0": {"$exists": True}}
            found = self.problems.find(room, some, limit=most, projection=["incidents.incident_id"])
            return [[each["incident_id"] for each in one["incidents"]] for one in found]

        def ask() -> bool:
            return bool(self.concerning(room, incident_id))

        return self._concerned.has(room, incident_id, named, ask)

    def open_now(self, room: TenantScope, query: ProblemQuery) -> list[Problem]:
        return self._lately.get((room, query), lambda: self.page(room, query)[0])

    def has_any(self, room: TenantScope) -> bool:
        def look() -> bool:
            return self.problems.find_one(room, projection=["_id"]) is not None

        return self._lately.get(room, look)

    def timeline(self, room: TenantScope, problem_id: str, after_seq: int, limit: int) -> list[ProblemEntry]:
        return [problem_entry(event) for event in self.problems.history(room, problem_id, after_seq, limit)]


def _room(problem: Problem) -> TenantScope:
    return TenantScope(problem.provider_id, problem.provider_id)


def _seen_by(tenant_ids: Collection[str] | None) -> list[dict[str, Any]]:
    """One that never had an incident is for all staff."""
    if tenant_ids is None:
        return []
    return [{"$or": [{"known_to": {"$in": sorted(tenant_ids)}}, {"known_to": []}]}]


def _saying(words: str) -> list[dict[str, Any]]:
    position = position_of(words.strip())
    if position is not None:
        return [{"position": position}]
    return [
        {
            "$or": [
                {name: {"$regex": re.escape(word), "$options": "i"}}
                for name in ("title", "configuration_item")
            ]
        }
        for word in words.split()[:8]
    ]


def _state(problem: Problem) -> dict[str, Any]:
    state: dict[str, Any] = {name: getattr(problem, name) for name in _WORDS}
    return state | {
        "state": problem.state.value,
        "impact": problem.impact.value if problem.impact else None,
        "urgency": problem.urgency.value if problem.urgency else None,
        "priority": problem.priority.value,
        "incidents": [asdict(each) for each in problem.incidents],
        "known_to": sorted(problem.known_to),
        "publications": [asdict(each) for each in problem.publications],
        "solution": {**asdict(problem.solution), "kind": problem.solution.kind.value}
        if problem.solution
        else None,
        "recent_keys": list(problem.recent_keys),
    }


def _problem(kept: dict[str, Any]) -> Problem:
    solution = kept["solution"]
    return Problem(
        problem_id=kept["_id"],
        provider_id=kept["provider_id"],
        revision=kept["revision"],
        state=ProblemState(kept["state"]),
        impact=Impact(kept["impact"]) if kept["impact"] else None,
        urgency=Urgency(kept["urgency"]) if kept["urgency"] else None,
        priority=Priority(kept["priority"]),
        incidents=tuple(Concerned(**each) for each in kept["incidents"]),
        publications=tuple(Publication(**each) for each in kept["publications"]),
        solution=Solution(**{**solution, "kind": SolutionKind(solution["kind"])}) if solution else None,
        known_to=frozenset(kept["known_to"]),
        recent_keys=tuple(kept["recent_keys"]),
        **{name: kept[name] for name in _WORDS},
    )
