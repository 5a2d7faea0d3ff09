"""What lies in MongoDB: the fields, their checks and the indexes.

Indexes begin with the provider, but for those that must hold across providers and are used under a
SystemScope: slugs, support addresses, mail domains, and the address somebody signs in with.
"""

from collections.abc import Mapping
from typing import Any

import mongoengine as me


class _Owned(me.Document):
    meta = {"abstract": True}  # noqa: RUF012 - MongoEngine reads a plain dict

    provider_id = me.StringField(required=True)
    tenant_id = me.StringField(required=True)
    revision = me.IntField(required=True, min_value=1)


def _meta(collection: str, indexes: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "collection": collection,
        "db_alias": "directory",
        "auto_create_index": False,
        "strict": False,
        "indexes": indexes,
    }


class ProviderDocument(_Owned):
    """A provider; lies in its own room."""

    id = me.StringField(primary_key=True)
    name = me.StringField(required=True)
    slug = me.StringField(required=True)
    support_addresses = me.ListField(me.StringField())
    create_time = me.DateTimeField(required=True)

    meta = _meta(
        "providers",
        [
            {"fields": ["slug"], "unique": True, "name": "slug"},
            {
                "fields": ["support_addresses"],
                "unique": True,
                "name": "support_addresses",
                # Providers without any would otherwise all share "no address".
                "partialFilterExpression": {"support_addresses.0": {"$exists": True}},
            },
        ],
    )


class TenantDocument(_Owned):
    """A tenant; its tenant_id is its own id, so a grant's scope finds exactly the granted ones."""

    id = me.StringField(primary_key=True)
    name = me.StringField(required=True)
    slug = me.StringField(required=True)
    number_prefix = me.StringField(required=True)
    locale = me.StringField(required=True)
    time_zone = me.StringField(required=True)
    state = me.StringField(required=True, choices=["active", "suspended"])
    support_address = me.StringField()
    new_person_policy = me.StringField(choices=["create", "hold", "reject"])
    create_time = me.DateTimeField(required=True)
    update_time = me.DateTimeField(required=True)

    meta = _meta(
        "tenants",
        [
            {"fields": ["slug"], "unique": True, "name": "slug"},
            {"fields": ["provider_id", "number_prefix"], "unique": True, "name": "number_prefix"},
            {"fields": ["provider_id", "slug", "_id"], "name": "page"},
            {
                "fields": ["support_address"],
                "unique": True,
                "name": "support_address",
                "partialFilterExpression": {"support_address": {"$gt": ""}},
            },
        ],
    )


class MailDomainDocument(_Owned):
    """A mail domain; one that was removed stays, inactive, with its events."""

    id = me.StringField(primary_key=True)
    domain = me.StringField(required=True)
    active = me.BooleanField(required=True)
    create_time = me.DateTimeField(required=True)

    meta = _meta(
        "mail_domains",
        [
            {
                "fields": ["domain"],
                "unique": True,
                "name": "domain",
                "partialFilterExpression": {"active": True},
            },
            {"fields": ["provider_id", "tenant_id", "domain"], "name": "tenant"},
        ],
    )


class BrandDocument(_Owned):
    """A tenant's brand. Its id is not the tenant's: both are aggregates whose events share a stream."""

    id = me.StringField(primary_key=True)
    display_name = me.StringField(required=True)
    primary_color = me.StringField(required=True, regex=r"^#[0-9a-f]{6}$")
    accent_color = me.StringField(required=True, regex=r"^#[0-9a-f]{6}$")
    surface_color = me.StringField(required=True, regex=r"^#[0-9a-f]{6}$")
    monogram = me.StringField(required=True)
    welcome_text = me.StringField()

    meta = _meta("brands", [{"fields": ["provider_id", "tenant_id"], "unique": True, "name": "tenant"}])


class MembershipPart(me.EmbeddedDocument):
    """One tenant that a person belongs to."""

    tenant_id = me.StringField(required=True)
    role = me.StringField(required=True, choices=["requester", "client_manager"])


class GrantPart(me.EmbeddedDocument):
    """One staff role."""

    role = me.StringField(required=True, choices=["technician", "dispatcher", "provider_admin"])
    all_tenants = me.BooleanField(required=True)
    tenant_ids = me.ListField(me.StringField())


class PersonDocument(_Owned):
    """A person; lies in the provider's room, and is found by the tenants in `tenant_ids`."""

    id = me.StringField(primary_key=True)
    email = me.StringField(required=True)
    display_name = me.StringField(required=True)
    # display_name as lists sort it
    sort_name = me.StringField(required=True)
    locale = me.StringField()
    time_zone = me.StringField()
    state = me.StringField(required=True, choices=["active", "disabled"])
    memberships = me.EmbeddedDocumentListField(MembershipPart)
    # the tenants of the memberships, for the index
    tenant_ids = me.ListField(me.StringField())
    grants = me.EmbeddedDocumentListField(GrantPart)
    staff = me.BooleanField(required=True)
    skills = me.ListField(me.StringField())
    languages = me.ListField(me.StringField())
    verified = me.BooleanField(required=True)
    create_time = me.DateTimeField(required=True)
    update_time = me.DateTimeField(required=True)

    meta = _meta(
        "people",
        [
            {"fields": ["provider_id", "email"], "unique": True, "name": "email"},
            {"fields": ["email"], "name": "sign_in"},
            {"fields": ["provider_id", "tenant_ids", "sort_name", "_id"], "name": "members"},
            {"fields": ["provider_id", "staff", "sort_name", "_id"], "name": "staff"},
            {"fields": ["provider_id", "sort_name", "_id"], "name": "everyone"},
        ],
    )


class TeamDocument(_Owned):
    """A team; lies in the provider's room."""

    id = me.StringField(primary_key=True)
    name = me.StringField(required=True)
    person_ids = me.ListField(me.StringField())

    meta = _meta("teams", [{"fields": ["provider_id", "name"], "unique": True, "name": "name"}])


DOCUMENTS: tuple[type[me.Document], ...] = (
    ProviderDocument,
    TenantDocument,
    MailDomainDocument,
    BrandDocument,
    PersonDocument,
    TeamDocument,
)


def checked(document: type[me.Document], state: Mapping[str, Any]) -> dict[str, Any]:
    """The state, once the document's fields have found nothing wrong with it.

    Raises mongoengine's ValidationError: a bug, since domain rules come before. Owner and revision are the
    store's own and not part of a state.
    """
    filled = {"id": "checked", "provider_id": "checked", "tenant_id": "checked", "revision": 1}
    document(**filled, **_parts(state)).validate()
    return dict(state)


def _parts(state: Mapping[str, Any]) -> dict[str, Any]:
    parts = {"memberships": MembershipPart, "grants": GrantPart}
    return {
        field: [parts[field](**entry) for entry in value] if field in parts else value
        for field, value in state.items()
    }
