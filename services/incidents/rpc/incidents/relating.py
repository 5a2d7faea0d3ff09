"""What ties incidents to each other and sets them apart."""

from typing import Any

import grpc

from chassis.rpc import caller_of
from fairlead.incidents.v1 import incident_service_pb2
from services.incidents.domain.splitting import Wanted
from services.incidents.events import incident_message
from services.incidents.rpc import requests
from services.incidents.rpc.incidents.calls import Calls
from services.incidents.use_cases import CommandTarget


class RelatingCalls(Calls):
    """What ties incidents to each other and sets them apart."""

    def Merge(self, request: Any, context: grpc.ServicerContext) -> Any:
        joins = request.people_join if request.HasField("people_join") else None
        return incident_message(
            self._use.merging.merge(
                caller_of(context), requests.target(request), request.into, joins, request.reason
            )
        )

    def Unmerge(self, request: Any, context: grpc.ServicerContext) -> Any:
        return incident_message(
            self._use.merging.unmerge(caller_of(context), requests.target(request), request.reason)
        )

    def DismissHint(self, request: Any, context: grpc.ServicerContext) -> Any:
        return incident_message(self._use.merging.dismiss_hint(caller_of(context), requests.target(request)))

    def SetParent(self, request: Any, context: grpc.ServicerContext) -> Any:
        return incident_message(
            self._use.family.set_parent(caller_of(context), requests.target(request), request.parent)
        )

    def Split(self, request: Any, context: grpc.ServicerContext) -> Any:
        wanted = Wanted(
            tuple(request.entry_ids),
            request.title,
            None if request.default_participants else tuple(request.participants),
            request.reason,
        )
        return incident_message(
            self._use.splitting.split(caller_of(context), requests.target(request), wanted)
        )

    def TellChildren(self, request: Any, context: grpc.ServicerContext) -> Any:
        target = CommandTarget(request.incident_id, request.idempotency_key)
        told = self._use.family.tell(caller_of(context), target, request.text, request.resolution_code)
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
