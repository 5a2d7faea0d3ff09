"""What is asked of incidents: one, many, their timelines, what they come to."""

from datetime import UTC
from typing import Any

import grpc

from chassis.rpc import caller_of
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2, incident_service_pb2
from services.incidents.domain.incident import Incident
from services.incidents.domain.query import IncidentQuery
from services.incidents.events import entry_message, incident_message
from services.incidents.rpc import requests
from services.incidents.rpc.incidents.calls import Calls, limit
from services.incidents.rpc.kpis import kpis_message, openings_message

_LONGEST_WORDS = 200


class ReadingCalls(Calls):
    """What is asked of incidents: one, many, their timelines, what they come to."""

    def GetIncident(self, request: Any, context: grpc.ServicerContext) -> Any:
        caller = caller_of(context)
        incident = self._use.reading.get(caller, request.incident_id)
        return self._whole(caller, incident)

    def BatchGetIncidents(self, request: Any, context: grpc.ServicerContext) -> Any:
        brief = request.without_descriptions
        found = self._use.reading.get_many(caller_of(context), request.incident_ids, brief)
        return incident_service_pb2.BatchGetIncidentsResponse(
            incidents=[incident_message(incident, with_description=not brief) for incident in found]
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
        found, token = self._use.reading.page(caller_of(context), request.tenant_id, query, request.mine)
        return incident_service_pb2.ListIncidentsResponse(
            incidents=[incident_message(incident, with_description=False) for incident in found],
            next_page_token=token,
        )

    def ListTimeline(self, request: Any, context: grpc.ServicerContext) -> Any:
        caller = caller_of(context)
        incident, entries, next_seq = self._use.reading.timeline(
            caller, request.incident_id, request.after_seq, request.page_size
        )
        return incident_service_pb2.ListTimelineResponse(
            entries=[entry_message(entry) for entry in entries],
            next_after_seq=next_seq,
            incident=self._with_what_is_beside(caller, incident) if request.with_incident else None,
        )

    def ListDuplicates(self, request: Any, context: grpc.ServicerContext) -> Any:
        found = self._use.reading.duplicates(caller_of(context), request.incident_id)
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

    def CountFlow(self, request: Any, context: grpc.ServicerContext) -> Any:
        period, flow = self._use.counting.flow(
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
        period, kpis = self._use.counting.kpis(
            caller_of(context), request.tenant_ids, request.days, request.time_zone, request.last_day
        )
        return kpis_message(period, kpis)

    def ListOpenings(self, request: Any, context: grpc.ServicerContext) -> Any:
        limit("person_ids", request.person_ids)
        between = request.start_time.ToDatetime(tzinfo=UTC), request.end_time.ToDatetime(tzinfo=UTC)
        found = self._use.counting.openings(
            caller_of(context), request.tenant_ids, request.person_ids, *between
        )
        return openings_message(found)

    def _with_what_is_beside(self, caller: Caller, incident: Incident) -> incident_pb2.Incident:
        message = self._whole(caller, incident)
        if caller.is_staff:
            message.problems_beside = self._use.problems.has_beside(caller, incident)
            message.changes_beside = self._use.changes.has_tied(caller, incident)
        return message

    def _whole(self, caller: Caller, incident: Incident) -> incident_pb2.Incident:
        """With what is only looked up for whoever asks for this one."""
        message = incident_message(incident, links=self._use.reading.links(caller, incident))
        message.names_items = bool(incident.item_ids)
        return message
