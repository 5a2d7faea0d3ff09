"""The queue's rows and saved views.

The queue has provider-first indexes besides the tenant-first ones: with tenant-first alone, one page over a
hundred tenants examined eighty thousand keys.
"""

import mongoengine as me

from services.triage.store.documents.owned import EPOCH, TriageDocument, meta_of

RISK_INDEX, COUNTS_INDEX = "risk", "counts"


# What counts tell apart; people's loads are counted by the assignee and the priority.
COUNTED = ("assignee_id", "tenant_id", "priority", "sla_state", "needs_dispatcher", "state")


class QueueDocument(TriageDocument):
    """A row of the queue; `open`, `due_sort` and `risk_sort` exist to be sorted and filtered by."""

    open = me.BooleanField(required=True)
    state = me.StringField()
    sla_state = me.StringField()
    needs_dispatcher = me.BooleanField()
    priority = me.IntField()
    due_sort = me.DateTimeField(required=True)
    risk_sort = me.FloatField(required=True)
    update_time = me.DateTimeField()
    assignee_id = me.StringField()
    resolve_time = me.DateTimeField()
    words = me.ListField(me.StringField())
    meta = meta_of(
        "queue_entries",
        [
            (owner, "open", *sort, "id")
            for owner in ("provider_id", "tenant_id")
            for sort in (("priority", "due_sort"), ("due_sort",), ("-update_time",))
        ]
        + [
            # Whoever sorts by what may happen looks at what is open.
            {
                "fields": [owner, "open", "-risk_sort", "due_sort", "id"],
                "partialFilterExpression": {"open": True},
                "name": name,
            }
            for owner, name in (("provider_id", RISK_INDEX), ("tenant_id", "risk_by_tenant"))
        ]
        + [
            {"fields": ["provider_id", "open", *COUNTED], "name": COUNTS_INDEX},
            {
                "fields": ["tenant_id", "provider_id", "-resolve_time"],
                "partialFilterExpression": {"resolve_time": {"$gt": EPOCH}},
                "name": "resolved_lately_of_a_client",
            },
            {
                "fields": ["provider_id", "resolve_time"],
                "partialFilterExpression": {"resolve_time": {"$gt": EPOCH}},
                "name": "resolved_lately",
            },
        ],
    )


class ViewDocument(TriageDocument):
    """A saved view, in the provider's own room; `owner` is whose it is, "" where it is shared."""

    name = me.StringField(required=True)
    name_key = me.StringField(required=True)
    owner = me.StringField()
    filter = me.DictField()
    sort = me.StringField(required=True)
    update_time = me.DateTimeField(required=True)
    meta = meta_of(
        "views",
        [
            {
                "fields": ["tenant_id", "provider_id", "owner", "name_key"],
                "unique": True,
                "name": "name_of_a_view",
            }
        ],
    )
