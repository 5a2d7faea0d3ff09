"""`fairlead.incidents.v1.MajorIncidentService`."""

from collections.abc import Callable, Mapping
from typing import Any

import grpc

from chassis import clock
from chassis.rpc import caller_of
from chassis.tenancy import Caller
from fairlead.incidents.v1 import major_incident_pb2 as pb
from fairlead.incidents.v1 import major_incident_service_pb2 as answers
from fairlead.incidents.v1.major_incident_service_pb2_grpc import MajorIncidentServiceServicer
from services.incidents.domain.major.record import Major, MajorState, Role, Severity
from services.incidents.domain.major.settings import MajorSettings, UpdateTemplate
from services.incidents.events import majors as messages
from services.incidents.use_cases.majors import MajorUseCases, NewTenant, Wanted
from services.incidents.use_cases.targets import CommandTarget

_MOST_TENANTS = 200


def _values(proto: Any, prefix: str, domain: Any) -> Mapping[int, Any]:
    return {proto.Value(f"{prefix}{member.name}"): member for member in domain}


_STATES: Mapping[int, MajorState] = _values(pb.MajorState, "MAJOR_STATE_", MajorState)
_SEVERITIES: Mapping[int, Severity] = _values(pb.MajorSeverity, "MAJOR_SEVERITY_", Severity)
_ROLES: Mapping[int, Role] = _values(pb.MajorRole, "MAJOR_ROLE_", Role)


class MajorIncidentServicer(MajorIncidentServiceServicer):
    """Translates; the rules live in the use cases."""

    def __init__(self, majors: MajorUseCases) -> None:
        self._keeping = majors.keeping
        self._affecting = majors.affecting
        self._updating = majors.updating
        self._reviewing = majors.reviewing
        self._settings = majors.settings

    def DeclareMajorIncident(self, request: Any, context: grpc.ServicerContext) -> Any:
        target = CommandTarget(request.incident_id, request.idempotency_key)
        return _shown(
            context,
            lambda caller: self._keeping.declare(
                caller,
                target,
                request.title,
                request.summary,
                _SEVERITIES.get(request.severity),
                request.commander_id,
                request.communications_id,
            ),
        )

    def GetMajorIncident(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _shown(context, lambda caller: self._keeping.get(caller, request.major_id))

    def ListMajorIncidents(self, request: Any, context: grpc.ServicerContext) -> Any:
        caller = caller_of(context)
        states = frozenset(_STATES[one] for one in request.states if one in _STATES)
        found, token = self._keeping.page(caller, states, request.page_size, request.page_token)
        return answers.ListMajorIncidentsResponse(
            major_incidents=[_message(caller, one) for one in found], next_page_token=token
        )

    def MoveMajorIncident(self, request: Any, context: grpc.ServicerContext) -> Any:
        to = _STATES.get(request.state)
        return _shown(
            context, lambda caller: self._keeping.move(caller, _target(request), to, request.reason)
        )

    def ChangeMajorIncident(self, request: Any, context: grpc.ServicerContext) -> Any:
        title = request.title if request.HasField("title") else None
        summary = request.summary if request.HasField("summary") else None
        severity = _SEVERITIES.get(request.severity)
        return _shown(
            context, lambda caller: self._keeping.change(caller, _target(request), title, summary, severity)
        )

    def GiveMajorRole(self, request: Any, context: grpc.ServicerContext) -> Any:
        role = _ROLES.get(request.role)
        return _shown(
            context, lambda caller: self._keeping.give_role(caller, _target(request), role, request.person_id)
        )

    def NoteMajorIncident(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _shown(context, lambda caller: self._keeping.note(caller, _target(request), request.text))

    def AddAffectedTenants(self, request: Any, context: grpc.ServicerContext) -> Any:
        wanted = [
            NewTenant(one.tenant_id, one.title, one.description, one.incident_id)
            for one in request.tenants[:_MOST_TENANTS]
        ]
        return _shown(context, lambda caller: self._affecting.add(caller, _target(request), wanted))

    def RenameAffectedTenant(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _shown(
            context,
            lambda caller: self._affecting.rename(caller, _target(request), request.tenant_id, request.title),
        )

    def SpareTenant(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _shown(
            context,
            lambda caller: self._affecting.spare(caller, _target(request), request.tenant_id, request.reason),
        )

    def ListMajorTimeline(self, request: Any, context: grpc.ServicerContext) -> Any:
        lines, following = self._keeping.timeline(caller_of(context), request.major_id, request.after_seq)
        return answers.ListMajorTimelineResponse(
            entries=[messages.line_message(one) for one in lines], next_after_seq=following
        )

    def SendMajorUpdate(self, request: Any, context: grpc.ServicerContext) -> Any:
        wanted = Wanted(
            texts=dict(request.texts),
            template_id=request.template_id,
            overrides=dict(request.overrides),
            state=_STATES.get(request.state),
            minutes=request.next_update_minutes,
            resolution_code=request.resolution_code,
            preview_only=request.preview_only,
        )
        return messages.update_message(self._updating.send(caller_of(context), _target(request), wanted))

    def ListMajorUpdates(self, request: Any, context: grpc.ServicerContext) -> Any:
        found = self._updating.all_of(caller_of(context), request.major_id)
        return answers.ListMajorUpdatesResponse(updates=[messages.update_message(one) for one in found])

    def SaveReview(self, request: Any, context: grpc.ServicerContext) -> Any:
        wanted = messages.review_of(request.review)
        return _shown(context, lambda caller: self._reviewing.save(caller, _target(request), wanted))

    def FinishReview(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _shown(context, lambda caller: self._reviewing.finish(caller, _target(request)))

    def UpdateActionItem(self, request: Any, context: grpc.ServicerContext) -> Any:
        action = messages.action_of(request.action)
        return _shown(context, lambda caller: self._reviewing.act(caller, _target(request), action))

    def ListActionItems(self, request: Any, context: grpc.ServicerContext) -> Any:
        found = self._reviewing.actions(caller_of(context), request.with_finished)
        return answers.ListActionItemsResponse(
            actions=[
                answers.ActionItemOfMajor(
                    action=messages.action_message(one.action),
                    major_id=one.major.major_id,
                    major_number=one.major.number,
                    major_title=one.major.title,
                    overdue=one.overdue,
                )
                for one in found
            ]
        )

    def ListUpdateTemplates(self, request: Any, context: grpc.ServicerContext) -> Any:
        found = self._settings.templates(caller_of(context))
        return answers.ListUpdateTemplatesResponse(
            templates=[messages.template_message(one) for one in found]
        )

    def SaveUpdateTemplate(self, request: Any, context: grpc.ServicerContext) -> Any:
        given = request.template
        wanted = UpdateTemplate(
            template_id=given.template_id,
            name=given.name,
            texts={locale: text for locale, text in given.texts.items() if text.strip()},
            update_time=clock.now(),
            revision=given.revision,
        )
        return messages.template_message(self._settings.save_template(caller_of(context), wanted))

    def DeleteUpdateTemplate(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._settings.delete_template(caller_of(context), request.template_id)
        return answers.DeleteUpdateTemplateResponse()

    def GetMajorSettings(self, request: Any, context: grpc.ServicerContext) -> Any:
        return messages.settings_message(self._settings.get(caller_of(context)))

    def SetMajorSettings(self, request: Any, context: grpc.ServicerContext) -> Any:
        given = request.settings
        wanted = MajorSettings(
            minutes={"sev1": given.sev1_minutes, "sev2": given.sev2_minutes, "sev3": given.sev3_minutes},
            actions_before_closing=given.actions_before_closing,
            revision=given.revision,
        )
        return messages.settings_message(self._settings.put(caller_of(context), wanted))


def _target(request: Any) -> CommandTarget:
    return CommandTarget(request.major_id, request.idempotency_key, request.revision)


def _shown(context: grpc.ServicerContext, do: Callable[[Caller], Major]) -> pb.MajorIncident:
    caller = caller_of(context)
    return _message(caller, do(caller))


def _message(caller: Caller, major: Major) -> pb.MajorIncident:
    granted = caller.tenant_ids
    return messages.major_message(major, lambda tenant_id: granted is None or tenant_id in granted)
