"""Schema and indexes of changes and freezes."""

from mongoengine import (
    BooleanField,
    DateTimeField,
    DictField,
    Document,
    IntField,
    ListField,
    LongField,
    StringField,
)

from services.incidents.domain.change.record import ChangeKind, ChangeState
from services.incidents.store.translation import EPOCH

CHANGE_DUE_INDEX = "approval_due"
TIED_INDEX = "tied_incidents"
WINDOWS_INDEX = "windows"


class ChangeDocument(Document):
    """One change. The provider's own lie in its own room: tenant_id = provider_id."""

    change_id = StringField(primary_key=True)
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    revision = LongField(required=True)
    position = IntField(required=True)
    kind = StringField(required=True, choices=list(ChangeKind))
    state = StringField(required=True, choices=list(ChangeState))
    plan = DictField()
    risk_answers = DictField()
    risk_impact = StringField(null=True)
    suggested_impact = StringField()
    risk = StringField(null=True)
    window = DictField(null=True)
    client_facing = BooleanField(default=False)
    item_ids = ListField(StringField())
    incidents = ListField(DictField())
    approval = DictField(null=True)
    # When time moves its approval; only while it waits.
    approval_due_time = DateTimeField(null=True)
    requester_id = StringField(default="")
    requester_name = StringField(default="")
    outcome = StringField(default="")
    review = StringField(default="")
    start_time = DateTimeField(null=True)
    end_time = DateTimeField(null=True)
    create_time = DateTimeField(required=True)
    update_time = DateTimeField(required=True)
    recent_keys = ListField(StringField())

    meta = {  # noqa: RUF012 - MongoEngine reads a plain dict
        "db_alias": "incidents",
        "collection": "changes",
        "strict": False,
        "auto_create_index": False,
        "indexes": [
            # Provider-first: one row of numbers, and one calendar, for all of a provider's clients.
            {"fields": ["provider_id", "position"], "unique": True, "name": "numbers_of_changes"},
            {"fields": ["tenant_id", "-position"], "name": "newest_changes"},
            {
                "fields": ["provider_id", "window.end_time"],
                "name": WINDOWS_INDEX,
                "partialFilterExpression": {"window.end_time": {"$gt": EPOCH}},
            },
            {
                "fields": ["provider_id", "incidents.incident_id"],
                "name": TIED_INDEX,
                "partialFilterExpression": {"incidents.0": {"$exists": True}},
            },
            {
                "fields": ["provider_id", "item_ids"],
                "name": "changes_of_item",
                "partialFilterExpression": {"item_ids.0": {"$exists": True}},
            },
            # Of all tenants: SystemScope("approvals of changes that time moves").
            {
                "fields": ["approval_due_time"],
                "name": CHANGE_DUE_INDEX,
                "partialFilterExpression": {"approval_due_time": {"$gt": EPOCH}},
            },
        ],
    }


class FreezeDocument(Document):
    """A freeze of one client, or in the provider's own room of all of them."""

    freeze_id = StringField(primary_key=True)
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    name = StringField(required=True)
    start_time = DateTimeField(required=True)
    end_time = DateTimeField(required=True)

    meta = {  # noqa: RUF012 - MongoEngine reads a plain dict
        "db_alias": "incidents",
        "collection": "change_freezes",
        "strict": False,
        "auto_create_index": False,
        "indexes": [{"fields": ["provider_id", "end_time"], "name": "not_over"}],
    }
