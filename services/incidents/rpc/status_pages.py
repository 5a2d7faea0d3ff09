"""`fairlead.incidents.v1.StatusPageService`."""

from typing import Any

import grpc

from chassis.rpc import caller_of
from fairlead.incidents.v1 import major_incident_pb2 as pb
from fairlead.incidents.v1 import status_page_service_pb2 as answers
from fairlead.incidents.v1.status_page_service_pb2_grpc import StatusPageServiceServicer
from services.incidents.events import majors as messages
from services.incidents.use_cases.majors import OpenAddress, StatusPage, StatusPages


class StatusPageServicer(StatusPageServiceServicer):
    """Translates; the rules live in the use cases."""

    def __init__(self, pages: StatusPages) -> None:
        self._pages = pages

    def ListStatus(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _page(self._pages.page(caller_of(context), request.tenant_id))

    def ReadStatusAddress(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _page(self._pages.read(caller_of(context), request.token))

    def GetStatusAddress(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _address(self._pages.address(caller_of(context), request.tenant_id))

    def CreateStatusAddress(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _address(self._pages.create_address(caller_of(context), request.tenant_id))

    def RevokeStatusAddress(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _address(self._pages.revoke_address(caller_of(context), request.tenant_id))


def _page(page: StatusPage) -> answers.ListStatusResponse:
    return answers.ListStatusResponse(
        entries=messages.status_messages(page.entries, page.visible_ids),
        tenant_id=page.scope.tenant_id,
        provider_id=page.scope.provider_id,
    )


def _address(found: OpenAddress) -> pb.StatusAddress:
    return pb.StatusAddress(
        tenant_id=found.tenant_id,
        token=found.token,
        create_time=messages.stamp(found.address.create_time) if found.address else None,
    )
