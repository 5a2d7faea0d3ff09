"""From a person or an OAuth client to the Caller that services believe.

A caller has one set of tenants and one set of roles, so a role is given only where it holds for every tenant
in the set: a technician for A who is dispatcher for B alone acts as a technician in both.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta

from chassis.clock import Clock
from chassis.errors import NotFound, Unauthenticated
from chassis.tenancy import Caller, Role
from chassis.tokens import CallerSigner
from fairlead.directory.v1 import person_pb2 as directory
from fairlead.directory.v1 import tenant_pb2
from services.gateway.backends.directory_cache import DirectoryCache

_GRANT_ROLES = {
    directory.GRANT_ROLE_TECHNICIAN: Role.TECHNICIAN,
    directory.GRANT_ROLE_DISPATCHER: Role.DISPATCHER,
    directory.GRANT_ROLE_PROVIDER_ADMIN: Role.PROVIDER_ADMIN,
}
# Whoever may do more may also do this.
_IMPLIED_BY = {
    Role.TECHNICIAN: (Role.TECHNICIAN, Role.DISPATCHER, Role.PROVIDER_ADMIN),
    Role.DISPATCHER: (Role.DISPATCHER, Role.PROVIDER_ADMIN),
    Role.PROVIDER_ADMIN: (Role.PROVIDER_ADMIN,),
}
_EVERY_TENANT = None
Tenants = frozenset[str] | None
# A token lives five minutes (chassis.tokens).
_REUSED = timedelta(minutes=1)
_CAPACITY = 10_000


class PersonDisabled(Unauthenticated):
    """The person may not sign in any more: their sessions and tokens end."""


class Callers:
    """Mints callers for people and programs. The directory's answer is at most a minute old."""

    def __init__(self, signer: CallerSigner, directory_cache: DirectoryCache, clock: Clock) -> None:
        self._signer = signer
        self._directory = directory_cache
        self._clock = clock
        # By all that the token says, so nobody gets one that says more of them than is true now.
        self._minted: OrderedDict[Caller, tuple[datetime, Caller]] = OrderedDict()
        self._lock = threading.Lock()

    def for_person(
        self, provider_id: str, person_id: str, tenant_id: str = "", scopes: frozenset[str] = frozenset()
    ) -> Caller:
        """The caller a person is; with a tenant_id, narrowed to that tenant (as in its portal).

        Without a tenant_id staff act by their grants, others by their memberships. Raises PersonDisabled,
        NotFound("tenant_not_found") where the person has no business, Unavailable.
        """
        try:
            person = self._directory.person(provider_id, person_id)
        except NotFound:
            raise PersonDisabled("person_disabled", "This person may not sign in.") from None
        if person.state != directory.PERSON_STATE_ACTIVE:
            raise PersonDisabled("person_disabled", "This person may not sign in.")
        tenants, roles = self._in_tenant(person, tenant_id) if tenant_id else self._everywhere(person)
        return self._mint(f"person:{person_id}", provider_id, tenants, roles, scopes, person)

    def for_client(
        self, client_id: str, name: str, provider_id: str, tenants: Tenants, roles: frozenset[Role],
        scopes: frozenset[str],
    ) -> Caller:  # fmt: skip
        """The caller a registered program is."""
        return self._signed(Caller(f"client:{client_id}", provider_id, tenants, roles, scopes, name))

    def as_gateway(self) -> Caller:
        """The gateway itself, of no provider: for what says by a key of its own whose it is."""
        return self._signer.service_caller(self._clock(), "")

    def for_tenant(self, provider_id: str, tenant_id: str) -> Caller:
        """The gateway itself, in one tenant: for what somebody may do who is not signed in, such as by a mailed link."""
        return self._signer.service_caller(self._clock(), provider_id, frozenset({tenant_id}))

    def _mint(
        self, subject: str, provider_id: str, tenants: Tenants, roles: frozenset[Role],
        scopes: frozenset[str], person: directory.Person,
    ) -> Caller:  # fmt: skip
        locale = person.locale or self._home_locale(person)
        return self._signed(Caller(subject, provider_id, tenants, roles, scopes, person.display_name, locale))

    def _signed(self, caller: Caller) -> Caller:
        """With a token that has most of its life before it. Who exactly the same caller is gets the same token for a
        minute: signing one costs as much as a call, and every service verifies each new one.
        """
        now = self._clock()
        with self._lock:
            minted, known = self._minted.get(caller, (now, None))
        if known is not None and now - _REUSED < minted <= now:
            return known
        signed = self._signer.mint(caller, now)
        with self._lock:
            self._minted[caller] = (now, signed)
            self._minted.move_to_end(caller)
            if len(self._minted) > _CAPACITY:
                self._minted.popitem(last=False)
        return signed

    def _home_locale(self, person: directory.Person) -> str:
        for membership in person.memberships:
            return self._directory.tenant(person.provider_id, membership.tenant_id).locale or "en"
        return "en"

    def _in_tenant(self, person: directory.Person, tenant_id: str) -> tuple[Tenants, frozenset[Role]]:
        for membership in person.memberships:
            if membership.tenant_id == tenant_id and self._open(person.provider_id, tenant_id):
                return frozenset({tenant_id}), frozenset({_member_role(membership)})
        tenants, _ = granted(person)
        if tenants is _EVERY_TENANT or tenant_id in tenants:
            # "Every tenant" means every tenant of the provider; another provider's is not found.
            self._directory.tenant(person.provider_id, tenant_id)
            return frozenset({tenant_id}), roles_in(person, tenant_id)
        raise NotFound("tenant_not_found", "There is no such tenant.")

    def _everywhere(self, person: directory.Person) -> tuple[Tenants, frozenset[Role]]:
        if person.grants:
            return granted(person)
        members = [m for m in person.memberships if self._open(person.provider_id, m.tenant_id)]
        if not members:
            raise PersonDisabled("no_membership", "This person belongs to no active client.")
        managers = all(_member_role(m) is Role.CLIENT_MANAGER for m in members)
        role = Role.CLIENT_MANAGER if managers else Role.REQUESTER
        return frozenset(m.tenant_id for m in members), frozenset({role})

    def _open(self, provider_id: str, tenant_id: str) -> bool:
        """Nobody of a suspended client may sign in."""
        try:
            tenant = self._directory.tenant(provider_id, tenant_id)
        except NotFound:
            return False
        return tenant.state == tenant_pb2.TENANT_STATE_ACTIVE


def granted(person: directory.Person) -> tuple[Tenants, frozenset[Role]]:
    """The tenants a member of staff may see, and the roles that hold in every one of them."""
    covered: dict[Role, Tenants] = {}
    for grant in person.grants:
        role = _GRANT_ROLES.get(grant.role)
        if role:
            # A provider administrator's grant is for the provider as a whole.
            whole = grant.all_tenants or role is Role.PROVIDER_ADMIN
            covered[role] = _EVERY_TENANT if whole else frozenset(grant.tenant_ids)
    tenants = _union(covered.values())
    roles = {
        role
        for role, by in _IMPLIED_BY.items()
        # Without any such grant "in every tenant of none" would hold for all roles.
        if (given := [covered[other] for other in by if other in covered])
        and _includes(_union(given), tenants)
    }
    return tenants, frozenset(roles)


def roles_in(person: directory.Person, tenant_id: str) -> frozenset[Role]:
    """The staff roles a person has in one tenant."""
    roles = set()
    for grant in person.grants:
        role = _GRANT_ROLES.get(grant.role)
        whole = grant.all_tenants or role is Role.PROVIDER_ADMIN
        if role and (whole or tenant_id in grant.tenant_ids):
            roles |= {implied for implied, by in _IMPLIED_BY.items() if role in by}
    return frozenset(roles)


def _member_role(membership: directory.Membership) -> Role:
    manager = membership.role == directory.MEMBERSHIP_ROLE_CLIENT_MANAGER
    return Role.CLIENT_MANAGER if manager else Role.REQUESTER


def _union(sets: Iterable[Tenants]) -> Tenants:
    result: frozenset[str] = frozenset()
    for tenants in sets:
        if tenants is _EVERY_TENANT:
            return _EVERY_TENANT
        result |= tenants
    return result


def _includes(wide: Tenants, narrow: Tenants) -> bool:
    return wide is _EVERY_TENANT or (narrow is not _EVERY_TENANT and narrow <= wide)
