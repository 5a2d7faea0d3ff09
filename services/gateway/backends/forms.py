"""Forms of clients: what their people are asked."""

from __future__ import annotations

from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.intake.v1 import form_pb2 as form
from fairlead.intake.v1 import form_service_pb2 as messages
from fairlead.intake.v1.form_service_pb2_grpc import FormServiceStub


class Forms:
    """Client of fairlead.intake.v1.FormService."""

    def __init__(self, channel: Any) -> None:
        self._stub = FormServiceStub(channel)

    def create(self, caller: Caller, tenant_id: str, definition: form.FormDefinition) -> form.Form:
        request = messages.CreateFormRequest(tenant_id=tenant_id, definition=definition)
        return call(self._stub.CreateForm, request, caller)

    def get(self, caller: Caller, form_id: str, version: int = 0) -> form.Form:
        """As it was published at a version; 0: the latest."""
        return call(self._stub.GetForm, messages.GetFormRequest(form_id=form_id, version=version), caller)

    def list(self, caller: Caller, tenant_id: str = "", published: bool = False) -> list[form.Form]:
        """By title."""
        request = messages.ListFormsRequest(tenant_id=tenant_id, published=published)
        return [*call(self._stub.ListForms, request, caller).forms]

    def update(
        self, caller: Caller, form_id: str, definition: form.FormDefinition, revision: int = 0
    ) -> form.Form:
        request = messages.UpdateFormRequest(form_id=form_id, definition=definition, revision=revision)
        return call(self._stub.UpdateForm, request, caller)

    def publish(self, caller: Caller, form_id: str, revision: int = 0) -> form.Form:
        request = messages.PublishFormRequest(form_id=form_id, revision=revision)
        return call(self._stub.PublishForm, request, caller)

    def withdraw(self, caller: Caller, form_id: str, revision: int = 0) -> form.Form:
        request = messages.WithdrawFormRequest(form_id=form_id, revision=revision)
        return call(self._stub.WithdrawForm, request, caller)
