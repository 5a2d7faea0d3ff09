"""How much people are given, and what clients agreed about who works for them."""

from datetime import date
from typing import Any

import grpc

from chassis.errors import InvalidArgument
from chassis.rpc import caller_of
from fairlead.triage.v1 import routing_pb2, routing_service_pb2
from fairlead.triage.v1.routing_service_pb2_grpc import RoutingServiceServicer
from services.triage.domain.working import Absence, AgreedGroup, ClientRouting, WorkProfile
from services.triage.events import routing as messages
from services.triage.use_cases.routing import KeepRouting


class RoutingServicer(RoutingServiceServicer):
    """Written by administrators, read by staff."""

    def __init__(self, routing: KeepRouting) -> None:
        self._routing = routing

    def SaveWorkProfile(self, request: Any, context: grpc.ServicerContext) -> routing_pb2.WorkProfile:
        caller, wanted = caller_of(context), request.profile
        saved = self._routing.save_profile(caller, _profile(wanted), wanted.revision)
        return messages.profile(saved, caller.provider_id)

    def GetWorkProfile(self, request: Any, context: grpc.ServicerContext) -> routing_pb2.WorkProfile:
        caller = caller_of(context)
        return messages.profile(self._routing.profile(caller, request.person_id), caller.provider_id)

    def ListWorkProfiles(
        self, request: Any, context: grpc.ServicerContext
    ) -> routing_service_pb2.ListWorkProfilesResponse:
        caller = caller_of(context)
        found = self._routing.all_profiles(caller)
        return routing_service_pb2.ListWorkProfilesResponse(
            profiles=[messages.profile(one, caller.provider_id) for one in found]
        )

    def SaveClientRouting(self, request: Any, context: grpc.ServicerContext) -> routing_pb2.ClientRouting:
        caller, wanted = caller_of(context), request.routing
        saved = self._routing.save_routing(caller, _routing(wanted), wanted.revision)
        return messages.routing(saved, caller.provider_id)

    def GetClientRouting(self, request: Any, context: grpc.ServicerContext) -> routing_pb2.ClientRouting:
        caller = caller_of(context)
        return messages.routing(self._routing.routing(caller, request.tenant_id), caller.provider_id)

    def ListClientRoutings(
        self, request: Any, context: grpc.ServicerContext
    ) -> routing_service_pb2.ListClientRoutingsResponse:
        caller = caller_of(context)
        found = self._routing.all_routings(caller)
        return routing_service_pb2.ListClientRoutingsResponse(
            routings=[messages.routing(one, caller.provider_id) for one in found]
        )


def _profile(message: routing_pb2.WorkProfile) -> WorkProfile:
    return WorkProfile(
        person_id=message.person_id,
        load_cap=message.load_cap,
        pressing_cap=message.pressing_cap,
        time_zone=message.time_zone or "UTC",
        absences=tuple(Absence(_day(one.first_day), _day(one.last_day)) for one in message.absences),
    )


def _routing(message: routing_pb2.ClientRouting) -> ClientRouting:
    return ClientRouting(
        tenant_id=message.tenant_id,
        groups=tuple(AgreedGroup(one.category.strip(), one.assignment_group_id) for one in message.groups),
        preferred_ids=frozenset(message.preferred_ids),
        by_history=message.by_history,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidArgument("day_invalid", "A day is written 2026-12-24.", field="absences") from error
