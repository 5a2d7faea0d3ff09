"""Provider, clients, people: who there is."""

from chassis.errors import AlreadyExists
from cli.seed import northstar
from cli.seed.office import Office
from fairlead.directory.v1 import person_pb2, person_service_pb2, tenant_service_pb2

_MEMBERSHIPS = {
    "requester": person_pb2.MEMBERSHIP_ROLE_REQUESTER,
    "client_manager": person_pb2.MEMBERSHIP_ROLE_CLIENT_MANAGER,
}
_GRANTS = {
    "technician": person_pb2.GRANT_ROLE_TECHNICIAN,
    "dispatcher": person_pb2.GRANT_ROLE_DISPATCHER,
    "provider_admin": person_pb2.GRANT_ROLE_PROVIDER_ADMIN,
}


def make_provider(office: Office) -> str:
    """Its id. From here on the operator works for it."""
    request = tenant_service_pb2.CreateProviderRequest(**northstar.PROVIDER)
    provider = office.call(office.tenants.CreateProvider, request)
    office.work_for(provider.provider_id)
    return str(provider.provider_id)


def make_client(office: Office, client: northstar.Client) -> str:
    """Its tenant id; with brand and mail domain."""
    request = tenant_service_pb2.CreateTenantRequest(
        name=client.name,
        slug=client.slug,
        number_prefix=client.prefix,
        locale=client.locale,
        time_zone=client.time_zone,
        support_address=client.support_address,
    )
    tenant_id = str(office.call(office.tenants.CreateTenant, request).tenant_id)
    brand = tenant_service_pb2.SetBrandRequest(
        tenant_id=tenant_id,
        display_name=client.name,
        primary_color=client.color,
        accent_color=client.accent,
        surface_color="#f7f8fc",
        monogram=client.monogram,
        welcome_text=client.welcome,
    )
    office.call(office.tenants.SetBrand, brand)
    domain = tenant_service_pb2.AddMailDomainRequest(tenant_id=tenant_id, domain=client.mail_domain)
    try:
        office.call(office.tenants.AddMailDomain, domain)
    except AlreadyExists:
        pass  # from an earlier, interrupted run
    return tenant_id


def make_people(office: Office, tenants: dict[str, str]) -> dict[str, person_pb2.Person]:
    """Mail address → person, of the clients and of the staff, each with the demonstration password."""
    made = {}
    for client in northstar.CLIENTS:
        for person in client.people:
            membership = person_pb2.Membership(tenant_id=tenants[client.slug], role=_MEMBERSHIPS[person.role])
            made[person.email] = _make(office, person, memberships=[membership])
    for person in northstar.STAFF:
        grant = person_pb2.Grant(
            role=_GRANTS[person.role],
            all_tenants=not person.tenants,
            tenant_ids=[tenants[slug] for slug in person.tenants],
        )
        made[person.email] = _make(office, person, grants=[grant])
    for known in made.values():
        password = {"password": northstar.PASSWORD}
        office.http("PUT", f"/api/v1/people/{known.person_id}/password", json=password)
    return made


def _make(
    office: Office,
    person: northstar.Person,
    memberships: list[person_pb2.Membership] | None = None,
    grants: list[person_pb2.Grant] | None = None,
) -> person_pb2.Person:
    request = person_service_pb2.CreatePersonRequest(
        email=person.email,
        display_name=person.name,
        locale=person.locale,
        time_zone=person.time_zone,
        memberships=memberships,
        grants=grants,
        # Staff work in English and in their own language: French clients' incidents find whoever speaks it.
        languages=sorted({"en", person.locale or "en"}) if grants else [],
        skills=person.skills,
    )
    return office.call(office.people.CreatePerson, request)
