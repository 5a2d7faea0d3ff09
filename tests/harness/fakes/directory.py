"""A directory over dicts, behind a real gRPC server: for tests of the services that ask it.

    with FakeDirectory() as directory:
        directory.add_provider("prv_north", "northstar", support_addresses=["help@northstar.example"])
        directory.add_tenant("ten_acme", "prv_north", "acme", number_prefix="ACME")
        directory.add_mail_domain("acme.example", "ten_acme")
        directory.add_person("per_jane", "prv_north", "jane@acme.example", "Jane", tenants=["ten_acme"])
        settings = Settings(..., addresses={"directory": directory.address})

It keeps the real one's rules that callers lean on: another provider's or an ungranted tenant's record is
NOT_FOUND, service-only calls are PERMISSION_DENIED to people, clients see no more of staff than names.
Caller tokens are read but not verified. `directory.calls` lists the names of the calls it answered.
"""

import base64
import json
import threading
from concurrent import futures

import grpc

from chassis.errors import FairleadError, InvalidState, NotFound
from chassis.rpc.status import CALLER_METADATA, code_of, trailing_metadata
from chassis.tenancy import Caller, Role
from fairlead.directory.v1 import (
    person_pb2,
    person_service_pb2,
    person_service_pb2_grpc,
    tenant_pb2,
    tenant_service_pb2,
    tenant_service_pb2_grpc,
)

_SERVICE_ONLY = {"FindTenantBySlug", "ResolveMail", "EnsureRequester", "FindPeopleByEmail"}


class FakeDirectory:
    """Providers, tenants, people, mail domains and brands that a test sets up by hand."""

    def __init__(self) -> None:
        self.providers: dict[str, tenant_pb2.Provider] = {}
        self.tenants: dict[str, tenant_pb2.Tenant] = {}
        self.people: dict[str, person_pb2.Person] = {}
        self.mail_domains: dict[str, str] = {}
        self.brands: dict[str, tenant_pb2.Brand] = {}
        self.calls: list[str] = []
        self._lock = threading.Lock()
        self._server = grpc.server(futures.ThreadPoolExecutor(8))
        tenant_service_pb2_grpc.add_TenantServiceServicer_to_server(_Tenants(self), self._server)
        person_service_pb2_grpc.add_PersonServiceServicer_to_server(_People(self), self._server)
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        self.address = f"127.0.0.1:{self.port}"
        self._server.start()

    def stop(self) -> None:
        self._server.stop(None).wait(2)

    def __enter__(self) -> "FakeDirectory":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def add_provider(self, provider_id, slug, *, support_addresses=()):
        provider = tenant_pb2.Provider(
            provider_id=provider_id,
            name=slug.title(),
            slug=slug,
            support_addresses=support_addresses,
            revision=1,
        )
        self.providers[provider_id] = provider
        return provider

    def add_tenant(
        self,
        tenant_id,
        provider_id,
        slug,
        *,
        name="",
        number_prefix="",
        locale="en",
        time_zone="Europe/London",
        support_address="",
        suspended=False,
        new_person_policy=tenant_pb2.NEW_PERSON_POLICY_CREATE,
    ):
        states = tenant_pb2.TenantState
        tenant = tenant_pb2.Tenant(
            tenant_id=tenant_id,
            provider_id=provider_id,
            slug=slug,
            name=name or slug.title(),
            number_prefix=number_prefix or slug.upper(),
            locale=locale,
            time_zone=time_zone,
            support_address=support_address or f"support@{slug}.northstar.example",
            state=states.TENANT_STATE_SUSPENDED if suspended else states.TENANT_STATE_ACTIVE,
            new_person_policy=new_person_policy,
            revision=1,
        )
        self.tenants[tenant_id] = tenant
        return tenant

    def add_person(
        self,
        person_id,
        provider_id,
        email,
        display_name="",
        *,
        tenants=(),
        manager=False,
        grants=(),
        locale="",
        disabled=False,
        verified=True,
        skills=(),
        languages=(),
    ):
        """`tenants` are the memberships; `grants` are person_pb2.Grant messages and make the person staff."""
        role = "MEMBERSHIP_ROLE_CLIENT_MANAGER" if manager else "MEMBERSHIP_ROLE_REQUESTER"
        person = person_pb2.Person(
            person_id=person_id,
            provider_id=provider_id,
            email=email.lower(),
            display_name=display_name or email.partition("@")[0],
            locale=locale,
            verified=verified,
            memberships=[person_pb2.Membership(tenant_id=tenant_id, role=role) for tenant_id in tenants],
            grants=grants,
            skills=skills,
            languages=languages,
            state="PERSON_STATE_DISABLED" if disabled else "PERSON_STATE_ACTIVE",
            revision=1,
        )
        self.people[person_id] = person
        return person

    def add_mail_domain(self, domain, tenant_id):
        self.mail_domains[domain.lower()] = tenant_id

    def tenant_for(self, caller: Caller, tenant_id: str) -> tenant_pb2.Tenant:
        tenant = self.tenants.get(tenant_id)
        if tenant is None or not _sees(caller, tenant.provider_id, tenant_id):
            raise NotFound("tenant_not_found", "There is no such tenant.")
        return tenant

    def person_for(self, caller: Caller, person_id: str) -> person_pb2.Person:
        person = self.people.get(person_id)
        if person is None or (caller.provider_id and person.provider_id != caller.provider_id):
            raise NotFound("person_not_found", "There is no such person.")
        granted = caller.tenant_ids
        if granted is None and (caller.is_staff or not person.grants):
            return person
        if any(granted is None or membership.tenant_id in granted for membership in person.memberships):
            return person
        if person.grants and caller.is_staff:
            return person
        if person.grants:
            return person_pb2.Person(person_id=person.person_id, display_name=person.display_name)
        raise NotFound("person_not_found", "There is no such person.")

    def ensure_requester(self, provider_id: str, request) -> person_pb2.Person:
        email = request.email.strip().lower()
        with self._lock:
            for person in self.people.values():
                if (person.provider_id, person.email) == (provider_id, email):
                    known_elsewhere = all(m.tenant_id != request.tenant_id for m in person.memberships)
                    if request.strangers_only and known_elsewhere:
                        raise InvalidState("requester_elsewhere", "They are no member of this client.")
                    if all(membership.tenant_id != request.tenant_id for membership in person.memberships):
                        person.memberships.add(tenant_id=request.tenant_id, role="MEMBERSHIP_ROLE_REQUESTER")
                    person.verified = person.verified or request.verified
                    return person
            return self.add_person(
                f"per_made{len(self.people) + 1}",
                provider_id,
                email,
                request.display_name,
                tenants=[request.tenant_id],
                verified=request.verified,
            )

    def resolve_mail(self, request, within: str) -> tenant_service_pb2.ResolveMailResponse:
        """`within`: the provider that the asking service works for, "" for none in particular."""
        sender = request.sender.strip().lower()
        asked = {_without_tag(recipient) for recipient in request.recipients}
        providers = [p.provider_id for p in self.providers.values() if asked & set(p.support_addresses)]
        providers += [t.provider_id for t in self.tenants.values() if t.support_address in asked]
        providers = [provider_id for provider_id in providers if within in ("", provider_id)]
        tenant = self.tenants.get(self.mail_domains.get(sender.rpartition("@")[2], ""))
        if tenant and within not in ("", tenant.provider_id):
            tenant = None
        known = [
            (person.provider_id, membership.tenant_id, person.person_id)
            for person in self.people.values()
            if person.email == sender and within in ("", person.provider_id)
            for membership in person.memberships
        ]
        home = tenant.tenant_id if tenant and (not providers or tenant.provider_id in providers) else ""
        provider_id = tenant.provider_id if home and tenant else "".join(providers[:1])
        if not provider_id and len({one[0] for one in known}) == 1:
            provider_id = known[0][0]
        if not provider_id:
            raise NotFound("mail_domain_unknown", "No client has this mail domain.")
        theirs = [tenant_id for owner, tenant_id, _ in known if owner == provider_id]
        addressed = [
            t.tenant_id
            for t in self.tenants.values()
            if t.support_address in asked and t.tenant_id in (home, *theirs)
        ]
        tenant_id = addressed[0] if len(addressed) == 1 else home or (theirs[0] if len(theirs) == 1 else "")
        person_id = "".join([who for _, where, who in known if where == tenant_id][:1])
        policy = self.tenants[tenant_id].new_person_policy if tenant_id and not person_id else 0
        return tenant_service_pb2.ResolveMailResponse(
            provider_id=provider_id,
            tenant_id=tenant_id,
            person_id=person_id,
            candidate_tenant_ids=() if tenant_id else sorted(theirs),
            new_person_policy=policy or tenant_pb2.NEW_PERSON_POLICY_CREATE,
            **self._behind_addresses(request, sender, asked, tenant_id),
        )

    def _behind_addresses(self, request, sender: str, asked: set[str], home: str) -> dict:
        """Outsiders among those mentioned, and the sender where they are staff of the client written to."""
        boxes = {t.support_address for t in self.tenants.values()}
        boxes |= {box for provider in self.providers.values() for box in provider.support_addresses}
        outsiders = [
            one
            for one in request.mentioned
            if _without_tag(one) in boxes or not self._may_take_part(one, home)
        ]
        written = [t.tenant_id for t in self.tenants.values() if t.support_address in asked]
        for person in self.people.values():
            granted = any(g.all_tenants or set(written) & set(g.tenant_ids) for g in person.grants)
            active = person.state == person_pb2.PERSON_STATE_ACTIVE
            if person.email == sender and granted and active and len(written) == 1:
                return {
                    "outsiders": outsiders,
                    "staff_person_id": person.person_id,
                    "staff_tenant_id": written[0],
                }
        return {"outsiders": outsiders}

    def _may_take_part(self, address: str, home: str) -> bool:
        domain = self.mail_domains.get(address.rpartition("@")[2])
        if domain is not None:
            return domain == home
        theirs = [m.tenant_id for p in self.people.values() if p.email == address for m in p.memberships]
        return not theirs or home in theirs


def _without_tag(address: str) -> str:
    local, _, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _sees(caller: Caller, provider_id: str, tenant_id: str) -> bool:
    if caller.provider_id not in ("", provider_id):
        return False
    return caller.tenant_ids is None or tenant_id in caller.tenant_ids


def _caller(context) -> Caller:
    token = dict(context.invocation_metadata())[CALLER_METADATA]
    body = token.split(".")[1]
    return Caller.from_claims(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))), token)


def _answer(method):
    """Reads the caller, refuses as the real service does, and sends errors the way the chassis reads them."""

    def answer(self, request, context):
        try:
            self.directory.calls.append(method.__name__)
            caller = _caller(context)
            if method.__name__ in _SERVICE_ONLY:
                caller.require(Role.SERVICE)
            return method(self, request, caller)
        except FairleadError as error:
            context.set_trailing_metadata(trailing_metadata(error))
            context.abort(code_of(error), error.reason)

    return answer


class _Tenants(tenant_service_pb2_grpc.TenantServiceServicer):
    def __init__(self, directory: FakeDirectory) -> None:
        self.directory = directory

    @_answer
    def GetProvider(self, request, caller):
        provider = self.directory.providers.get(request.provider_id)
        if provider is None or caller.provider_id not in ("", provider.provider_id):
            raise NotFound("provider_not_found", "There is no such provider.")
        return provider

    @_answer
    def GetTenant(self, request, caller):
        return self.directory.tenant_for(caller, request.tenant_id)

    @_answer
    def FindTenantBySlug(self, request, caller):
        for tenant in self.directory.tenants.values():
            if tenant.slug == request.slug and caller.provider_id in ("", tenant.provider_id):
                return tenant
        raise NotFound("tenant_not_found", "There is no such tenant.")

    @_answer
    def ListTenants(self, request, caller):
        visible = [t for t in self.directory.tenants.values() if _sees(caller, t.provider_id, t.tenant_id)]
        return tenant_service_pb2.ListTenantsResponse(tenants=sorted(visible, key=lambda t: t.slug))

    @_answer
    def ListMailDomains(self, request, caller):
        tenant = self.directory.tenant_for(caller, request.tenant_id)
        own = [
            tenant_pb2.MailDomain(domain=domain, tenant_id=tenant_id, provider_id=tenant.provider_id)
            for domain, tenant_id in self.directory.mail_domains.items()
            if tenant_id == request.tenant_id
        ]
        return tenant_service_pb2.ListMailDomainsResponse(mail_domains=own)

    @_answer
    def ResolveMail(self, request, caller):
        return self.directory.resolve_mail(request, caller.provider_id)

    @_answer
    def GetBrand(self, request, caller):
        tenant = self.directory.tenant_for(caller, request.tenant_id)
        return self.directory.brands.get(tenant.tenant_id) or tenant_pb2.Brand(
            tenant_id=tenant.tenant_id,
            display_name=tenant.name,
            primary_color="#1f4e79",
            accent_color="#1f4e79",
            surface_color="#ffffff",
            monogram=tenant.name[:1].upper(),
        )


class _People(person_service_pb2_grpc.PersonServiceServicer):
    def __init__(self, directory: FakeDirectory) -> None:
        self.directory = directory

    @_answer
    def GetPerson(self, request, caller):
        return self.directory.person_for(caller, request.person_id)

    @_answer
    def BatchGetPeople(self, request, caller):
        people = []
        for person_id in request.person_ids:
            try:
                people.append(self.directory.person_for(caller, person_id))
            except NotFound:
                continue
        return person_service_pb2.BatchGetPeopleResponse(people=people)

    @_answer
    def ListPeople(self, request, caller):
        people = []
        for person in self.directory.people.values():
            granted = any(
                g.all_tenants or not request.tenant_id or request.tenant_id in g.tenant_ids
                for g in person.grants
            )
            member = not request.tenant_id or any(
                m.tenant_id == request.tenant_id for m in person.memberships
            )
            if granted if request.staff else member:
                people.append(person)
        visible = [p for p in people if p.provider_id == caller.provider_id]
        return person_service_pb2.ListPeopleResponse(
            people=[self.directory.person_for(caller, p.person_id) for p in visible]
        )

    @_answer
    def FindPeopleByEmail(self, request, caller):
        email = request.email.strip().lower()
        provider_id = request.provider_id or caller.provider_id
        if caller.provider_id not in ("", provider_id):
            return person_service_pb2.FindPeopleByEmailResponse()
        return person_service_pb2.FindPeopleByEmailResponse(
            people=[
                person
                for person in self.directory.people.values()
                if person.email == email and provider_id in ("", person.provider_id)
            ]
        )

    @_answer
    def EnsureRequester(self, request, caller):
        tenant = self.directory.tenant_for(caller, request.tenant_id)
        return self.directory.ensure_requester(tenant.provider_id, request)
