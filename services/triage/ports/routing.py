"""Who works for whom, and how much: groups, people's profiles, and what is agreed with clients."""

from typing import Protocol

from chassis.tenancy import Scope, TenantScope
from services.triage.domain.routing import AssignmentGroup
from services.triage.domain.working import ClientRouting, WorkProfile


class Groups(Protocol):
    """A provider's assignment groups, in its own room."""

    def add(self, scope: TenantScope, group: AssignmentGroup) -> AssignmentGroup: ...
    def replace(self, scope: TenantScope, group: AssignmentGroup, revision: int) -> AssignmentGroup: ...
    def get(self, scope: Scope, group_id: str) -> AssignmentGroup: ...
    def all(self, scope: Scope) -> list[AssignmentGroup]: ...


class Profiles(Protocol):
    """How much each member of staff is given, in the provider's own room."""

    def put(self, scope: TenantScope, profile: WorkProfile, revision: int) -> WorkProfile:
        """New or changed. Raises RevisionConflict unless revision is 0 or the present one."""
        ...

    def get(self, scope: Scope, person_id: str) -> WorkProfile | None: ...
    def all(self, scope: Scope) -> list[WorkProfile]: ...


class Routings(Protocol):
    """What is agreed with each client about who works for it, in the client's room."""

    def put(self, scope: TenantScope, routing: ClientRouting, revision: int) -> ClientRouting:
        """New or changed. Raises RevisionConflict unless revision is 0 or the present one."""
        ...

    def all(self, scope: Scope) -> list[ClientRouting]: ...
