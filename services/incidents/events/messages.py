"""Records as messages, the same in calls and in events."""

from collections.abc import Iterable
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from fairlead.incidents.v1 import attachment_pb2, incident_pb2
from services.incidents.domain.attachment import Attachment
from services.incidents.domain.filled_form import FilledForm
from services.incidents.domain.incident import Decision, Incident, Party, Rating, Resolution
from services.incidents.domain.links import Link
from services.incidents.domain.rating import change_until
from services.incidents.domain.timeline import TimelineEntry
from services.incidents.events.orders import order_message


def incident_message(
    incident: Incident,
    with_description: bool = True,
    links: Iterable[Link] = (),
    with_titles: bool = False,
) -> incident_pb2.Incident:
    """The incident as others see it. links: only for whoever asks for this one. with_titles: as which each participant
    knows it, for services alone.
    """
    return incident_pb2.Incident(
        incident_id=incident.incident_id,
        provider_id=incident.provider_id,
        tenant_id=incident.tenant_id,
        number=incident.number,
        kind=f"INCIDENT_KIND_{incident.kind.upper()}",
        state=f"INCIDENT_STATE_{incident.state.upper()}",
        title=incident.title,
        description=incident.description if with_description else "",
        requester=_party(incident.requester),
        participants=[
            _participant(incident, party) if with_titles else _party(party) for party in incident.participants
        ],
        channel=incident.channel,
        verified=incident.verified,
        impact=f"IMPACT_{incident.impact.upper()}" if incident.impact else None,
        urgency=f"URGENCY_{incident.urgency.upper()}" if incident.urgency else None,
        priority=f"PRIORITY_{incident.priority.upper()}",
        category=incident.category,
        assignment_group_id=incident.assignment_group_id,
        assignment_group_name=incident.assignment_group_name,
        assignee_id=incident.assignee_id,
        assignee_name=incident.assignee_name,
        hold=_hold(incident),
        resolution=_resolution(incident.resolution),
        rating=_rating(incident.rating),
        create_time=timestamp(incident.create_time),
        update_time=timestamp(incident.update_time),
        first_response_time=timestamp(incident.first_response_time),
        close_time=timestamp(incident.close_time),
        close_due_time=timestamp(incident.close_due_time),
        revision=incident.revision,
        reopen_count=incident.reopen_count,
        submission_id=incident.submission_id,
        classification_decision=_decision(incident.classification_decision),
        priority_decision=_decision(incident.priority_decision),
        assignment_decision=_decision(incident.assignment_decision),
        follows_incident_id=incident.follows_incident_id,
        links=[_link(link) for link in links],
        form=_form(incident.form) if with_description else None,
        configuration_item=incident.configuration_item,
        merged_into_incident_id=incident.merged.incident_id if incident.merged else "",
        merge_time=timestamp(incident.merged.merge_time) if incident.merged else None,
        order=order_message(incident.order, whole=with_description),
        major_id=incident.major_id,
        major_number=incident.major_number,
    )


def entry_message(entry: TimelineEntry) -> incident_pb2.TimelineEntry:
    """A line of the timeline as others see it."""
    return incident_pb2.TimelineEntry(
        entry_id=entry.entry_id,
        incident_id=entry.incident_id,
        fact=entry.fact,
        time=timestamp(entry.time),
        actor=incident_pb2.Actor(subject=entry.actor.subject, name=entry.actor.name),
        visibility=f"VISIBILITY_{entry.visibility.upper()}",
        text=entry.text,
        reason=entry.reason,
        changes=entry.changes,
        seq=entry.seq,
        attachments=attachment_messages(entry.attachments),
    )


def attachment_messages(attachments: Iterable[Attachment]) -> list[attachment_pb2.Attachment]:
    """What is told of files."""
    return [
        attachment_pb2.Attachment(
            attachment_id=each.attachment_id,
            name=each.name,
            content_type=each.content_type,
            size=each.size,
            sha256=each.sha256,
            scan=each.scan,
            finding=each.finding,
        )
        for each in attachments
    ]


def _link(link: Link) -> incident_pb2.IncidentLink:
    return incident_pb2.IncidentLink(
        kind=f"LINK_KIND_{link.kind.upper()}",
        incident_id=link.incident.incident_id,
        number=link.incident.number,
        tenant_id=link.incident.tenant_id,
        title=link.incident.title,
        state=f"INCIDENT_STATE_{link.incident.state.upper()}",
    )


def _form(form: FilledForm | None) -> incident_pb2.FilledForm | None:
    if form is None:
        return None
    answers = [
        incident_pb2.FormAnswer(
            field=each.field, kind=each.kind, label=each.label, value=each.value, text=each.text
        )
        for each in form.answers
    ]
    return incident_pb2.FilledForm(
        form_id=form.form_id, version=form.version, title=form.title, answers=answers
    )


def _party(party: Party) -> incident_pb2.Party:
    return incident_pb2.Party(person_id=party.person_id, address=party.address, name=party.name)


def _participant(incident: Incident, party: Party) -> incident_pb2.Party:
    """title: what they know it by, where they came by a merge."""
    message = _party(party)
    by = incident.arrived_by(party)
    arrival = by.arrival_of(party) if by else None
    if arrival:
        message.title = arrival.title
    return message


def _hold(incident: Incident) -> incident_pb2.Hold | None:
    hold = incident.hold
    if hold is None:
        return None
    return incident_pb2.Hold(
        awaiting=f"AWAITED_PARTY_{hold.awaiting.upper()}",
        reason=hold.reason,
        start_time=timestamp(hold.start_time),
        approval=incident.awaits_approval,
    )


def _resolution(resolution: Resolution | None) -> incident_pb2.Resolution | None:
    if resolution is None:
        return None
    return incident_pb2.Resolution(
        code=resolution.code, text=resolution.text, resolve_time=timestamp(resolution.resolve_time)
    )


def _rating(rating: Rating | None) -> incident_pb2.Rating | None:
    if rating is None:
        return None
    return incident_pb2.Rating(
        score=rating.score,
        comment=rating.comment,
        rate_time=timestamp(rating.rate_time),
        change_until_time=timestamp(change_until(rating)),
    )


def _decision(decision: Decision | None) -> incident_pb2.Decision | None:
    if decision is None:
        return None
    return incident_pb2.Decision(
        source=decision.source, reason=decision.reason, confidence=decision.confidence
    )


def timestamp(moment: datetime | None) -> Timestamp | None:
    """Unset for None."""
    if moment is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp
