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
    file_mail,
    mailboxes,
    sender_address,
)
from services.directory.domain.person import PersonState
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
        """Administrators and operators. Raises AlreadyExists("mail_domain_taken") when another tenant has it."""
        scope = self._administered(caller, tenant_id)
        now = self._clock()
        wished = MailDomain(
            mail_domain_id=self._new_id("dom"),
            provider_id=scope.provider_id,
            tenant_id=scope.tenant_id,
            domain=texts.domain(domain),
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
        if written_to:
            providers += self._providers.written_to(scope, written_to)
            providers += self._tenants.written_to(scope, written_to)
        filing = file_mail(found, providers)
        outsiders = tuple(one for one in mentioned if self._is_outsider(scope, filing, one))
        staff_person_id, staff_tenant_id = self._staff(scope, filing, address, written_to)
        return Resolved(
            filing, self._person_there(filing, address), outsiders, staff_person_id, staff_tenant_id
        )

    def _is_outsider(self, scope: Scope, filing: Filing, address: str) -> bool:
        """A mailbox of ours would write to itself for ever; another client would read what is not theirs."""
        boxes = mailboxes([address])
        if not boxes or self._providers.written_to(scope, boxes) or self._tenants.written_to(scope, boxes):
            return True
        domain = self._mail_domains.find(scope, sender_address(address).rpartition("@")[2])
        return domain is not None and (domain.provider_id, domain.tenant_id) != (
            filing.provider_id,
            filing.tenant_id,
        )

    def _staff(
        self, scope: Scope, filing: Filing, address: str, written_to: frozenset[str]
    ) -> tuple[str, str]:
        if not address or not written_to:
            return "", ""
        tenants = self._tenants.having_mailbox(scope, filing.provider_id, written_to)
        if len(tenants) != 1:
            return "", ""
        room = TenantScope(filing.provider_id, filing.provider_id)
        for person in self._people.find_by_email(room, address):
            granted = any(grant.covers(tenants[0]) for grant in person.grants)
            if granted and person.state is PersonState.ACTIVE:
                return person.person_id, tenants[0]
        return "", ""

    def _person_there(self, filing: Filing, address: str) -> str:
        if not filing.tenant_id:
            return ""
        room = TenantScope(filing.provider_id, filing.provider_id)
        known = self._people.find_by_email(room, address)
        return next((person.person_id for person in known if person.belongs_to(filing.tenant_id)), "")

    def _administered(self, caller: Caller, tenant_id: str) -> TenantScope:
        if not tenant_id:
            raise InvalidArgument("tenant_id_required", "Which client?", field="tenant_id")
        scope = tenant_scope(caller, tenant_id, self._tenants)
        caller.require(Role.PROVIDER_ADMIN, Role.OPERATOR)
        return scope
