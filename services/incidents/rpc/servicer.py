"""`fairlead.incidents.v1.IncidentService`."""

from datetime import UTC
from typing import Any

import grpc

from chassis.errors import InvalidArgument
from chassis.rpc import caller_of
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2, incident_service_pb2, incident_service_pb2_grpc
from services.incidents.domain.answer_token import AnswerAction
from services.incidents.domain.incident import Incident
from services.incidents.domain.query import IncidentQuery
from services.incidents.domain.splitting import Wanted
from services.incidents.domain.visibility import as_clients_see
from services.incidents.events import entry_message, incident_message
from services.incidents.rpc import requests
from services.incidents.rpc.kpis import kpis_message, openings_message
from services.incidents.use_cases import (
    Accepted,
    Accepting,
    Answering,
    AnswerLink,
    ChangeReading,
    Commands,
    CommandTarget,
    Counting,
    Family,
    MailThreading,
    Merging,
    ProblemReading,
    Reading,
    Said,
    Splitting,
    Triaging,
)

_MAX_BATCH = 500
_LONGEST_WORDS = 200


class IncidentServicer(incident_service_pb2_grpc.IncidentServiceServicer):
    """Translates; the rules live in the use cases."""

    def __init__(
        self,
        accepting: Accepting,
        reading: Reading,
        commands: Commands,
        merging: Merging,
        family: Family,
        splitting: Splitting,
        triaging: Triaging,
        mail: MailThreading,
        answering: Answering,
        counting: Counting,
        problems: ProblemReading,
        changes: ChangeReading,
    ) -> None:
        self._accepting = accepting
        self._reading = reading
        self._commands = commands
        self._merging = merging
        self._family = family
        self._splitting = splitting
        self._triaging = triaging
        self._mail = mail
        self._answering = answering
        self._counting = counting
        self._problems = problems
        self._changes = changes

    def AcceptSubmissions(self, request: Any, context: grpc.ServicerContext) -> Any:
        _limit("submissions", request.submissions)
        submissions = [requests.submission(evidence) for evidence in request.submissions]
        accepted = self._accepting.accept(caller_of(context), submissions)
        return incident_service_pb2.AcceptSubmissionsResponse(
            accepted=[_accepted(each, request.with_opened) for each in accepted]
        )

    def GetIncident(self, request: Any, context: grpc.ServicerContext) -> Any:
        caller = caller_of(context)
        incident = self._reading.get(caller, request.incident_id)
        return self._whole(caller, incident)

    def BatchGetIncidents(self, request: Any, context: grpc.ServicerContext) -> Any:
        found = self._reading.get_many(caller_of(context), request.incident_ids)
        return incident_service_pb2.BatchGetIncidentsResponse(
            incidents=[incident_message(incident) for incident in found]
        )

    def ListIncidents(self, request: Any, context: grpc.ServicerContext) -> Any:
        query = IncidentQuery(
            states=frozenset(requests.STATES[state] for state in request.states if state in requests.STATES),
            requester_id=request.requester_id,
            assignee_id=request.assignee_id,
            updated_after=requests.moment(request, "updated_after"),
            page_size=request.page_size,
            page_token=request.page_token,
            words=request.words[:_LONGEST_WORDS],
            awaits_client=request.awaits_client,
        )
        found, token = self._reading.page(caller_of(context), request.tenant_id, query, request.mine)
        return incident_service_pb2.ListIncidentsResponse(
            incidents=[incident_message(incident, with_description=False) for incident in found],
            next_page_token=token,
        )

    def ListTimeline(self, request: Any, context: grpc.ServicerContext) -> Any:
        caller = caller_of(context)
        incident, entries, next_seq = self._reading.timeline(
            caller, request.incident_id, request.after_seq, request.page_size
        )
        return incident_service_pb2.ListTimelineResponse(
            entries=[entry_message(entry) for entry in entries],
            next_after_seq=next_seq,
            incident=self._with_what_is_beside(caller, incident) if request.with_incident else None,
        )

    def _with_what_is_beside(self, caller: Caller, incident: Incident) -> incident_pb2.Incident:
        message = self._whole(caller, incident)
        if caller.is_staff:
            message.problems_beside = any(self._problems.beside(caller, incident))
            message.changes_beside = self._changes.has_tied(caller, incident)
        return message

    def _whole(self, caller: Caller, incident: Incident) -> incident_pb2.Incident:
        """With what is only looked up for whoever asks for this one."""
        message = incident_message(incident, links=self._reading.links(caller, incident))
        message.names_items = bool(incident.item_ids)
        return message

    def CountFlow(self, request: Any, context: grpc.ServicerContext) -> Any:
        period, flow = self._counting.flow(
            caller_of(context), request.tenant_ids, request.days, request.time_zone
        )
        answer = incident_service_pb2.CountFlowResponse(
            days=[
                incident_service_pb2.FlowDay(
                    date=each.day.isoformat(), arrived=each.arrived, resolved=each.resolved
                )
                for each in flow
            ],
            time_zone=period.zone.key,
        )
        answer.start_time.FromDatetime(period.start_time)
        answer.end_time.FromDatetime(period.end_time)
        return answer

    def CountKpis(self, request: Any, context: grpc.ServicerContext) -> Any:
        period, kpis = self._counting.kpis(
            caller_of(context), request.tenant_ids, request.days, request.time_zone, request.last_day
        )
        return kpis_message(period, kpis)

    def ListOpenings(self, request: Any, context: grpc.ServicerContext) -> Any:
        _limit("person_ids", request.person_ids)
        between = request.start_time.ToDatetime(tzinfo=UTC), request.end_time.ToDatetime(tzinfo=UTC)
        found = self._counting.openings(caller_of(context), request.tenant_ids, request.person_ids, *between)
        return openings_message(found)

    def Reply(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _answer(
            self._commands.reply(
                caller_of(context), requests.target(request), request.text, request.attachment_ids
            )
        )

    def Note(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _answer(
            self._commands.note(
                caller_of(context), requests.target(request), request.text, request.attachment_ids
            )
        )

    def Classify(self, request: Any, context: grpc.ServicerContext) -> Any:
        kind = requests.KINDS.get(request.kind)
        return _answer(
            self._commands.classify(
                caller_of(context), requests.target(request), request.category, kind, request.reason
            )
        )

    def Prioritize(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _answer(
            self._commands.prioritize(
                caller_of(context),
                requests.target(request),
                requests.IMPACTS.get(request.impact),
                requests.URGENCIES.get(request.urgency),
                requests.PRIORITIES.get(request.priority),
                request.reason,
            )
        )

    def Assign(self, request: Any, context: grpc.ServicerContext) -> Any:
        to = requests.assignment(request)
        return _answer(
            self._commands.assign(caller_of(context), requests.target(request), to, request.reason)
        )

    def Acknowledge(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _answer(self._commands.acknowledge(caller_of(context), requests.target(request)))

    def Hold(self, request: Any, context: grpc.ServicerContext) -> Any:
        awaiting = requests.AWAITED.get(request.awaiting)
        return _answer(
            self._commands.hold(caller_of(context), requests.target(request), awaiting, request.reason)
        )

    def Resume(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _answer(self._commands.resume(caller_of(context), requests.target(request), request.reason))

    def Resolve(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _answer(
            self._commands.resolve(caller_of(context), requests.target(request), request.code, request.text)
        )

    def Confirm(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _answer(self._commands.confirm(caller_of(context), requests.target(request)))

    def Close(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _answer(self._commands.close(caller_of(context), requests.target(request), request.reason))

    def Reopen(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _answer(self._commands.reopen(caller_of(context), requests.target(request), request.reason))

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _answer(self._commands.cancel(caller_of(context), requests.target(request), request.reason))

    def Rate(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _answer(
            self._commands.rate(caller_of(context), requests.target(request), request.score, request.comment)
        )

    def Merge(self, request: Any, context: grpc.ServicerContext) -> Any:
        joins = request.people_join if request.HasField("people_join") else None
        return _answer(
            self._merging.merge(
                caller_of(context), requests.target(request), request.into, joins, request.reason
            )
        )

    def Unmerge(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _answer(self._merging.unmerge(caller_of(context), requests.target(request), request.reason))

    def DismissHint(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _answer(self._merging.dismiss_hint(caller_of(context), requests.target(request)))

    def SetParent(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _answer(self._family.set_parent(caller_of(context), requests.target(request), request.parent))

    def Split(self, request: Any, context: grpc.ServicerContext) -> Any:
        wanted = Wanted(
            tuple(request.entry_ids),
            request.title,
            None if request.default_participants else tuple(request.participants),
            request.reason,
        )
        return _answer(self._splitting.split(caller_of(context), requests.target(request), wanted))

    def TellChildren(self, request: Any, context: grpc.ServicerContext) -> Any:
        target = CommandTarget(request.incident_id, request.idempotency_key)
        told = self._family.tell(caller_of(context), target, request.text, request.resolution_code)
        return incident_service_pb2.TellChildrenResponse(
            children=[
                incident_service_pb2.ToldChild(
                    incident_id=each.child.incident_id,
                    number=each.child.number,
                    tenant_id=each.child.tenant_id,
                    error_reason=each.error_reason,
                )
                for each in told
            ]
        )

    def ListDuplicates(self, request: Any, context: grpc.ServicerContext) -> Any:
        found = self._reading.duplicates(caller_of(context), request.incident_id)
        return incident_service_pb2.ListDuplicatesResponse(
            duplicates=[
                incident_service_pb2.Duplicate(
                    incident=incident_message(each.incident, with_description=False),
                    likeness=each.score,
                    words=each.words,
                    same_requester=each.same_requester,
                    same_configuration_item=each.same_item,
                )
                for each in found
            ]
        )

    def ApplyTriage(self, request: Any, context: grpc.ServicerContext) -> Any:
        _limit("decisions", request.decisions)
        decisions = [requests.triage_decision(decision) for decision in request.decisions]
        applied = self._triaging.apply(caller_of(context), decisions)
        return incident_service_pb2.ApplyTriageResponse(
            applied=[
                incident_service_pb2.AppliedDecision(
                    incident_id=each.incident_id,
                    error_reason=each.error_reason,
                    retryable=each.retryable,
                    kept=each.kept,
                )
                for each in applied
            ]
        )

    def MintReplyTokens(self, request: Any, context: grpc.ServicerContext) -> Any:
        _limit("requests", request.requests)
        wanted = [(each.incident_id, each.address) for each in request.requests]
        tokens = self._mail.mint(caller_of(context), wanted)
        return incident_service_pb2.MintReplyTokensResponse(tokens=tokens)

    def MintAnswerTokens(self, request: Any, context: grpc.ServicerContext) -> Any:
        _limit("requests", request.requests)
        wanted = [requests.answer_wanted(each) for each in request.requests]
        tokens = self._answering.mint(caller_of(context), wanted)
        return incident_service_pb2.MintAnswerTokensResponse(tokens=tokens)

    def ReadAnswerLink(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _link(self._answering.read(caller_of(context), request.token))

    def UseAnswerLink(self, request: Any, context: grpc.ServicerContext) -> Any:
        said = Said(request.text, request.score, request.reject)
        used = self._answering.use(caller_of(context), request.token, said)
        return _link(used)


def _link(link: AnswerLink) -> incident_service_pb2.AnswerLink:
    # Whoever approves reads what for.
    incident = incident_message(link.incident, with_description=link.action is AnswerAction.DECIDE)
    for decision in ("classification_decision", "priority_decision", "assignment_decision"):
        incident.ClearField(decision)  # why staff and machines decided is not for whoever holds a link
    party = link.recipient
    answer = incident_service_pb2.AnswerLink(
        incident=incident,
        action=f"ANSWER_ACTION_{link.action.upper()}",
        standing=f"ANSWER_STANDING_{link.standing.upper()}",
        recipient=incident_pb2.Party(person_id=party.person_id, address=party.address, name=party.name),
        rate_token=link.rate_token,
    )
    answer.expire_time.FromDatetime(link.expire_time)
    return answer


def _answer(incident: Incident) -> incident_pb2.Incident:
    return incident_message(incident)


def _accepted(accepted: Accepted, with_opened: bool) -> incident_service_pb2.AcceptedSubmission:
    message = incident_service_pb2.AcceptedSubmission(
        submission_id=accepted.submission_id,
        error_reason=accepted.error_reason,
        retryable=accepted.retryable,
    )
    if accepted.filed:
        message.incident_id = accepted.filed.incident_id
        message.number = accepted.filed.number
        message.joined = accepted.filed.joined
        if with_opened and accepted.filed.opened:
            message.opened.CopyFrom(incident_message(as_clients_see(accepted.filed.opened)))
    return message


def _limit(field: str, values: Any) -> None:
    if len(values) > _MAX_BATCH:
        raise InvalidArgument("too_many", f"Send {_MAX_BATCH} at most.", field=field, limit=_MAX_BATCH)
