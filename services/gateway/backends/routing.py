"""Who is given how much, and what clients agreed."""

from __future__ import annotations

from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.triage.v1 import routing_pb2 as routing
from fairlead.triage.v1 import routing_service_pb2 as messages
from fairlead.triage.v1.routing_service_pb2_grpc import RoutingServiceStub


class Routing:
    """Client of fairlead.triage.v1.RoutingService."""

    def __init__(self, channel: Any) -> None:
        self._stub = RoutingServiceStub(channel)

    def profiles(self, caller: Caller) -> list[routing.WorkProfile]:
        """Of whom something was said."""
        return [*call(self._stub.ListWorkProfiles, messages.ListWorkProfilesRequest(), caller).profiles]

    def profile(self, caller: Caller, person_id: str) -> routing.WorkProfile:
        return call(self._stub.GetWorkProfile, messages.GetWorkProfileRequest(person_id=person_id), caller)

    def save_profile(self, caller: Caller, wanted: routing.WorkProfile) -> routing.WorkProfile:
        return call(self._stub.SaveWorkProfile, messages.SaveWorkProfileRequest(profile=wanted), caller)

    def clients(self, caller: Caller) -> list[routing.ClientRouting]:
        """With whom something was agreed."""
        return [*call(self._stub.ListClientRoutings, messages.ListClientRoutingsRequest(), caller).routings]

    def client(self, caller: Caller, tenant_id: str) -> routing.ClientRouting:
        request = messages.GetClientRoutingRequest(tenant_id=tenant_id)
        return call(self._stub.GetClientRouting, request, caller)

    def save_client(self, caller: Caller, wanted: routing.ClientRouting) -> routing.ClientRouting:
        return call(self._stub.SaveClientRouting, messages.SaveClientRoutingRequest(routing=wanted), caller)
