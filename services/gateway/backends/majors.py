"""Major incidents, and what clients read of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.incidents.v1 import major_incident_pb2 as major
from fairlead.incidents.v1 import major_incident_service_pb2 as messages
from fairlead.incidents.v1 import status_page_service_pb2 as status
from fairlead.incidents.v1.major_incident_service_pb2_grpc import MajorIncidentServiceStub
from fairlead.incidents.v1.status_page_service_pb2_grpc import StatusPageServiceStub


class Majors:
    """Client of fairlead.incidents.v1.MajorIncidentService.

    Commands take `idempotency_key` and `revision` (0 accepts any) by name and return the record as it stands afterwards.
    """

    def __init__(self, channel: Any) -> None:
        self._stub = MajorIncidentServiceStub(channel)

    def declare(self, caller: Caller, new: messages.DeclareMajorIncidentRequest) -> major.MajorIncident:
        return call(self._stub.DeclareMajorIncident, new, caller)

    def get(self, caller: Caller, major_id: str) -> major.MajorIncident:
        """By id or number ("MAJOR-7")."""
        return call(self._stub.GetMajorIncident, messages.GetMajorIncidentRequest(major_id=major_id), caller)

    def list(self, caller: Caller, **fields: Any) -> messages.ListMajorIncidentsResponse:
        """Newest first; fields: states, page_size, page_token."""
        return call(self._stub.ListMajorIncidents, messages.ListMajorIncidentsRequest(**fields), caller)

    def timeline(
        self, caller: Caller, major_id: str, after_seq: int = 0
    ) -> messages.ListMajorTimelineResponse:
        """Oldest first."""
        request = messages.ListMajorTimelineRequest(major_id=major_id, after_seq=after_seq)
        return call(self._stub.ListMajorTimeline, request, caller)

    def whole_timeline(self, caller: Caller, major_id: str) -> Sequence[major.MajorTimelineEntry]:
        """Every line the caller may read, fetched page by page."""
        page = self.timeline(caller, major_id)
        entries = [*page.entries]
        while page.next_after_seq:
            page = self.timeline(caller, major_id, page.next_after_seq)
            entries += page.entries
        return entries

    def move(self, caller: Caller, major_id: str, **fields: Any) -> major.MajorIncident:
        """Fields: state, reason."""
        return self._do(
            self._stub.MoveMajorIncident, messages.MoveMajorIncidentRequest, caller, major_id, fields
        )

    def change(self, caller: Caller, changed: messages.ChangeMajorIncidentRequest) -> major.MajorIncident:
        """What is not given stays."""
        return call(self._stub.ChangeMajorIncident, changed, caller)

    def give_role(self, caller: Caller, major_id: str, **fields: Any) -> major.MajorIncident:
        """Fields: role, person_id ("" takes it away)."""
        return self._do(self._stub.GiveMajorRole, messages.GiveMajorRoleRequest, caller, major_id, fields)

    def note(self, caller: Caller, major_id: str, **fields: Any) -> major.MajorIncident:
        """Fields: text."""
        return self._do(
            self._stub.NoteMajorIncident, messages.NoteMajorIncidentRequest, caller, major_id, fields
        )

    def add_tenants(self, caller: Caller, major_id: str, **fields: Any) -> major.MajorIncident:
        """Fields: tenants."""
        return self._do(
            self._stub.AddAffectedTenants, messages.AddAffectedTenantsRequest, caller, major_id, fields
        )

    def rename_tenant(self, caller: Caller, major_id: str, **fields: Any) -> major.MajorIncident:
        """Fields: tenant_id, title."""
        return self._do(
            self._stub.RenameAffectedTenant, messages.RenameAffectedTenantRequest, caller, major_id, fields
        )

    def spare_tenant(self, caller: Caller, major_id: str, **fields: Any) -> major.MajorIncident:
        """Fields: tenant_id, reason."""
        return self._do(self._stub.SpareTenant, messages.SpareTenantRequest, caller, major_id, fields)

    def send_update(
        self,
        caller: Caller,
        new: messages.SendMajorUpdateRequest,
        texts: Mapping[str, str],
        overrides: Mapping[str, str],
    ) -> major.MajorUpdate:
        """To every client, or only as it would read. texts by language; overrides by tenant."""
        new.texts.update(texts)
        new.overrides.update(overrides)
        return call(self._stub.SendMajorUpdate, new, caller)

    def updates(self, caller: Caller, major_id: str) -> Sequence[major.MajorUpdate]:
        """Newest first."""
        request = messages.ListMajorUpdatesRequest(major_id=major_id)
        return call(self._stub.ListMajorUpdates, request, caller).updates

    def save_review(
        self, caller: Caller, major_id: str, review: major.MajorReview, **fields: Any
    ) -> major.MajorIncident:
        """The whole of it."""
        request = messages.SaveReviewRequest(major_id=major_id, review=review, **fields)
        return call(self._stub.SaveReview, request, caller)

    def finish_review(self, caller: Caller, major_id: str, **fields: Any) -> major.MajorIncident:
        return self._do(self._stub.FinishReview, messages.FinishReviewRequest, caller, major_id, fields)

    def act(
        self, caller: Caller, major_id: str, action: major.ActionItem, **fields: Any
    ) -> major.MajorIncident:
        """One action item as it stands now."""
        request = messages.UpdateActionItemRequest(major_id=major_id, action=action, **fields)
        return call(self._stub.UpdateActionItem, request, caller)

    def actions(self, caller: Caller, with_finished: bool) -> Sequence[messages.ActionItemOfMajor]:
        """Of all major incidents, by due date."""
        request = messages.ListActionItemsRequest(with_finished=with_finished)
        return call(self._stub.ListActionItems, request, caller).actions

    def templates(self, caller: Caller) -> Sequence[major.UpdateTemplate]:
        """By name."""
        return call(self._stub.ListUpdateTemplates, messages.ListUpdateTemplatesRequest(), caller).templates

    def save_template(
        self, caller: Caller, template_id: str, name: str, texts: Mapping[str, str], revision: int = 0
    ) -> major.UpdateTemplate:
        """A new one without an id."""
        wanted = major.UpdateTemplate(template_id=template_id, name=name, texts=texts, revision=revision)
        return call(
            self._stub.SaveUpdateTemplate, messages.SaveUpdateTemplateRequest(template=wanted), caller
        )

    def delete_template(self, caller: Caller, template_id: str) -> None:
        request = messages.DeleteUpdateTemplateRequest(template_id=template_id)
        call(self._stub.DeleteUpdateTemplate, request, caller)

    def settings(self, caller: Caller) -> major.MajorSettings:
        return call(self._stub.GetMajorSettings, messages.GetMajorSettingsRequest(), caller)

    def set_settings(self, caller: Caller, settings: major.MajorSettings) -> major.MajorSettings:
        return call(self._stub.SetMajorSettings, messages.SetMajorSettingsRequest(settings=settings), caller)

    def _do(
        self, method: Any, request_class: Any, caller: Caller, major_id: str, fields: dict[str, Any]
    ) -> major.MajorIncident:
        return call(method, request_class(major_id=major_id, **fields), caller)


class StatusPages:
    """Client of fairlead.incidents.v1.StatusPageService."""

    def __init__(self, channel: Any) -> None:
        self._stub = StatusPageServiceStub(channel)

    def of_tenant(self, caller: Caller, tenant_id: str) -> Sequence[major.StatusEntry]:
        """What is under way first."""
        request = status.ListStatusRequest(tenant_id=tenant_id)
        return call(self._stub.ListStatus, request, caller).entries

    def read(self, caller: Caller, token: str) -> status.ListStatusResponse:
        """By a secret address; the gateway alone may."""
        return call(self._stub.ReadStatusAddress, status.ReadStatusAddressRequest(token=token), caller)

    def address(self, caller: Caller, tenant_id: str) -> major.StatusAddress:
        """token "": it is switched off."""
        request = status.GetStatusAddressRequest(tenant_id=tenant_id)
        return call(self._stub.GetStatusAddress, request, caller)

    def create_address(self, caller: Caller, tenant_id: str) -> major.StatusAddress:
        """The former one is void."""
        request = status.CreateStatusAddressRequest(tenant_id=tenant_id)
        return call(self._stub.CreateStatusAddress, request, caller)

    def revoke_address(self, caller: Caller, tenant_id: str) -> major.StatusAddress:
        request = status.RevokeStatusAddressRequest(tenant_id=tenant_id)
        return call(self._stub.RevokeStatusAddress, request, caller)
