"""The shape and the indexes of what is kept of alerts."""

from datetime import UTC, datetime
from typing import Any

import mongoengine as me

from chassis.mongo import ensure_indexes

WAITING, WAITING_OF_TENANT = "waiting", "waiting_of_tenant"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# So long what was received stays to be looked at.
_KEPT_SECONDS = 30 * 24 * 3600


def _meta(collection: str, indexes: list[Any]) -> dict[str, Any]:
    return {
        "collection": collection,
        "db_alias": "intake",
        "auto_create_index": False,
        "strict": False,
        "indexes": [{**index, "cls": False} for index in indexes],
    }


class AlertSourceDocument(me.Document):
    """A monitoring system of one client. Of its key there is a digest alone."""

    id = me.StringField(primary_key=True)
    provider_id = me.StringField(required=True)
    tenant_id = me.StringField(required=True)
    revision = me.LongField(required=True)
    name = me.StringField(required=True)
    sender = me.StringField(required=True)
    key_digest = me.StringField(required=True)
    key_hint = me.StringField()
    secret = me.StringField()
    enabled = me.BooleanField(required=True)
    mapping = me.DictField()
    policy = me.DictField()
    topic = me.StringField()
    create_time = me.DateTimeField(required=True)
    key_time = me.DateTimeField()
    last_alert_time = me.DateTimeField()
    last_error_time = me.DateTimeField()
    last_error = me.StringField()
    meta = _meta(
        "alert_sources",
        [
            {"fields": ["provider_id", "tenant_id", "name"]},
            # A key names its source, whatever tenant's it is: SystemScope("whose key this is").
            {"fields": ["key_digest"], "unique": True},
        ],
    )


class AlertDeliveryDocument(me.Document):
    """One payload, verbatim, and the signals it was read as."""

    id = me.StringField(primary_key=True)
    provider_id = me.StringField(required=True)
    tenant_id = me.StringField(required=True)
    source_id = me.StringField(required=True)
    state = me.StringField(required=True)
    receive_time = me.DateTimeField(required=True)
    body = me.BinaryField()
    content_type = me.StringField()
    signals = me.ListField(me.DictField())
    identity = me.StringField()
    error_reason = me.StringField()
    error = me.StringField()
    expire_time = me.DateTimeField()
    meta = _meta(
        "alert_deliveries",
        [
            {"fields": ["provider_id", "tenant_id", "source_id", "-id"]},
            {
                "fields": ["provider_id", "tenant_id", "source_id", "identity"],
                "unique": True,
                "partialFilterExpression": {"identity": {"$gt": ""}},
            },
            # Partial, so what is handled costs nothing. The second is of all tenants: SystemScope("… nobody has handled").
            {
                "fields": ["provider_id", "tenant_id", "receive_time", "id"],
                "name": WAITING_OF_TENANT,
                "partialFilterExpression": {"state": "received"},
            },
            {
                "fields": ["receive_time", "id"],
                "name": WAITING,
                "partialFilterExpression": {"state": "received"},
            },
            # What is not handled yet has no such time, and stays.
            {"fields": ["expire_time"], "expireAfterSeconds": _KEPT_SECONDS},
        ],
    )


class AlertLaneDocument(me.Document):
    """Whose turn it is to handle a client's deliveries."""

    id = me.StringField(primary_key=True)
    provider_id = me.StringField(required=True)
    tenant_id = me.StringField(required=True)
    lease = me.StringField()
    lease_time = me.DateTimeField()
    meta = _meta("alert_lanes", [])


class AlertGroupDocument(me.Document):
    """The alerts of one incident. `keys` are those that no other group may have."""

    id = me.StringField(primary_key=True)
    provider_id = me.StringField(required=True)
    tenant_id = me.StringField(required=True)
    revision = me.LongField(required=True)
    source_id = me.StringField(required=True)
    state = me.StringField(required=True)
    keys = me.ListField(me.StringField())
    correlation_key = me.StringField()
    alerts = me.ListField(me.DictField())
    incident_id = me.StringField()
    due_time = me.DateTimeField()
    update_time = me.DateTimeField(required=True)
    pending_events = me.ListField(me.DictField())
    published = me.DictField()
    meta = _meta(
        "alert_groups",
        [
            {
                "fields": ["tenant_id", "provider_id", "keys"],
                "unique": True,
                "partialFilterExpression": {"keys.0": {"$exists": True}},
            },
            {
                "fields": ["provider_id", "tenant_id", "correlation_key"],
                "partialFilterExpression": {"correlation_key": {"$gt": ""}},
            },
            {"fields": ["provider_id", "tenant_id", "incident_id"]},
            {"fields": ["provider_id", "tenant_id", "-update_time", "-id"]},
            # Of all tenants: SystemScope("what the record is to be told of alerts").
            {"fields": ["due_time"], "partialFilterExpression": {"due_time": {"$gt": _EPOCH}}},
        ],
    )


DOCUMENTS = (AlertSourceDocument, AlertDeliveryDocument, AlertLaneDocument, AlertGroupDocument)


class Indexes:
    """Made before anything relies on them, even while the service starts: an alert sent twice must be found."""

    def __init__(self) -> None:
        self._made = False

    def make(self) -> None:
        """Raises Unavailable."""
        if not self._made:
            ensure_indexes(DOCUMENTS)
            self._made = True
