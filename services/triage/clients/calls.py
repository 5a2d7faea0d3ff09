"""Calls to the directory and the incidents service."""

import time
from collections.abc import Iterable, Mapping, Sequence

from chassis import clock
from chassis.config import Settings
from chassis.rpc import call, channel
from chassis.tenancy import Caller
from chassis.tokens import CallerSigner
from fairlead.directory.v1 import person_pb2, person_service_pb2, tenant_service_pb2
from fairlead.directory.v1.person_service_pb2_grpc import PersonServiceStub
from fairlead.directory.v1.tenant_service_pb2_grpc import TenantServiceStub
from fairlead.incidents.v1 import incident_pb2, incident_service_pb2
from fairlead.incidents.v1.incident_service_pb2_grpc import IncidentServiceStub
from services.triage.domain.decision import TriageDecision, Why
from services.triage.domain.routing import Known
from services.triage.ports import Taken

# As many as the directory answers at once.
_MOST_PEOPLE = 200
_REMEMBERED_SECONDS = 300.0


class DirectoryStaff:
    """ports.Staff over gRPC."""

    def __init__(self, settings: Settings) -> None:
        self._people = PersonServiceStub(channel(settings, "directory"))

    def names(self, caller: Caller, person_ids: Sequence[str]) -> Mapping[str, str]:
        if not person_ids:
            return {}
        request = person_service_pb2.BatchGetPeopleRequest(person_ids=person_ids)
        people = call(self._people.BatchGetPeople, request, caller).people
        return {person.person_id: person.display_name for person in people if person.grants}

    def reach(self, caller: Caller, person_ids: Sequence[str]) -> Mapping[str, frozenset[str] | None]:
        return {person_id: one.tenant_ids for person_id, one in self.known(caller, person_ids).items()}

    def known(self, caller: Caller, person_ids: Sequence[str]) -> Mapping[str, Known]:
        found: dict[str, Known] = {}
        for start in range(0, len(person_ids), _MOST_PEOPLE):
            wanted = person_ids[start : start + _MOST_PEOPLE]
            request = person_service_pb2.BatchGetPeopleRequest(person_ids=wanted)
            for person in call(self._people.BatchGetPeople, request, caller).people:
                if person.grants and person.state == person_pb2.PERSON_STATE_ACTIVE:
                    languages = frozenset(one[:2] for one in person.languages)
                    found[person.person_id] = Known(_granted(person), frozenset(person.skills), languages)
        return found


class DirectoryClients:
    """ports.Clients over gRPC. "Every tenant" in a grant does not prove that one exists, or whose it is."""

    def __init__(self, settings: Settings) -> None:
        self._tenants = TenantServiceStub(channel(settings, "directory"))

    def require(self, caller: Caller, tenant_ids: Iterable[str]) -> None:
        for tenant_id in sorted(tenant_ids):
            call(self._tenants.GetTenant, tenant_service_pb2.GetTenantRequest(tenant_id=tenant_id), caller)


class DirectoryLanguages:
    """ports.Languages over gRPC. A client's is remembered for some minutes: it hardly ever changes."""

    def __init__(self, settings: Settings) -> None:
        self._people = PersonServiceStub(channel(settings, "directory"))
        self._tenants = TenantServiceStub(channel(settings, "directory"))
        self._of_clients: dict[tuple[str, str], tuple[float, str]] = {}

    def of(self, caller: Caller, people: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        asked = list(people)
        ids = sorted({person_id for _, person_id in asked if person_id})
        own: dict[str, str] = {}
        for start in range(0, len(ids), _MOST_PEOPLE):
            request = person_service_pb2.BatchGetPeopleRequest(person_ids=ids[start : start + _MOST_PEOPLE])
            found = call(self._people.BatchGetPeople, request, caller).people
            own |= {person.person_id: person.locale for person in found}
        return {
            (tenant_id, person_id): (own.get(person_id) or self._of_client(caller, tenant_id))[:2]
            for tenant_id, person_id in asked
        }

    def _of_client(self, caller: Caller, tenant_id: str) -> str:
        if not tenant_id:
            return ""
        key, now = (caller.provider_id, tenant_id), time.monotonic()
        then, locale = self._of_clients.get(key, (-_REMEMBERED_SECONDS, ""))
        if now - then >= _REMEMBERED_SECONDS:
            request = tenant_service_pb2.GetTenantRequest(tenant_id=tenant_id)
            locale = call(self._tenants.GetTenant, request, caller).locale
            self._of_clients[key] = now, locale
        return locale


class IncidentRecord:
    """ports.Record over gRPC."""

    def __init__(self, settings: Settings) -> None:
        self._incidents = IncidentServiceStub(channel(settings, "incidents"))

    def apply(self, caller: Caller, decisions: Sequence[tuple[str, TriageDecision]]) -> Mapping[str, Taken]:
        request = incident_service_pb2.ApplyTriageRequest(
            decisions=[_message(event_id, decision) for event_id, decision in decisions]
        )
        applied = call(self._incidents.ApplyTriage, request, caller, timeout=15).applied
        return {
            one.incident_id: Taken(one.error_reason, one.retryable, tuple(one.kept))
            for one in applied
            if one.error_reason or one.kept
        }


class ServiceCallers:
    """ports.Callers: triage acting for a provider."""

    def __init__(self, signer: CallerSigner) -> None:
        self._signer = signer

    def of(self, provider_id: str) -> Caller:
        return self._signer.service_caller(clock.now(), provider_id)


def _granted(person: person_pb2.Person) -> frozenset[str] | None:
    """None: every tenant of the provider, as an administrator's grant always means."""
    administrates = person_pb2.GRANT_ROLE_PROVIDER_ADMIN
    if any(grant.all_tenants or grant.role == administrates for grant in person.grants):
        return None
    return frozenset(tenant_id for grant in person.grants for tenant_id in grant.tenant_ids)


def _message(event_id: str, decision: TriageDecision) -> incident_service_pb2.TriageDecision:
    assignment = decision.assignment
    kind = f"INCIDENT_KIND_{decision.kind.upper() or 'UNSPECIFIED'}"
    return incident_service_pb2.TriageDecision(
        incident_id=decision.incident_id,
        event_id=event_id,
        category=decision.category,
        kind=incident_pb2.IncidentKind.Value(kind),
        classification=_why(decision.classification),
        impact=incident_pb2.Impact.ValueType(int(decision.impact)),
        urgency=incident_pb2.Urgency.ValueType(int(decision.urgency)),
        priority=incident_pb2.Priority.ValueType(int(decision.priority)),
        prioritization=_why(decision.prioritization),
        assignment_group_id=assignment.group_id,
        assignment_group_name=assignment.group_name,
        assignee_id=assignment.assignee_id,
        assignee_name=assignment.assignee_name,
        assignment=_why(decision.routing),
    )


def _why(why: Why) -> incident_pb2.Decision:
    return incident_pb2.Decision(source=why.source, reason=why.reason, confidence=why.confidence)
