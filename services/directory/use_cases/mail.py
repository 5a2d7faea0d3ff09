"""Mail domains, and whose a mail is."""

from collections.abc import Sequence

from chassis.errors import AlreadyExists, InvalidArgument, NotFound
from chassis.tenancy import Caller, Role, Scope, SystemScope, TenantScope
from services.directory.domain import texts
from services.directory.domain.facts import MailDomainChanged
from services.directory.domain.mail import (
    Filing,
    MailDomain,
    Resolved,
    claimable_domain,
    file_mail,
    mailboxes,
    sender_address,
)
from services.directory.domain.person import Person, PersonState
from services.directory.domain.tenant import NewPersonPolicy
from services.directory.ports import Change, Clock, MailDomains, NewId, People, Providers, Tenants
from services.directory.use_cases.reach import tenant_scope

_UNIQUE = SystemScope("a mail domain belongs to one tenant of the installation")
_FILING = SystemScope("a mail's tenant is unknown until its sender's domain is looked up")


class MailUseCases:
    """Keeps the tenants' mail domains and files mail by them."""

    def __init__(
        self,
        providers: Providers,
        tenants: Tenants,
        mail_domains: MailDomains,
        people: People,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._providers = providers
        self._tenants = tenants
        self._mail_domains = mail_domains
        self._people = people
        self._clock = clock
        self._new_id = new_id

    def add_mail_domain(self, caller: Caller, tenant_id: str, domain: str) -> MailDomain:
        """Administrators and operators. Raises AlreadyExists("mail_domain_taken") when another tenant has it, and
        InvalidArgument("mail_domain_public") for one under which anybody may have a mailbox.
        """
        scope = self._administered(caller, tenant_id)
        now = self._clock()
        wished = MailDomain(
            mail_domain_id=self._new_id("dom"),
            provider_id=scope.provider_id,
            tenant_id=scope.tenant_id,
            domain=claimable_domain(domain),
            create_time=now,
        )
        try:
            return self._mail_domains.add(wished, Change(caller, now, (MailDomainChanged(wished),)))
        except AlreadyExists:
            existing = self._mail_domains.find(scope, wished.domain)
            if existing is None:
                raise
            return existing

    def remove_mail_domain(self, caller: Caller, tenant_id: str, domain: str) -> None:
        """Administrators and operators. Raises NotFound("mail_domain_not_found")."""
        scope = self._administered(caller, tenant_id)
        existing = self._mail_domains.find(scope, texts.domain(domain))
        if existing is None:
            raise NotFound("mail_domain_not_found", "This client has no such mail domain.")
        fact = MailDomainChanged(existing, removed=True)
        self._mail_domains.remove(existing, Change(caller, self._clock(), (fact,)))

    def list_mail_domains(self, caller: Caller, tenant_id: str) -> list[MailDomain]:
        return self._mail_domains.all_of(tenant_scope(caller, tenant_id, self._tenants))

    def resolve_mail(
        self, caller: Caller, sender: str, recipients: Sequence[str], mentioned: Sequence[str] = ()
    ) -> Resolved:
        """Where a mail belongs, and who stands behind its addresses.

        Services only. Raises NotFound("mail_domain_unknown").
        """
        caller.require(Role.SERVICE)
        scope: Scope = caller.granted() if caller.provider_id else _FILING
        address = sender_address(sender)
        found = self._mail_domains.find(scope, address.rpartition("@")[2]) if address else None
        written_to = mailboxes(recipients)
        providers: list[str] = []
        boxes: list[TenantScope] = []
        if written_to:
            providers += self._providers.written_to(scope, written_to)
            boxes = self._tenants.having_mailbox(scope, written_to)
            providers += [box.provider_id for box in boxes]
        known = self._people.find_by_email(scope, address) if address else []
        filing = file_mail(found, providers, _known_in(known), [box.tenant_id for box in boxes])
        person_id = _member(known, filing)
        outsiders = tuple(one for one in mentioned if self._is_outsider(scope, filing, one))
        staff_person_id, staff_tenant_id = self._staff(filing, address, boxes)
        policy = self._policy(filing) if filing.tenant_id and not person_id else NewPersonPolicy.CREATE
        return Resolved(filing, person_id, outsiders, staff_person_id, staff_tenant_id, policy)

    def _is_outsider(self, scope: Scope, filing: Filing, address: str) -> bool:
        """A mailbox of ours would write to itself for ever; another client would read what is not theirs.

        Whoever belongs to other clients alone is another client's, whatever their domain.
        """
        boxes = mailboxes([address])
        if not boxes or self._providers.written_to(scope, boxes) or self._tenants.written_to(scope, boxes):
            return True
        plain = sender_address(address)
        domain = self._mail_domains.find(scope, plain.rpartition("@")[2])
        here = (filing.provider_id, filing.tenant_id)
        if domain is not None:
            return (domain.provider_id, domain.tenant_id) != here
        theirs = _known_in(self._people.find_by_email(scope, plain)).get(filing.provider_id, ())
        return bool(theirs) and filing.tenant_id not in theirs

    def _staff(self, filing: Filing, address: str, boxes: Sequence[TenantScope]) -> tuple[str, str]:
        tenants = [box.tenant_id for box in boxes if box.provider_id == filing.provider_id]
        if not address or len(tenants) != 1:
            return "", ""
        room = TenantScope(filing.provider_id, filing.provider_id)
        for person in self._people.find_by_email(room, address):
            granted = any(grant.covers(tenants[0]) for grant in person.grants)
            if granted and person.state is PersonState.ACTIVE:
                return person.person_id, tenants[0]
        return "", ""

    def _policy(self, filing: Filing) -> NewPersonPolicy:
        tenant = self._tenants.get(TenantScope(filing.provider_id, filing.tenant_id), filing.tenant_id)
        return tenant.new_person_policy

    def _administered(self, caller: Caller, tenant_id: str) -> TenantScope:
        if not tenant_id:
            raise InvalidArgument("tenant_id_required", "Which client?", field="tenant_id")
        scope = tenant_scope(caller, tenant_id, self._tenants)
        caller.require(Role.PROVIDER_ADMIN, Role.OPERATOR)
        return scope


def _known_in(people: Sequence[Person]) -> dict[str, list[str]]:
    """Provider id → the tenants that these people belong to; providers of whom they are staff alone are left out."""
    known: dict[str, list[str]] = {}
    for person in people:
        for membership in person.memberships:
            known.setdefault(person.provider_id, []).append(membership.tenant_id)
    return known


def _member(people: Sequence[Person], filing: Filing) -> str:
    if not filing.tenant_id:
        return ""
    here = (person for person in people if person.provider_id == filing.provider_id)
    return next((person.person_id for person in here if person.belongs_to(filing.tenant_id)), "")
