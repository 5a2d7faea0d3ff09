"""Escalation policies, and what is under way by them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from chassis.tenancy import Caller, Scope, TenantScope
from services.triage.domain.escalation.policy import Policy
from services.triage.domain.escalation.run import Escalation, Fact


class Policies(Protocol):
    """A provider's escalation policies, in its own room."""

    def add(self, scope: TenantScope, policy: Policy) -> Policy: ...
    def replace(self, scope: TenantScope, policy: Policy, revision: int) -> Policy:
        """Raises NotFound("policy_not_found"), RevisionConflict unless revision is 0 or the present one."""
        ...

    def delete(self, scope: TenantScope, policy_id: str) -> None: ...
    def get(self, scope: Scope, policy_id: str) -> Policy: ...
    def all(self, scope: Scope) -> list[Policy]:
        """In the order in which they are tried."""
        ...


EscalationChange = tuple[Escalation, Sequence[Fact]]


class Escalations(Protocol):
    """What is under way, each with its incident's client."""

    def add(self, begun: Sequence[Escalation], now: datetime, caller: Caller) -> None:
        """Those that are not there yet."""
        ...

    def save(self, changes: Sequence[EscalationChange], now: datetime, caller: Caller) -> int:
        """Saves each with its events, unless somebody saved it first; how many were saved."""
        ...

    def get(self, scope: Scope, escalation_id: str) -> Escalation:
        """Raises NotFound("escalation_not_found")."""
        ...

    def of_incident(self, scope: Scope, incident_id: str) -> list[Escalation]:
        """The latest first."""
        ...

    def running(self, scope: Scope, incident_ids: Collection[str]) -> list[Escalation]: ...
    def due(self, now: datetime, limit: int) -> list[Escalation]:
        """Of all tenants, those that wait longest first."""
        ...

    def next_due_time(self) -> datetime | None: ...
    def retime(self, scope: TenantScope, window_id: str, due_time: datetime) -> None:
        """What waits for this maintenance window goes on then."""
        ...

    def by_page(self, page_id: str) -> Escalation | None:
        """Of all tenants: who asks has shown that the page's tag is genuine."""
        ...
