"""Calls about forms, translated to use cases."""

from dataclasses import dataclass
from typing import Any

import grpc

from chassis.rpc import caller_of
from fairlead.intake.v1 import form_service_pb2, form_service_pb2_grpc
from services.intake.events.forms import definition_from, form_message
from services.intake.use_cases.forms import Forming

FORM_SERVICE = "fairlead.intake.v1.FormService"


@dataclass(frozen=True)
class FormServicer(form_service_pb2_grpc.FormServiceServicer):
    """See the proto."""

    forming: Forming

    def CreateForm(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        definition = definition_from(request.definition)
        return form_message(self.forming.create(caller_of(context), request.tenant_id, definition), True)

    def GetForm(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        caller = caller_of(context)
        return form_message(self.forming.get(caller, request.form_id, request.version), caller.is_staff)

    def ListForms(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        caller = caller_of(context)
        found = self.forming.list(caller, request.tenant_id, request.published)
        return form_service_pb2.ListFormsResponse(
            forms=[form_message(form, caller.is_staff) for form in found]
        )

    def UpdateForm(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        definition = definition_from(request.definition)
        updated = self.forming.update(caller_of(context), request.form_id, definition, request.revision)
        return form_message(updated, True)

    def PublishForm(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        published = self.forming.publish(caller_of(context), request.form_id, request.revision)
        return form_message(published, True)

    def WithdrawForm(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        withdrawn = self.forming.withdraw(caller_of(context), request.form_id, request.revision)
        return form_message(withdrawn, True)
