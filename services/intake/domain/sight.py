"""What a caller sees of the submissions: which tenants', whose, and whether quarantine."""

from dataclasses import dataclass, replace

from chassis.errors import NotFound, PermissionDenied
from chassis.tenancy import Caller, GrantedScope, Role, Scope, SystemScope, TenantScope
from services.intake.domain.submission import State, Submission

_OPEN_STATES = frozenset({State.RECEIVED, State.ACCEPTED})
_KEPT_STATES = frozenset({State.QUARANTINED, State.DISCARDED})
_WHOLE_TENANT = (Role.CLIENT_MANAGER, Role.API_CLIENT, Role.TECHNICIAN, Role.DISPATCHER)


@dataclass(frozen=True, slots=True)
class Sight:
    """scope: the rooms; states: of those what state; person_id: only what this person sent, "" for everybody's.

    tenants: of what waits without a client only what may be one of these, or anybody's; None for all of it.
    """

    scope: Scope
    states: frozenset[State]
    person_id: str = ""
    tenants: frozenset[str] | None = None

    def shows(self, submission: Submission) -> bool:
        """Whether this one may be seen; else it is the same as not there."""
        return (
            self.scope.includes(submission.provider_id, submission.tenant_id)
            and submission.state in self.states
            and self.person_id in ("", submission.sender.person_id)
            and (
                self.tenants is None
                or not submission.candidate_tenant_ids
                or not self.tenants.isdisjoint(submission.candidate_tenant_ids)
            )
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which submissions a list holds; what is empty holds all. sender: an address, or "@" and a domain."""

    state: State | None = None
    tenant_id: str = ""
    reason: str = ""
    sender: str = ""


def sight_of(caller: Caller) -> Sight:
    """Raises NotFound for a caller without a provider, unless it is an operator."""
    every = _OPEN_STATES | _KEPT_STATES
    if Role.OPERATOR in caller.roles:
        return Sight(SystemScope("operators tend the mail of every provider, and what has none"), every)
    granted = caller.granted()
    if caller.roles & {Role.PROVIDER_ADMIN, Role.SERVICE}:
        return Sight(
            GrantedScope(granted.provider_id, granted.tenant_ids if _is_service(caller) else None), every
        )
    if Role.DISPATCHER in caller.roles:
        tenants = granted.tenant_ids
        rooms = None if tenants is None else tenants | {granted.provider_id}
        return Sight(GrantedScope(granted.provider_id, rooms), every, tenants=tenants)
    if caller.roles.isdisjoint(_WHOLE_TENANT):
        if not caller.person_id:
            raise NotFound("submission_not_found", "There is no such submission.")
        return Sight(granted, _OPEN_STATES, caller.person_id)
    return Sight(granted, _OPEN_STATES)


def deciding_sight_of(caller: Caller) -> Sight:
    """What an administrator decides about, with what was decided and is on its way to its client."""
    sight = sight_of(caller)
    return replace(sight, states=sight.states | {State.RELEASED})


def room_of(submission: Submission) -> Sight:
    """Sight of the room that a submission lies in: for going on with one that was in hand already."""
    scope = TenantScope(submission.provider_id, submission.tenant_id)
    return Sight(scope, _OPEN_STATES | _KEPT_STATES)


def require_administrator(caller: Caller) -> None:
    """Raises PermissionDenied unless the caller decides about quarantine."""
    if caller.roles.isdisjoint({Role.PROVIDER_ADMIN, Role.OPERATOR}):
        raise PermissionDenied(
            "role_required", "This needs a provider administrator.", roles=Role.PROVIDER_ADMIN
        )


def _is_service(caller: Caller) -> bool:
    return Role.SERVICE in caller.roles and Role.PROVIDER_ADMIN not in caller.roles
