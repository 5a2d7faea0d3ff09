"""What is done with a problem. Each gives the change, or None where it stands so already."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from chassis.errors import InvalidArgument, InvalidState
from services.incidents.domain import priority as priorities
from services.incidents.domain import texts
from services.incidents.domain.incident import Actor, Impact, Incident, Priority, Urgency
from services.incidents.domain.problem.life import (
    ProblemCommand,
    next_problem_state,
    require_known,
)
from services.incidents.domain.problem.record import (
    MOST_INCIDENTS,
    Concerned,
    Happening,
    Problem,
    ProblemChange,
    ProblemFact,
    ProblemState,
    Publication,
    changed_problem,
)

# Every event carries them; an event has 512 KiB at most.
MAX_ANALYSIS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """New values; None leaves a field as it is."""

    title: str | None = None
    description: str | None = None
    configuration_item: str | None = None
    cause: str | None = None
    workaround: str | None = None
    client_text: str | None = None
    impact: Impact | None = None
    urgency: Urgency | None = None
    priority: Priority | None = None


_WORDS = {
    "description": MAX_ANALYSIS,
    "configuration_item": texts.MAX_NAME,
    "cause": MAX_ANALYSIS,
    "workaround": MAX_ANALYSIS,
    "client_text": texts.MAX_RESOLUTION,
}
_ANALYSIS = frozenset({"cause", "workaround", "client_text"})


def log_problem(
    problem_id: str,
    provider_id: str,
    position: int,
    wanted: Wanted,
    first: Incident | None,
    actor: Actor,
    now: datetime,
) -> ProblemChange:
    """A new problem, perhaps with the incident that it was found by."""
    impact, urgency = wanted.impact, wanted.urgency
    if first and not (impact or urgency or wanted.priority):
        impact, urgency = first.impact, first.urgency
    decided = wanted.priority or priorities.from_matrix(impact, urgency)
    title = texts.required("title", wanted.title or (first.title if first else ""), texts.MAX_TITLE)
    item = wanted.configuration_item or (first.configuration_item if first else "")
    logged = Problem(
        problem_id=problem_id,
        provider_id=provider_id,
        position=position,
        title=title,
        create_time=now,
        update_time=now,
        description=texts.optional("description", wanted.description or "", MAX_ANALYSIS),
        configuration_item=texts.optional("configuration_item", item, texts.MAX_NAME),
        impact=impact,
        urgency=urgency,
        priority=decided or (first.priority if first else priorities.DEFAULT),
        incidents=(_concerned(first, now),) if first else (),
        known_to=frozenset({first.tenant_id} if first else ()),
    )
    linked = (_linked(first),) if first else ()
    return ProblemChange(None, logged, (Happening(ProblemFact.LOGGED), *linked), actor, now)


def edit_problem(problem: Problem, wanted: Wanted, actor: Actor, now: datetime) -> ProblemChange | None:
    """Writes what is known. The wording for clients cannot be emptied while a client reads it; a known error keeps its
    cause and workaround. Raises InvalidState: workaround_published, cause_missing, workaround_missing.
    """
    state = next_problem_state(problem, ProblemCommand.EDIT)
    new: dict[str, object] = {}
    if wanted.title is not None:
        new["title"] = texts.required("title", wanted.title, texts.MAX_TITLE)
    for name, limit in _WORDS.items():
        given = getattr(wanted, name)
        if given is not None:
            new[name] = texts.optional(name, given, limit)
    impact, urgency = wanted.impact or problem.impact, wanted.urgency or problem.urgency
    by_matrix = priorities.from_matrix(impact, urgency) if wanted.impact or wanted.urgency else None
    new |= {
        "impact": impact,
        "urgency": urgency,
        "priority": wanted.priority or by_matrix or problem.priority,
    }
    differ = {name: value for name, value in new.items() if value != getattr(problem, name)}
    if not differ:
        return None
    if problem.publications and not differ.get("client_text", "kept"):
        raise InvalidState("workaround_published", "Clients read it: withdraw it first.")
    if state is ProblemState.KNOWN_ERROR:
        require_known(
            str(differ.get("cause", problem.cause)), str(differ.get("workaround", problem.workaround))
        )
    return changed_problem(problem, actor, now, *_edits(differ), **differ)


def _edits(differ: dict[str, object]) -> list[Happening]:
    found = {name: value for name, value in differ.items() if name in _ANALYSIS}
    rest = {name: _said(name, value) for name, value in differ.items() if name not in _ANALYSIS}
    made = (
        [Happening(ProblemFact.ANALYZED, changes={name: str(value) for name, value in found.items()})]
        if found
        else []
    )
    return [*made, Happening(ProblemFact.EDITED, changes=rest)] if rest else made


def _said(name: str, value: object) -> str:
    return str(value or "").upper() if name == "priority" else str(value or "")


def assign_problem(
    problem: Problem, group: tuple[str, str], assignee: tuple[str, str], actor: Actor, now: datetime
) -> ProblemChange | None:
    """group, assignee: id and name. A person alone keeps the group it had."""
    next_problem_state(problem, ProblemCommand.ASSIGN)
    if assignee[0] and not group[0]:
        group = problem.assignment_group_id, problem.assignment_group_name
    fields = {
        "assignment_group_id": group[0],
        "assignment_group_name": texts.shortened(group[1], texts.MAX_NAME),
        "assignee_id": assignee[0],
        "assignee_name": texts.shortened(assignee[1], texts.MAX_NAME),
    }
    if all(getattr(problem, name) == value for name, value in fields.items()):
        return None
    return changed_problem(problem, actor, now, Happening(ProblemFact.ASSIGNED, changes=fields), **fields)


def note_problem(problem: Problem, text: str, actor: Actor, now: datetime) -> ProblemChange:
    """A remark, for staff."""
    next_problem_state(problem, ProblemCommand.NOTE)
    words = texts.required("text", text, MAX_ANALYSIS)
    return changed_problem(problem, actor, now, Happening(ProblemFact.NOTED, text=words))


def investigate_problem(problem: Problem, actor: Actor, now: datetime) -> ProblemChange:
    """Somebody looks for its cause, or once more for another."""
    state = next_problem_state(problem, ProblemCommand.INVESTIGATE)
    return changed_problem(problem, actor, now, Happening(ProblemFact.INVESTIGATED), state=state)


def declare_known_error(problem: Problem, actor: Actor, now: datetime) -> ProblemChange:
    """Raises InvalidState: cause_missing, workaround_missing."""
    state = next_problem_state(problem, ProblemCommand.DECLARE_KNOWN_ERROR)
    require_known(problem.cause, problem.workaround)
    return changed_problem(problem, actor, now, Happening(ProblemFact.KNOWN_ERROR), state=state)


def publish_workaround(
    problem: Problem, tenant_ids: Collection[str], actor: Actor, now: datetime
) -> ProblemChange | None:
    """Raises InvalidArgument("value_missing", "client_not_concerned"), InvalidState("client_text_missing")."""
    next_problem_state(problem, ProblemCommand.PUBLISH)
    _require_tenants(tenant_ids)
    if not problem.client_text:
        raise InvalidState("client_text_missing", "Write first what clients are to read.")
    if not problem.tenant_ids.issuperset(tenant_ids):
        message = "It concerns no incident of this client."
        raise InvalidArgument("client_not_concerned", message, field="tenant_ids")
    new = sorted(one for one in set(tenant_ids) if not problem.is_published_to(one))
    if not new:
        return None
    happened = (Happening(ProblemFact.PUBLISHED, text=problem.client_text, tenant_id=one) for one in new)
    publications = (*problem.publications, *(Publication(one, now) for one in new))
    return changed_problem(problem, actor, now, *happened, publications=publications)


def withdraw_workaround(
    problem: Problem, tenant_ids: Collection[str], actor: Actor, now: datetime
) -> ProblemChange | None:
    """These clients read nothing of it any more."""
    next_problem_state(problem, ProblemCommand.WITHDRAW)
    _require_tenants(tenant_ids)
    gone = sorted(one for one in set(tenant_ids) if problem.is_published_to(one))
    if not gone:
        return None
    happened = (Happening(ProblemFact.WITHDRAWN, tenant_id=one) for one in gone)
    publications = tuple(each for each in problem.publications if each.tenant_id not in gone)
    return changed_problem(problem, actor, now, *happened, publications=publications)


def link_incident(problem: Problem, incident: Incident, actor: Actor, now: datetime) -> ProblemChange | None:
    """Raises InvalidState("too_many_incidents")."""
    next_problem_state(problem, ProblemCommand.LINK)
    if problem.concerns(incident.incident_id):
        return None
    if len(problem.incidents) >= MOST_INCIDENTS:
        message = f"At most {MOST_INCIDENTS} incidents have one problem."
        raise InvalidState("too_many_incidents", message, limit=MOST_INCIDENTS)
    incidents = (*problem.incidents, _concerned(incident, now))
    known_to = problem.known_to | {incident.tenant_id}
    return changed_problem(problem, actor, now, _linked(incident), incidents=incidents, known_to=known_to)


def unlink_incident(
    problem: Problem, incident: Incident, actor: Actor, now: datetime
) -> ProblemChange | None:
    """A client without a concerned incident reads nothing of its workaround any more."""
    next_problem_state(problem, ProblemCommand.UNLINK)
    if not problem.concerns(incident.incident_id):
        return None
    incidents = tuple(each for each in problem.incidents if each.incident_id != incident.incident_id)
    left = {each.tenant_id for each in incidents}
    publications = tuple(each for each in problem.publications if each.tenant_id in left)
    happened = [
        Happening(ProblemFact.UNLINKED, changes={"number": incident.number}, tenant_id=incident.tenant_id)
    ]
    if publications != problem.publications:
        happened.append(Happening(ProblemFact.WITHDRAWN, tenant_id=incident.tenant_id))
    return changed_problem(problem, actor, now, *happened, incidents=incidents, publications=publications)


def _require_tenants(tenant_ids: Collection[str]) -> None:
    if not tenant_ids:
        raise InvalidArgument("value_missing", "Say which clients.", field="tenant_ids")


def _concerned(incident: Incident, now: datetime) -> Concerned:
    return Concerned(incident.incident_id, incident.tenant_id, incident.number, now)


def _linked(incident: Incident) -> Happening:
    return Happening(ProblemFact.LINKED, changes={"number": incident.number}, tenant_id=incident.tenant_id)
