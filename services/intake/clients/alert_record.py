"""The incidents service, as alerts need it."""

from chassis.config import Settings
from chassis.errors import InvalidState, RevisionConflict, Unavailable
from chassis.rpc import call, channel
from chassis.tenancy import Caller
from chassis.tokens import CallerSigner
from fairlead.incidents.v1 import incident_pb2, incident_service_pb2, incident_service_pb2_grpc
from services.intake.domain.alerts.group import Group
from services.intake.domain.alerts.severity import Weight
from services.intake.ports import Clock
from services.intake.ports.alerts import Outcome

_SECONDS = 10.0
_TRIES = 4
CODE = "recovered"
# Whose decision stands, whatever machines say.
_PERSONS = "technician"
_LEVELS = {1: "high", 2: "medium", 3: "low"}
_RESOLVED = (incident_pb2.INCIDENT_STATE_RESOLVED,)
_OVER = (incident_pb2.INCIDENT_STATE_CLOSED, incident_pb2.INCIDENT_STATE_CANCELED)
# A person has put it together with another one, and decides about that.
_MERGED = (incident_pb2.INCIDENT_STATE_MERGED,)
_WORKED_ON = (incident_pb2.INCIDENT_STATE_IN_PROGRESS, incident_pb2.INCIDENT_STATE_ON_HOLD)


class AlertRecordClient:
    """See ports.AlertRecord."""

    def __init__(self, settings: Settings, signer: CallerSigner, clock: Clock) -> None:
        self._stub = incident_service_pb2_grpc.IncidentServiceStub(channel(settings, "incidents"))
        self._signer = signer
        self._clock = clock

    def resolve(self, group: Group, text: str, unless_worked_on: bool) -> Outcome:
        caller = self._caller(group)
        for _ in range(_TRIES):
            incident = self._incident(group, caller)
            if incident.state in _OVER:
                return Outcome.OVER
            if incident.state in _RESOLVED:
                return Outcome.DONE
            if incident.state in _MERGED or (unless_worked_on and incident.state in _WORKED_ON):
                self.note(group, text, f"recovered:{group.group_id}:{group.recover_time}")
                return Outcome.LEFT
            request = incident_service_pb2.ResolveRequest(
                incident_id=incident.incident_id, code=CODE, text=text, revision=incident.revision
            )
            try:
                call(self._stub.Resolve, request, caller, timeout=_SECONDS)
            except (RevisionConflict, InvalidState):
                continue  # somebody did something meanwhile: look again
            return Outcome.DONE
        raise RevisionConflict("revision_conflict", "The incident is changing too fast.")

    def reopen(self, group: Group, reason: str) -> Outcome:
        caller = self._caller(group)
        for _ in range(_TRIES):
            incident = self._incident(group, caller)
            if incident.state == incident_pb2.INCIDENT_STATE_CANCELED:
                return Outcome.OVER
            if incident.state not in (*_RESOLVED, *_OVER):
                return Outcome.DONE
            request = incident_service_pb2.ReopenRequest(
                incident_id=incident.incident_id, reason=reason, revision=incident.revision
            )
            try:
                call(self._stub.Reopen, request, caller, timeout=_SECONDS)
            except RevisionConflict:
                continue
            except InvalidState as error:
                if error.reason == "reopen_window_over":
                    return Outcome.OVER
                continue
            return Outcome.DONE
        raise RevisionConflict("revision_conflict", "The incident is changing too fast.")

    def worsen(self, group: Group, weight: Weight, text: str) -> Outcome:
        caller = self._caller(group)
        incident = self._incident(group, caller)
        if incident.state in _OVER:
            return Outcome.OVER
        if not incident.HasField("assignment_decision"):
            # What triage decides about it as it was would come after what we say.
            raise Unavailable("not_triaged", "Triage has not seen the incident yet.")
        impact = min(incident.impact or weight.impact, weight.impact)
        urgency = min(incident.urgency or weight.urgency, weight.urgency)
        if incident.state in _RESOLVED or (impact, urgency) == (incident.impact, incident.urgency):
            return Outcome.DONE
        key = f"severity:{group.group_id}:{group.cycle}:{group.worst}"
        if incident.priority_decision.source == _PERSONS:
            self.note(group, f"{text[:1].upper()}{text[1:]}. Its priority was set by hand, and stays.", key)
            return Outcome.LEFT
        words = f"Impact {_LEVELS[impact]} × urgency {_LEVELS[urgency]}: {text}"
        decision = incident_service_pb2.TriageDecision(
            incident_id=incident.incident_id,
            event_id=key,
            impact=impact,
            urgency=urgency,
            prioritization=incident_pb2.Decision(source="matrix", reason=words, confidence=1.0),
        )
        request = incident_service_pb2.ApplyTriageRequest(decisions=[decision])
        (applied,) = call(self._stub.ApplyTriage, request, caller, timeout=_SECONDS).applied
        if applied.retryable:
            raise RevisionConflict(applied.error_reason, "The incident is changing too fast.")
        return Outcome.DONE

    def note(self, group: Group, text: str, key: str) -> None:
        request = incident_service_pb2.NoteRequest(
            incident_id=group.incident_id, text=text, idempotency_key=key
        )
        try:
            call(self._stub.Note, request, self._caller(group), timeout=_SECONDS)
        except InvalidState:
            pass  # the record takes no more remarks about it

    def _incident(self, group: Group, caller: Caller) -> incident_pb2.Incident:
        request = incident_service_pb2.GetIncidentRequest(incident_id=group.incident_id)
        return call(self._stub.GetIncident, request, caller, timeout=_SECONDS)

    def _caller(self, group: Group) -> Caller:
        tenants = frozenset({group.tenant_id})
        return self._signer.service_caller(self._clock(), group.provider_id, tenants)
