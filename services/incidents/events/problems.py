"""Problems as messages, in calls and in events, and their kept events as lines."""

from collections.abc import Mapping

from chassis.outbox import OutboundEvent, StoredEvent
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2, problem_pb2
from services.incidents.domain.incident import Actor, Incident
from services.incidents.domain.problem.life import allowed
from services.incidents.domain.problem.record import Problem, ProblemChange, ProblemEntry
from services.incidents.events.messages import incident_message, timestamp


def problem_message(
    problem: Problem, with_incidents: bool = True, standing: Mapping[str, Incident] | None = None
) -> problem_pb2.Problem:
    """standing: by id, how its incidents stand now."""
    message = problem_pb2.Problem(
        problem_id=problem.problem_id,
        provider_id=problem.provider_id,
        number=problem.number,
        state=f"PROBLEM_STATE_{problem.state.upper()}",
        title=problem.title,
        description=problem.description,
        impact=f"IMPACT_{problem.impact.upper()}" if problem.impact else None,
        urgency=f"URGENCY_{problem.urgency.upper()}" if problem.urgency else None,
        priority=f"PRIORITY_{problem.priority.upper()}",
        configuration_item=problem.configuration_item,
        assignment_group_id=problem.assignment_group_id,
        assignment_group_name=problem.assignment_group_name,
        assignee_id=problem.assignee_id,
        assignee_name=problem.assignee_name,
        cause=problem.cause,
        workaround=problem.workaround,
        client_text=problem.client_text,
        publications=[
            problem_pb2.Publication(tenant_id=each.tenant_id, publish_time=timestamp(each.publish_time))
            for each in problem.publications
        ],
        create_time=timestamp(problem.create_time),
        update_time=timestamp(problem.update_time),
        close_time=timestamp(problem.close_time),
        revision=problem.revision,
        allowed=[command.value for command in allowed(problem.state)],
    )
    if problem.solution:
        solution = problem.solution
        kept = problem_pb2.Solution(
            kind=f"SOLUTION_KIND_{solution.kind.upper()}",
            text=solution.text,
            change_number=solution.change_number,
            resolve_time=timestamp(solution.resolve_time),
        )
        message.solution.CopyFrom(kept)
    for each in problem.incidents if with_incidents else ():
        now = (standing or {}).get(each.incident_id)
        message.incidents.add(
            incident_id=each.incident_id,
            tenant_id=each.tenant_id,
            number=each.number,
            link_time=timestamp(each.link_time),
            incident=incident_message(now, with_description=False) if now else None,
        )
    return message


def problem_events(change: ProblemChange, caller: Caller) -> list[OutboundEvent]:
    """The events of one change, in order."""
    actor = incident_pb2.Actor(subject=change.actor.subject, name=change.actor.name)
    lean = problem_message(change.after, with_incidents=False)
    return [
        OutboundEvent(
            one.fact.value,
            problem_pb2.ProblemChanged(
                problem=lean,
                actor=actor,
                text=one.text,
                reason=one.reason,
                changes=one.changes,
                tenant_id=one.tenant_id,
            ),
            change.time,
            caller,
        )
        for one in change.happenings
    ]


def problem_entry(event: StoredEvent) -> ProblemEntry:
    """A kept event as a line of its problem's history."""
    message = event.parse(problem_pb2.ProblemChanged)
    return ProblemEntry(
        entry_id=event.id,
        fact=event.fact,
        time=event.time,
        actor=Actor(message.actor.subject, message.actor.name),
        seq=event.seq,
        text=message.text,
        reason=message.reason,
        changes=dict(message.changes),
        tenant_id=message.tenant_id,
    )


def problem_entry_message(entry: ProblemEntry) -> problem_pb2.ProblemEntry:
    """A line of the history as staff read it."""
    return problem_pb2.ProblemEntry(
        entry_id=entry.entry_id,
        fact=entry.fact,
        time=timestamp(entry.time),
        actor=incident_pb2.Actor(subject=entry.actor.subject, name=entry.actor.name),
        text=entry.text,
        reason=entry.reason,
        changes=entry.changes,
        seq=entry.seq,
    )
