"""What lies in MongoDB: the fields, their checks and the indexes.

Indexes begin with the provider and tenant, but for those on due times and times to look again, which watchers read for
all tenants at once under a SystemScope.
"""

from datetime import UTC, datetime
from typing import Any

import mongoengine as me

# Named in queries as a hint: with few documents the planner would rather scan.
DUE_INDEX, LOOK_INDEX = "next_due_time", "next_look_time"
DECIDED_INDEX, RUNNING_INDEX, OPENED_INDEX = "decided", "running", "opened"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Owned(me.Document):
    meta = {"abstract": True}  # noqa: RUF012 - MongoEngine reads a plain dict

    provider_id = me.StringField(required=True)
    tenant_id = me.StringField(required=True)
    revision = me.IntField(required=True, min_value=1)


def _meta(collection: str, indexes: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "collection": collection,
        "db_alias": "sla",
        "auto_create_index": False,
        "strict": False,
        "indexes": indexes,
    }


class TargetPart(me.EmbeddedDocument):
    """One promise of one version."""

    kind = me.StringField(required=True, choices=["first_response", "next_update", "resolution", "custom"])
    priority = me.IntField(required=True, min_value=0, max_value=5)  # 0: any
    goal_seconds = me.IntField(required=True, min_value=1)
    calendar_id = me.StringField(required=True)
    warning_percent = me.IntField(min_value=0, max_value=99)
    pausing_parties = me.ListField(me.StringField())
    # What only some targets state lies there only where it is stated.
    name = me.StringField()
    level = me.StringField(choices=["operational", "vendor"])
    incident_kind = me.StringField()
    service = me.StringField()
    channel = me.StringField()
    requester_group = me.StringField()
    group_id = me.StringField()
    warning_percents = me.ListField(me.IntField())
    start_event = me.StringField()
    stop_event = me.StringField()
    reopen_rule = me.StringField(choices=["continue", "new_cycle", "reset"])
    excluded_codes = me.ListField(me.StringField())


class ContractVersionPart(me.EmbeddedDocument):
    """One version of a contract."""

    version = me.IntField(required=True, min_value=1)
    name = me.StringField(required=True)
    effective_time = me.DateTimeField(required=True)
    targets = me.EmbeddedDocumentListField(TargetPart)
    reopen_rule = me.StringField(required=True, choices=["continue", "new_cycle", "reset"])
    close_after_seconds = me.IntField(min_value=0)
    reopen_within_seconds = me.IntField(min_value=0)
    time_zone = me.StringField(required=True)
    create_time = me.DateTimeField(required=True)


class ContractDocument(_Owned):
    """A contract with its versions; a provider's default lies in the provider's own room."""

    id = me.StringField(primary_key=True)
    versions = me.EmbeddedDocumentListField(ContractVersionPart)

    meta = _meta(
        "contracts", [{"fields": ["provider_id", "tenant_id"], "unique": True, "name": "one_a_tenant"}]
    )


class CalendarDocument(_Owned):
    """A calendar with its versions, in the provider's own room. Windows are [start, end] in seconds."""

    id = me.StringField(primary_key=True)
    name = me.StringField(required=True)
    versions = me.ListField(me.DictField())

    meta = _meta(
        "calendars", [{"fields": ["provider_id", "tenant_id", "name"], "unique": True, "name": "name"}]
    )


class FactPart(me.EmbeddedDocument):
    """One fact; the short names are for a list that is read and written with every change."""

    e = me.StringField(required=True)  # event id
    s = me.LongField(required=True)  # sequence
    k = me.StringField(required=True)  # kind
    t = me.DateTimeField(required=True)  # time
    p = me.IntField()  # priority
    a = me.StringField()  # awaiting
    # Only where there is one: incident kind, service, channel, requester group, assignment group, code, since.
    i = me.StringField()
    v = me.StringField()
    c = me.StringField()
    r = me.StringField()
    g = me.StringField()
    o = me.StringField()
    n = me.DateTimeField()


class StandingPart(me.EmbeddedDocument):
    """How one clock stood when something was last told of it."""

    key = me.StringField(required=True)  # "<kind>[:name][@level].<cycle>"
    state = me.StringField(required=True)
    due_time = me.DateTimeField()
    goal_seconds = me.LongField()
    verdict = me.StringField()
    decide_time = me.DateTimeField()


class ClockSetDocument(_Owned):
    """The clocks of one incident, under the incident's id."""

    id = me.StringField(primary_key=True)
    number = me.StringField()
    requester_id = me.StringField()
    participant_ids = me.ListField(me.StringField())
    assignee_id = me.StringField()
    assignee_name = me.StringField()
    assignment_group_id = me.StringField()
    assignment_group_name = me.StringField()
    incident_revision = me.LongField()
    facts = me.EmbeddedDocumentListField(FactPart)
    opened = me.BooleanField()
    open_time = me.DateTimeField()  # of the fact that says so, which never changes
    contract_id = me.StringField()
    contract_version = me.IntField()
    calendar_versions = me.ListField(me.ListField(me.DynamicField()))  # [calendar id, version]
    announced = me.ListField(me.StringField())
    standings = me.EmbeddedDocumentListField(StandingPart)
    next_due_time = me.DateTimeField()
    prospect = me.DictField()  # {key, chance}: what was told last
    next_look_time = me.DateTimeField()
    running = me.BooleanField()

    meta = _meta(
        "clock_sets",
        [
            {
                "fields": ["next_due_time"],
                "name": DUE_INDEX,
                # Most incidents of a long-lived installation are over; only what is waited for is indexed.
                "partialFilterExpression": {"next_due_time": {"$type": "date"}},
            },
            {
                "fields": ["next_look_time"],
                "name": LOOK_INDEX,
                "partialFilterExpression": {"next_look_time": {"$type": "date"}},
            },
            {
                "fields": ["provider_id", "tenant_id", "standings.decide_time"],
                "name": DECIDED_INDEX,
                "partialFilterExpression": {"standings.decide_time": {"$gt": EPOCH}},
            },
            {
                "fields": ["provider_id", "tenant_id"],
                "name": RUNNING_INDEX,
                "partialFilterExpression": {"running": True},
            },
            # Written once for each incident: what is in it never changes.
            {"fields": ["provider_id", "tenant_id", "open_time"], "name": OPENED_INDEX},
        ],
    )
