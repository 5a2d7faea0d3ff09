"""Calls to other services: the directory, which knows the provider's clients, and incidents, where people ask."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.directory.v1.tenant_service_pb2 import GetTenantRequest
from fairlead.directory.v1.tenant_service_pb2_grpc import TenantServiceStub
from fairlead.incidents.v1.incident_service_pb2 import ListOpeningsRequest
from fairlead.incidents.v1.incident_service_pb2_grpc import IncidentServiceStub
from services.knowledge.domain.deflection import Moment

# As many people as one call may name.
_MOST_PEOPLE = 500


class DirectoryClients:
    """Asks with the caller's own token, so the directory's answer is the caller's own view."""

    def __init__(self, channel: Any) -> None:
        self._tenants = TenantServiceStub(channel)

    def require(self, caller: Caller, tenant_ids: frozenset[str]) -> None:
        """Raises NotFound("tenant_not_found"), Unavailable."""
        for tenant_id in sorted(tenant_ids):
            call(self._tenants.GetTenant, GetTenantRequest(tenant_id=tenant_id), caller)


class IncidentOpenings:
    """Asks with the caller's own token, so it is told of the caller's own clients alone."""

    def __init__(self, channel: Any) -> None:
        self._incidents = IncidentServiceStub(channel)

    def of(self, caller: Caller, people: Sequence[Moment], end: datetime) -> list[Moment]:
        """Raises Unavailable."""
        tenants = sorted({each.tenant_id for each in people})
        persons = sorted({each.person_id for each in people})
        earliest = min(each.time for each in people)
        found: list[Moment] = []
        for first in range(0, len(persons), _MOST_PEOPLE):
            request = ListOpeningsRequest(
                tenant_ids=tenants, person_ids=persons[first : first + _MOST_PEOPLE]
            )
            request.start_time.FromDatetime(earliest)
            request.end_time.FromDatetime(end)
            answer = call(self._incidents.ListOpenings, request, caller)
            found += [
                Moment(each.tenant_id, each.person_id, each.create_time.ToDatetime(tzinfo=UTC))
                for each in answer.openings
            ]
        return found
