"""What problems and changes announce, carried to the records that they speak of; each line of it once."""

from collections.abc import Callable
from dataclasses import dataclass

from chassis.errors import NotFound, RevisionConflict, Unavailable
from chassis.tenancy import GrantedScope, TenantScope
from services.incidents.domain.facts import Tied, TieKind, Untied, changed
from services.incidents.domain.incident import Actor
from services.incidents.domain.problem import solving
from services.incidents.domain.problem.query import ProblemQuery
from services.incidents.ports import AsService, Clock, Incidents, ProblemRecords
from services.incidents.use_cases.attempts import attempts


@dataclass(frozen=True, slots=True)
class Announced:
    """One event of a problem or a change: its id, and who did it."""

    event_id: str
    provider_id: str
    actor: Actor


class CarryTies:
    """Incidents and problems learn what was done on the other side. Safe to be told the same event again."""

    def __init__(
        self, incidents: Incidents, problems: ProblemRecords, as_service: AsService, clock: Clock
    ) -> None:
        self._incidents = incidents
        self._problems = problems
        self._as_service = as_service
        self._clock = clock

    def tell_incident(self, event: Announced, number: str, kind: TieKind, by: str, untied: bool) -> None:
        """The incident's history says that a problem or a change (by: its number) names it, or no longer."""
        # A number is one client's; what is shared names incidents of any.
        scope = GrantedScope(event.provider_id, None)
        fact = Untied(kind, by) if untied else Tied(kind, by)

        def once() -> None:
            try:
                incident = self._incidents.load_by_number(scope, number)
            except NotFound:
                return
            if event.event_id in incident.recent_keys:
                return
            change = changed(incident, event.actor, self._clock(), (fact,)).remembering(event.event_id)
            self._incidents.save(change, self._as_service(event.provider_id))

        _until_saved(once)

    def tell_problems(self, event: Announced, change_number: str, how: str) -> None:
        """Problems that this change solved are open again: it failed, or was taken back, canceled or rejected."""
        room = TenantScope(event.provider_id, event.provider_id)
        query = ProblemQuery(None, change_number=change_number)

        def once() -> None:
            for problem in self._problems.page(room, query)[0]:
                step = solving.solution_failed(problem, change_number, how, event.actor, self._clock())
                if step is not None:
                    self._problems.save(step, self._as_service(event.provider_id))

        _until_saved(once)


def _until_saved(once: Callable[[], None]) -> None:
    for _ in attempts():
        try:
            return once()
        except RevisionConflict:
            continue
    raise Unavailable("store_busy", "Others kept changing it.")
