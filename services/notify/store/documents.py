"""What lies in MongoDB: the fields, their checks and the indexes."""

from typing import Any

import mongoengine as me


class _Owned(me.Document):
    meta = {"abstract": True}  # noqa: RUF012 - MongoEngine reads a plain dict

    id = me.StringField(primary_key=True)
    provider_id = me.StringField(required=True)
    tenant_id = me.StringField(required=True)


def _meta(collection: str, indexes: list[Any]) -> dict[str, Any]:
    return {
        "collection": collection,
        "db_alias": "notify",
        "auto_create_index": False,
        "strict": False,
        "indexes": indexes,
    }


class DeliveryDocument(_Owned):
    """A delivery. The index by due time serves the senders, which work for all tenants."""

    incident_id = me.StringField(required=True)
    channel = me.StringField(required=True)
    recipient = me.StringField(required=True)
    state = me.StringField(required=True)
    due_time = me.DateTimeField()
    create_time = me.DateTimeField(required=True)
    meta = _meta(
        "deliveries",
        [
            ("tenant_id", "incident_id", "-create_time", "id"),
            ("tenant_id", "-create_time", "id"),
            ("tenant_id", "recipient", "-create_time"),
            ("provider_id", "-create_time", "id"),
            ("provider_id", "recipient", "-create_time", "id"),
            {
                # The recipient stands in it so that what waits for a resting endpoint is passed over unread.
                "fields": ["channel", "due_time", "recipient"],
                "name": "due_by_channel",
                # A type test leaves out those that have ended, whose due time is null.
                "partialFilterExpression": {"due_time": {"$type": "date"}},
            },
        ],
    )


class WebhookDocument(_Owned):
    """An endpoint, in its tenant's room or in the provider's own."""

    url = me.StringField(required=True)
    secret = me.StringField(required=True)
    meta = _meta("webhooks", [("tenant_id", "provider_id"), ("provider_id",)])


class SuppressionDocument(_Owned):
    """An address that mail failed to reach."""

    address = me.StringField(required=True)
    update_time = me.DateTimeField(required=True)
    meta = _meta(
        "bounces",
        [
            {"fields": ["tenant_id", "address"], "unique": True, "name": "address_of_a_tenant"},
            ("tenant_id", "-update_time", "id"),
            ("provider_id", "-update_time", "id"),
            ("provider_id", "address"),
        ],
    )
