"""Shows problems to staff, each as much of it as they are granted; and what clients may read of a workaround."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from chassis.errors import NotFound
from chassis.tenancy import Caller, GrantedScope, TenantScope
from services.incidents.domain.incident import Incident
from services.incidents.domain.problem.likeness import LikelyProblem, likely_problems
from services.incidents.domain.problem.query import ProblemQuery
from services.incidents.domain.problem.record import OPEN_PROBLEMS, Problem, ProblemEntry
from services.incidents.ports import ConfigurationItems, Incidents, ProblemRecords
from services.incidents.use_cases.configuration_items import ItemView
from services.incidents.use_cases.reading import MAX_PAGE, page_size, visible


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """A problem, and its incidents as they stand now, by id."""

    problem: Problem
    standing: Mapping[str, Incident]


class ProblemReading:
    """Nothing here changes anything."""

    def __init__(self, problems: ProblemRecords, incidents: Incidents, items: ConfigurationItems) -> None:
        self._problems = problems
        self._items = items
        self._incidents = incidents

    def get(self, caller: Caller, problem_id: str) -> ShownProblem:
        """By id or number. Raises NotFound("problem_not_found")."""
        problem = as_granted(caller, visible_problem(self._problems, caller, problem_id))
        ids = [each.incident_id for each in problem.incidents]
        return ShownProblem(problem, self._incidents.load_many(caller.granted(), ids))

    def page(self, caller: Caller, query: ProblemQuery, item_id: str = "") -> tuple[list[Problem], str]:
        """item_id: those that name this item. Raises NotFound("configuration_item_not_found")."""
        room = caller.provider_scope()
        if item_id:
            item = ItemView(self._items, caller).load(item_id)
            query = replace(query, item_names=(item.name, *item.aliases))
        query = replace(query, tenant_ids=caller.tenant_ids, page_size=page_size(query.page_size))
        found, token = self._problems.page(room, query)
        return [as_granted(caller, each) for each in found], token

    def timeline(
        self, caller: Caller, problem_id: str, after_seq: int, size: int
    ) -> tuple[list[ProblemEntry], int]:
        """Lines after a seq, oldest first, and the seq to go on from (0 when there is no more)."""
        problem = visible_problem(self._problems, caller, problem_id)
        size = page_size(size)
        entries = self._problems.timeline(caller.provider_scope(), problem.problem_id, after_seq, size + 1)
        more, entries = len(entries) > size, entries[:size]
        shown = [each for each in entries if not each.tenant_id or is_granted(caller, each.tenant_id)]
        return shown, entries[-1].seq if more else 0

    def of_incident(self, caller: Caller, incident_id: str) -> tuple[list[Problem], list[LikelyProblem]]:
        """Its problems, and the open ones that it is perhaps due to."""
        return self.beside(caller, visible(self._incidents, caller, incident_id))

    def beside(self, caller: Caller, incident: Incident) -> tuple[list[Problem], list[LikelyProblem]]:
        """The same of an incident that the caller sees."""
        room = caller.provider_scope()
        if not self._problems.has_any(room):
            return [], []
        own = self._problems.concerning(room, incident.incident_id)
        return [as_granted(caller, each) for each in own], [
            replace(each, problem=as_granted(caller, each.problem))
            for each in self._likely(caller, room, incident)
        ]

    def has_beside(self, caller: Caller, incident: Incident) -> bool:
        """Whether it would tell any; what other processes saved within the last second may be missing."""
        room = caller.provider_scope()
        return self._problems.has_any(room) and (
            self._problems.has_concerning(room, incident.incident_id)
            or bool(self._likely(caller, room, incident))
        )

    def _likely(self, caller: Caller, room: TenantScope, incident: Incident) -> list[LikelyProblem]:
        query = ProblemQuery(caller.tenant_ids, OPEN_PROBLEMS, page_size=MAX_PAGE)
        return likely_problems(incident, self._problems.open_now(room, query), self._item_names(incident))

    def _item_names(self, incident: Incident) -> list[str]:
        """By which its configuration items are known, its client's and the provider's own."""
        if not incident.item_ids:
            return []
        scope = GrantedScope(incident.provider_id, frozenset({incident.tenant_id, incident.provider_id}))
        items = self._items.load_many(scope, incident.item_ids).values()
        return [name for item in items for name in (item.name, *item.aliases)]

    def workarounds(self, caller: Caller, incident_id: str) -> list[str]:
        """What its client reads of them, for whoever sees the incident."""
        incident = visible(self._incidents, caller, incident_id)
        room = TenantScope(incident.provider_id, incident.provider_id)
        shown = (
            each.shown_to(incident.tenant_id)
            for each in self._problems.concerning(room, incident.incident_id)
        )
        return [text for text in shown if text]


def is_granted(caller: Caller, tenant_id: str) -> bool:
    """Whether they work for this client."""
    return caller.tenant_ids is None or tenant_id in caller.tenant_ids


def as_granted(caller: Caller, problem: Problem) -> Problem:
    """Without the incidents, and what is published, of clients for whom the caller does not work."""
    return replace(
        problem,
        incidents=tuple(each for each in problem.incidents if is_granted(caller, each.tenant_id)),
        publications=tuple(each for each in problem.publications if is_granted(caller, each.tenant_id)),
    )


def visible_problem(problems: ProblemRecords, caller: Caller, problem_id: str) -> Problem:
    """Whole. Raises NotFound("problem_not_found") also where it concerned only clients that the caller is not granted,
    PermissionDenied("role_required") for anybody but staff.
    """
    problem = problems.load(caller.provider_scope(), problem_id)
    known_to = problem.known_to
    if known_to and not any(is_granted(caller, tenant_id) for tenant_id in known_to):
        raise NotFound("problem_not_found", "There is no such problem.")
    return problem
