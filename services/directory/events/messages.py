"""Domain objects as protobuf messages: what calls answer with and what events carry are the same."""

from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from fairlead.directory.v1 import person_pb2, tenant_pb2
from services.directory.domain.brand import Brand
from services.directory.domain.mail import MailDomain
from services.directory.domain.person import Grant, GrantRole, MembershipRole, Person, PersonState
from services.directory.domain.provider import Provider
from services.directory.domain.team import Team
from services.directory.domain.tenant import Tenant, TenantState

_TENANT_STATES = {
    TenantState.ACTIVE: tenant_pb2.TENANT_STATE_ACTIVE,
    TenantState.SUSPENDED: tenant_pb2.TENANT_STATE_SUSPENDED,
}
_PERSON_STATES = {
    PersonState.ACTIVE: person_pb2.PERSON_STATE_ACTIVE,
    PersonState.DISABLED: person_pb2.PERSON_STATE_DISABLED,
}
_MEMBERSHIP_ROLES = {
    MembershipRole.REQUESTER: person_pb2.MEMBERSHIP_ROLE_REQUESTER,
    MembershipRole.CLIENT_MANAGER: person_pb2.MEMBERSHIP_ROLE_CLIENT_MANAGER,
}
_GRANT_ROLES = {
    GrantRole.TECHNICIAN: person_pb2.GRANT_ROLE_TECHNICIAN,
    GrantRole.DISPATCHER: person_pb2.GRANT_ROLE_DISPATCHER,
    GrantRole.PROVIDER_ADMIN: person_pb2.GRANT_ROLE_PROVIDER_ADMIN,
}


def provider(record: Provider) -> tenant_pb2.Provider:
    """A provider, whole."""
    return tenant_pb2.Provider(
        provider_id=record.provider_id,
        name=record.name,
        slug=record.slug,
        support_addresses=record.support_addresses,
        create_time=_timestamp(record.create_time),
        revision=record.revision,
    )


def tenant(record: Tenant) -> tenant_pb2.Tenant:
    """A tenant, whole."""
    return tenant_pb2.Tenant(
        tenant_id=record.tenant_id,
        provider_id=record.provider_id,
        name=record.name,
        slug=record.slug,
        number_prefix=record.number_prefix,
        locale=record.locale,
        time_zone=record.time_zone,
        state=_TENANT_STATES[record.state],
        support_address=record.support_address,
        new_person_policy=f"NEW_PERSON_POLICY_{record.new_person_policy.upper()}",
        create_time=_timestamp(record.create_time),
        update_time=_timestamp(record.update_time),
        revision=record.revision,
    )


def mail_domain(record: MailDomain) -> tenant_pb2.MailDomain:
    """A mail domain; its own id is nobody's business."""
    return tenant_pb2.MailDomain(
        domain=record.domain,
        tenant_id=record.tenant_id,
        provider_id=record.provider_id,
        create_time=_timestamp(record.create_time),
    )


def brand(record: Brand) -> tenant_pb2.Brand:
    """A brand; ink is derived by whoever paints it."""
    return tenant_pb2.Brand(
        tenant_id=record.tenant_id,
        display_name=record.display_name,
        primary_color=record.primary_color,
        accent_color=record.accent_color,
        surface_color=record.surface_color,
        monogram=record.monogram,
        welcome_text=record.welcome_text,
        revision=record.revision,
    )


def person(record: Person) -> person_pb2.Person:
    """A person; one of whom only the name is known to the reader has an id and a name, nothing else."""
    if not record.email:
        return person_pb2.Person(person_id=record.person_id, display_name=record.display_name)
    return person_pb2.Person(
        person_id=record.person_id,
        provider_id=record.provider_id,
        email=record.email,
        display_name=record.display_name,
        locale=record.locale,
        time_zone=record.time_zone,
        state=_PERSON_STATES[record.state],
        memberships=[
            person_pb2.Membership(tenant_id=each.tenant_id, role=_MEMBERSHIP_ROLES[each.role])
            for each in record.memberships
        ],
        grants=[_grant(each) for each in record.grants],
        skills=record.skills,
        languages=record.languages,
        verified=record.verified,
        create_time=_timestamp(record.create_time),
        update_time=_timestamp(record.update_time),
        revision=record.revision,
    )


def team(record: Team) -> person_pb2.Team:
    """A team, whole."""
    return person_pb2.Team(
        team_id=record.team_id,
        provider_id=record.provider_id,
        name=record.name,
        person_ids=record.person_ids,
        revision=record.revision,
    )


def _grant(record: Grant) -> person_pb2.Grant:
    return person_pb2.Grant(
        role=_GRANT_ROLES[record.role],
        all_tenants=record.all_tenants,
        tenant_ids=sorted(record.tenant_ids),
    )


def _timestamp(moment: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp
