"""Messages of requests → domain values. An enum's 0, and a number this version does not know, mean "not given"."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from chassis.errors import InvalidArgument
from fairlead.incidents.v1 import incident_pb2, incident_service_pb2
from services.incidents.domain import texts
from services.incidents.domain.answer_token import AnswerAction
from services.incidents.domain.decisions import HELD, Assignment, TriageDecision
from services.incidents.domain.filled_form import FilledForm, FormAnswer
from services.incidents.domain.incident import (
    TECHNICIAN,
    AwaitedParty,
    Decision,
    Impact,
    Kind,
    Party,
    Priority,
    State,
    Urgency,
)
from services.incidents.domain.submission import Submission
from services.incidents.domain.texts import MAX_NAME
from services.incidents.use_cases import AnswerWanted, CommandTarget

E = TypeVar("E", bound=StrEnum)


def values(proto: Any, prefix: str, domain: type[E]) -> Mapping[int, E]:
    """A generated enum's numbers as the domain's values."""
    return {proto.Value(f"{prefix}{member.name}"): member for member in domain}


KINDS = values(incident_pb2.IncidentKind, "INCIDENT_KIND_", Kind)
STATES = values(incident_pb2.IncidentState, "INCIDENT_STATE_", State)
IMPACTS = values(incident_pb2.Impact, "IMPACT_", Impact)
URGENCIES = values(incident_pb2.Urgency, "URGENCY_", Urgency)
PRIORITIES = values(incident_pb2.Priority, "PRIORITY_", Priority)
ANSWER_ACTIONS = values(incident_service_pb2.AnswerAction, "ANSWER_ACTION_", AnswerAction)
AWAITED = values(incident_pb2.AwaitedParty, "AWAITED_PARTY_", AwaitedParty)


def target(request: Any) -> CommandTarget:
    """Which incident a command means."""
    return CommandTarget(request.incident_id, request.idempotency_key, request.revision)


def submission(evidence: incident_service_pb2.SubmissionEvidence) -> Submission:
    """What intake found out."""
    return Submission(
        submission_id=evidence.submission_id,
        tenant_id=evidence.tenant_id,
        channel=evidence.channel,
        sender=_party(evidence.sender),
        authenticated=evidence.authenticated,
        subject=evidence.subject,
        text=evidence.text,
        reply_token=evidence.reply_token,
        referenced_message_ids=tuple(filter(None, map(_bare, evidence.referenced_message_ids))),
        message_id=_bare(evidence.message_id),
        kind=KINDS.get(evidence.kind, Kind.INCIDENT),
        impact=IMPACTS.get(evidence.impact),
        urgency=URGENCIES.get(evidence.urgency),
        category=evidence.category,
        copied=tuple(_party(party) for party in evidence.copied),
        automatic=evidence.automatic,
        by_staff=evidence.by_staff,
        attachment_ids=tuple(evidence.attachment_ids),
        attachment_uploader=evidence.attachment_uploader,
        attachment_claim=evidence.attachment_claim,
        configuration_item=texts.shortened(evidence.configuration_item, texts.MAX_NAME),
        receive_time=moment(evidence, "receive_time"),
        form=_form(evidence.form) if evidence.HasField("form") else None,
        catalog_item_id=evidence.catalog_item_id,
        ordered_by=evidence.ordered_by,
    )


def triage_decision(message: incident_service_pb2.TriageDecision) -> TriageDecision:
    """One incident's decisions; a part that decides nothing is left out."""
    kind, impact = KINDS.get(message.kind), IMPACTS.get(message.impact)
    urgency, priority = URGENCIES.get(message.urgency), PRIORITIES.get(message.priority)
    assignment = Assignment(
        message.assignment_group_id,
        message.assignment_group_name,
        message.assignee_id,
        message.assignee_name,
    )
    return TriageDecision(
        incident_id=message.incident_id,
        event_id=message.event_id,
        category=message.category,
        kind=kind,
        classification=_decision(message.classification) if message.category or kind else None,
        impact=impact,
        urgency=urgency,
        priority=priority,
        prioritization=_decision(message.prioritization) if impact or urgency or priority else None,
        assignment=assignment,
        assignment_decision=_decision(message.assignment)
        if assignment or message.assignment.source == HELD
        else None,
    )


def assignment(request: incident_service_pb2.AssignRequest) -> Assignment:
    """To whom."""
    return Assignment(
        request.assignment_group_id,
        request.assignment_group_name,
        request.assignee_id,
        request.assignee_name,
    )


def answer_wanted(request: incident_service_pb2.AnswerTokenRequest) -> AnswerWanted:
    """A link to be made. Raises InvalidArgument("value_missing") without an action or a time."""
    action, issued = ANSWER_ACTIONS.get(request.action), moment(request, "issue_time")
    if action is None or issued is None:
        field = "action" if action is None else "issue_time"
        raise InvalidArgument("value_missing", f"{field} is needed.", field=field)
    return AnswerWanted(request.incident_id, action, request.cycle, request.recipient, issued)


def moment(request: Any, field: str) -> datetime | None:
    """A time of the request (UTC); None when it was left out."""
    return getattr(request, field).ToDatetime(tzinfo=UTC) if request.HasField(field) else None


def _decision(message: incident_pb2.Decision) -> Decision:
    # What a service says a technician decided would never be corrected by a later rule.
    source = message.source if message.source not in ("", TECHNICIAN) else "default"
    return Decision(source, message.reason, message.confidence)


def _party(party: incident_pb2.Party) -> Party:
    # RFC 5321 allows 254 characters in an address; a name has no limit of its own, and stands in every event.
    return Party(party.address.strip().lower()[:254], party.name.strip()[:MAX_NAME], party.person_id)


def _form(form: incident_pb2.FilledForm) -> FilledForm:
    answers = tuple(
        FormAnswer(each.field, each.kind, dict(each.label), each.value, dict(each.text))
        for each in form.answers
    )
    return FilledForm(form.form_id, form.version, dict(form.title), answers)


def _bare(message_id: str) -> str:
    # RFC 5322 allows 998 characters in a line; an index key has its limits too.
    return message_id.strip().strip("<>")[:998]
