"""The directory: providers, clients, people, teams."""

from typing import Any

from tests.matrix import records as a
from tests.matrix.probes import Probe

_TENANT = {"tenant_id": "{tenant_id}"}
_PERSON = {"person_id": "{person_id}"}
_EVERYBODY = ("requester", "technician", "api_client")
_COLORS = {"primary_color": "#1e3a8a", "accent_color": "#9a3412", "surface_color": "#ffffff", "monogram": "A"}
_NEW_PERSON = {"email": "{fresh}@{fresh}.example", "display_name": "Newcomer"}


def _tenants(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"directory TenantService.{method}", request, **more)


def _people(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"directory PersonService.{method}", request, **more)


PROBES = [
    _tenants(
        "CreateProvider",
        {"name": "{fresh}", "slug": "{fresh}"},
        owner="operator",
        ownerless="it names nobody: operators alone make providers",
    ),
    _tenants("GetProvider", {"provider_id": "{provider_id}"}, record=a.provider, shared_with=_EVERYBODY),
    _tenants(
        "CreateTenant",
        {
            "provider_id": "{provider_id}",
            "name": "New",
            "slug": "{fresh}",
            "number_prefix": "{FRESH}",
            "locale": "en",
        }
        | {"time_zone": "UTC"},
        record=a.provider,
    ),
    _tenants(
        "CreateTenant",
        {"name": "{name}", "slug": "{slug}", "number_prefix": "{prefix}", "locale": "en"}
        | {"time_zone": "Europe/London", "support_address": "{support}"},
        record=a.registered,
        missing_as=("slug_taken", "tenant_exists"),
        comparable=False,
        by="registered already",
    ),
    _tenants("GetTenant", _TENANT, record=a.tenant),
    _tenants("FindTenantBySlug", {"slug": "{slug}"}, record=a.slug, owner="service"),
    _tenants("ListTenants", {"page_size": 200}, listing=True, shows="zephyrine"),
    _tenants("UpdateTenant", {**_TENANT, "name": "Renamed zephyrine"}, record=a.tenant),
    _tenants("SuspendTenant", {**_TENANT, "reason": "late"}, record=a.another_tenant, fresh=True),
    _tenants("ActivateTenant", _TENANT, record=a.another_tenant, fresh=True),
    _tenants("AddMailDomain", {**_TENANT, "domain": "{fresh}.example"}, record=a.tenant),
    _tenants(
        "AddMailDomain",
        {"tenant_id": "{own_tenant_id}", "domain": "{domain}"},
        record=a.domain,
        missing_as=("mail_domain_taken",),
        comparable=False,
        by="domain of another client",
    ),
    _tenants("RemoveMailDomain", {**_TENANT, "domain": "{domain}"}, record=a.mail_domain, fresh=True),
    _tenants(
        "RemoveMailDomain",
        {"tenant_id": "{own_tenant_id}", "domain": "{domain}"},
        record=a.mail_domain,
        fresh=True,
        by="domain of another client",
    ),
    _tenants("ListMailDomains", _TENANT, record=a.tenant),
    _tenants(
        "ResolveMail",
        {"sender": "somebody@{domain}", "recipients": ["help@nowhere.example"]},
        record=a.domain,
        owner="service",
        shows="ten_",
    ),
    _tenants(
        "ResolveMail",
        {"sender": "somebody@nowhere.example", "recipients": ["{email}"]},
        record=a.support_mailbox,
        owner="service",
        shows="prv_",
        by="written to",
    ),
    _tenants("GetBrand", _TENANT, record=a.tenant),
    _tenants("GetBrand", {"tenant_id": "{own_tenant_id}"}, listing=True, shows="zephyrine", by="own"),
    _tenants("SetBrand", {**_TENANT, **_COLORS, "display_name": "zephyrine"}, record=a.tenant),
    _people("CreatePerson", {**_NEW_PERSON, "provider_id": "{provider_id}"}, record=a.provider),
    _people(
        "CreatePerson",
        {**_NEW_PERSON, "memberships": [{**_TENANT, "role": "MEMBERSHIP_ROLE_REQUESTER"}]},
        record=a.tenant,
        by="membership",
    ),
    _people(
        "CreatePerson",
        {**_NEW_PERSON, "grants": [{"role": "GRANT_ROLE_TECHNICIAN", "tenant_ids": ["{tenant_id}"]}]},
        record=a.tenant,
        by="grant",
    ),
    _people("GetPerson", _PERSON, record=a.person),
    _people("BatchGetPeople", {"person_ids": ["{person_id}"]}, record=a.person, listing=True),
    _people("ListPeople", {"page_size": 200}, listing=True, shows="zephyrine"),
    _people("ListPeople", _TENANT, record=a.tenant, listing=True, by="tenant"),
    _people("ListPeople", {**_TENANT, "staff": True}, record=a.tenant, listing=True, by="staff of a tenant"),
    _people("FindPeopleByEmail", {"email": "{email}"}, record=a.mailbox, owner="service", listing=True),
    _people(
        "FindPeopleByEmail",
        {"email": "req@acme.example", "provider_id": "{provider_id}"},
        record=a.provider,
        owner="service",
        listing=True,
        by="provider",
    ),
    _people(
        "EnsureRequester", {**_TENANT, "email": "{fresh}@acme.example"}, record=a.tenant, owner="service"
    ),
    _people(
        "EnsureRequester",
        {"tenant_id": "{own_tenant_id}", "email": "{email}"},
        record=a.new_mailbox,
        fresh=True,
        owner="service",
        listing=True,
        comparable=False,
        by="address known elsewhere",
    ),
    _people("UpdatePerson", {**_PERSON, "display_name": "Renamed zephyrine"}, record=a.person),
    _people("DisablePerson", _PERSON, record=a.person, fresh=True),
    _people("EnablePerson", _PERSON, record=a.person, fresh=True),
    _people(
        "SetMembership",
        {**_PERSON, "membership": {"tenant_id": "{own_tenant_id}", "role": "MEMBERSHIP_ROLE_REQUESTER"}},
        record=a.person,
    ),
    _people(
        "SetMembership",
        {"person_id": "{own_spare_id}", "membership": {**_TENANT, "role": "MEMBERSHIP_ROLE_REQUESTER"}},
        record=a.another_tenant,
        fresh=True,
        by="tenant",
    ),
    _people("RemoveMembership", {**_PERSON, "tenant_id": "{own_tenant_id}"}, record=a.person, fresh=True),
    _people(
        "SetGrant",
        {**_PERSON, "grant": {"role": "GRANT_ROLE_TECHNICIAN", "tenant_ids": ["{own_tenant_id}"]}},
        record=a.person,
        fresh=True,
    ),
    _people(
        "SetGrant",
        {
            "person_id": "{own_admin_id}",
            "grant": {"role": "GRANT_ROLE_TECHNICIAN", "tenant_ids": ["{tenant_id}"]},
        },
        record=a.tenant,
        by="tenant",
    ),
    _people("RevokeGrant", {**_PERSON, "role": "GRANT_ROLE_TECHNICIAN"}, record=a.person, fresh=True),
    _people("CreateTeam", {"provider_id": "{provider_id}", "name": "{fresh}"}, record=a.provider),
    _people(
        "CreateTeam",
        {"name": "{fresh}", "person_ids": ["{technician_id}"]},
        record=a.technician,
        missing_as=("person_not_staff", "person_ids_invalid", "members_invalid", "not_staff"),
        by="member",
    ),
    _people(
        "SetTeamMembers",
        {"team_id": "{team_id}", "person_ids": []},
        record=a.team,
        fresh=True,
        shared_with=("technician",),
    ),
    _people("ListTeams", {}, listing=True, shows="team_", shared_with=("technician",)),
]
