"""The learned models: their cards, what they suggest of an incident, and accepting that."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import model_pb2 as model
from fairlead.triage.v1 import model_service_pb2 as messages
from fairlead.triage.v1.model_service_pb2_grpc import ModelServiceStub
from services.gateway.backends.incidents import Incidents
from services.gateway.backends.rules import AssignmentGroups
from services.gateway.backends.words import number_of

_OPEN = (
    incident_pb2.INCIDENT_STATE_NEW,
    incident_pb2.INCIDENT_STATE_ASSIGNED,
    incident_pb2.INCIDENT_STATE_IN_PROGRESS,
    incident_pb2.INCIDENT_STATE_ON_HOLD,
)
_PERSON = "technician"
_CATEGORY, _IMPACT = model.LEARNED_ASPECT_CATEGORY, model.LEARNED_ASPECT_IMPACT
_URGENCY, _GROUP = model.LEARNED_ASPECT_URGENCY, model.LEARNED_ASPECT_ASSIGNMENT_GROUP


class Models:
    """Client of fairlead.triage.v1.ModelService."""

    def __init__(self, channel: Any) -> None:
        self._stub = ModelServiceStub(channel)

    def all(self, caller: Caller) -> messages.ListModelsResponse:
        """Cards, the newest first within each aspect, and where learning stands."""
        return call(self._stub.ListModels, messages.ListModelsRequest(), caller)

    def switch(self, caller: Caller, version: str) -> model.ModelCard:
        return call(self._stub.SwitchModel, messages.SwitchModelRequest(version=version), caller)

    def set_threshold(self, caller: Caller, version: str, threshold: float) -> model.ModelCard:
        request = messages.SetModelThresholdRequest(version=version, threshold=threshold)
        return call(self._stub.SetModelThreshold, request, caller)

    def suggestions(self, caller: Caller, incident: incident_pb2.Incident) -> list[model.Suggestion]:
        """What nobody has decided yet, and is suggested otherwise than it stands."""
        if not may_be_suggested(incident):
            return []
        request = messages.ListSuggestionsRequest(incident_id=incident.incident_id)
        found = call(self._stub.ListSuggestions, request, caller).suggestions
        return still_open(incident, found)


def may_be_suggested(incident: incident_pb2.Incident) -> bool:
    """Whether anything is left to be decided: it is open, and not all was decided by people."""
    decided = (incident.classification_decision, incident.priority_decision, incident.assignment_decision)
    return incident.state in _OPEN and any(one.source != _PERSON for one in decided)


def still_open(
    incident: incident_pb2.Incident, suggested: Iterable[model.Suggestion]
) -> list[model.Suggestion]:
    """Of what is suggested, what nobody has decided, and what is otherwise than it stands."""
    return [one for one in suggested if _is_open(incident, one)]


def accept(
    models: Models,
    incidents: Incidents,
    groups: AssignmentGroups,
    caller: Caller,
    incident: incident_pb2.Incident,
    *,
    aspects: Collection[int] = (),
    key: str = "",
) -> incident_pb2.Incident:
    """Decides as suggested, in the caller's name; aspects: all that are suggested where none is named."""
    found = {
        one.aspect: one
        for one in models.suggestions(caller, incident)
        if not aspects or one.aspect in aspects
    }
    if category := found.get(_CATEGORY):
        incident = incidents.classify(
            caller, incident.incident_id, category=category.value, kind=incident.kind,
            reason=_reason([category]), **_held(incident, key, "category"),
        )  # fmt: skip
    levels = [one for aspect in (_IMPACT, _URGENCY) if (one := found.get(aspect))]
    if levels:
        impact, urgency = found.get(_IMPACT), found.get(_URGENCY)
        incident = incidents.prioritize(
            caller, incident.incident_id,
            impact=_level(incident_pb2.Impact, impact) or incident.impact or incident_pb2.IMPACT_MEDIUM,
            urgency=_level(incident_pb2.Urgency, urgency) or incident.urgency or incident_pb2.URGENCY_MEDIUM,
            reason=_reason(levels), **_held(incident, key, "priority"),
        )  # fmt: skip
    if suggested := found.get(_GROUP):
        group = groups.get(caller, suggested.value)
        stays = incident.assignee_id in {one.person_id for one in group.members}
        incident = incidents.assign(
            caller, incident.incident_id,
            assignment_group_id=group.group_id, assignment_group_name=group.name,
            assignee_id=incident.assignee_id if stays else "",
            assignee_name=incident.assignee_name if stays else "",
            reason=_reason([suggested]), **_held(incident, key, "group"),
        )  # fmt: skip
    return incident


def _held(incident: incident_pb2.Incident, key: str, part: str) -> dict[str, Any]:
    """Each part is done once, and only to what the caller saw."""
    return {"revision": incident.revision, "idempotency_key": f"{key}:{part}"[:200] if key else ""}


def _is_open(incident: incident_pb2.Incident, one: model.Suggestion) -> bool:
    if one.aspect == _CATEGORY:
        return incident.classification_decision.source != _PERSON and one.value != incident.category
    if one.aspect == _GROUP:
        return incident.assignment_decision.source != _PERSON and one.value != incident.assignment_group_id
    kind, present = (
        (incident_pb2.Impact, incident.impact)
        if one.aspect == _IMPACT
        else (incident_pb2.Urgency, incident.urgency)
    )
    return incident.priority_decision.source != _PERSON and _level(kind, one) not in (0, present)


def _level(kind: Any, one: model.Suggestion | None) -> int:
    return (number_of(kind.DESCRIPTOR, one.value) or 0) if one else 0


def _reason(suggested: Iterable[model.Suggestion]) -> str:
    """As triage writes it, so that pages tell it in each language."""
    told = [
        f"learned, {round(one.confidence * 100)} % sure by: {', '.join(one.words) or 'none in particular'}"
        for one in suggested
    ]
    return "; ".join(told)
