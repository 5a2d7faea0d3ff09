"""What lies in MongoDB: the fields, their checks and the indexes.

The queue has provider-first indexes besides the tenant-first ones: with tenant-first alone, one page over a
hundred tenants examined eighty thousand keys.
"""

from datetime import UTC, datetime
from typing import Any

import mongoengine as me

RISK_INDEX, COUNTS_INDEX = "risk", "counts"
# What counts tell apart; people's loads are counted by the assignee and the priority.
COUNTED = ("assignee_id", "tenant_id", "priority", "sla_state", "needs_dispatcher", "state")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Owned(me.Document):
    meta = {"abstract": True}  # noqa: RUF012 - MongoEngine reads a plain dict

    id = me.StringField(primary_key=True)
    provider_id = me.StringField(required=True)
    tenant_id = me.StringField(required=True)
    revision = me.IntField(required=True, min_value=1)


def _meta(collection: str, indexes: list[Any]) -> dict[str, Any]:
    return {
        "collection": collection,
        "db_alias": "triage",
        "auto_create_index": False,
        "strict": False,
        "indexes": indexes,
    }


class RuleDocument(_Owned):
    """A rule, in the provider's own room."""

    name = me.StringField(required=True)
    position = me.IntField(required=True)
    enabled = me.BooleanField(required=True)
    for_tenant_id = me.StringField()
    conditions = me.ListField(me.DictField())
    actions = me.DictField()
    match_any = me.BooleanField()
    # Which version is the latest, and which decides (0: none), with what it says.
    version = me.IntField()
    is_tried = me.BooleanField()
    live_version = me.IntField()
    live = me.DictField()
    versions = me.ListField(me.DictField())
    update_time = me.DateTimeField(required=True)
    meta = _meta("rules", [("tenant_id", "provider_id", "position")])


class RuleRunDocument(_Owned):
    """What rules did about one incident, with its client; removed when its time is over."""

    revision = me.IntField()
    time = me.DateTimeField(required=True)
    expire_time = me.DateTimeField(required=True)
    report = me.DictField()
    number = me.StringField()
    runs = me.ListField(me.DictField())
    rules_tried = me.IntField()
    no_page = me.BooleanField()
    advice = me.DictField()
    refusal = me.StringField()
    kept = me.ListField(me.StringField())
    # Provider-first: rules are a provider's, and are tried on incidents of all of its clients.
    meta = _meta(
        "rule_runs",
        [
            ("provider_id", "-time", "-id"),
            {
                "fields": ["provider_id", "runs.rule_id", "-time", "-id"],
                "partialFilterExpression": {"runs.rule_id": {"$gt": ""}},
                "name": "runs_of_a_rule",
            },
            {"fields": ["expire_time"], "expireAfterSeconds": 0},
        ],
    )


class GroupDocument(_Owned):
    """An assignment group, in the provider's own room."""

    name = me.StringField(required=True)
    members = me.ListField(me.DictField())
    categories = me.ListField(me.StringField())
    for_tenant_ids = me.ListField(me.StringField())
    is_default = me.BooleanField(required=True)
    time_zone = me.StringField()
    schedule_id = me.StringField()
    hours = me.ListField(me.DictField())
    holiday_country = me.StringField()
    holiday_region = me.StringField()
    needs = me.ListField(me.DictField())
    meta = _meta(
        "groups",
        [{"fields": ["tenant_id", "provider_id", "name"], "unique": True, "name": "name_of_a_group"}],
    )


class QueueDocument(_Owned):
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
    meta = _meta(
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
                "partialFilterExpression": {"resolve_time": {"$gt": _EPOCH}},
                "name": "resolved_lately_of_a_client",
            },
            {
                "fields": ["provider_id", "resolve_time"],
                "partialFilterExpression": {"resolve_time": {"$gt": _EPOCH}},
                "name": "resolved_lately",
            },
        ],
    )


class ProfileDocument(_Owned):
    """How much somebody is given and when nothing, in the provider's own room; its id is the person's."""

    load_cap = me.IntField(required=True)
    pressing_cap = me.IntField(required=True)
    time_zone = me.StringField(required=True)
    absences = me.ListField(me.DictField())
    meta = _meta("work_profiles", [("tenant_id", "provider_id")])


class RoutingDocument(_Owned):
    """What is agreed with a client about who works for it, in its room; its id is the client's."""

    groups = me.ListField(me.DictField())
    preferred_ids = me.ListField(me.StringField())
    by_history = me.BooleanField(required=True)
    meta = _meta("client_routings", [("provider_id", "tenant_id")])


class ScheduleDocument(_Owned):
    """An on-call schedule with its overrides, in the provider's own room."""

    name = me.StringField(required=True)
    time_zone = me.StringField(required=True)
    layers = me.ListField(me.DictField())
    overrides = me.ListField(me.DictField())
    meta = _meta("on_call_schedules", [("tenant_id", "provider_id", "name")])


class FeedDocument(_Owned):
    """A link to a calendar of shifts, in the provider's own room; found by its id alone once its tag is verified."""

    revision = me.IntField()
    person_id = me.StringField(required=True)
    schedule_id = me.StringField()
    create_time = me.DateTimeField(required=True)
    meta = _meta("on_call_feeds", [("tenant_id", "provider_id", "person_id")])


class PolicyDocument(_Owned):
    """An escalation policy, in the provider's own room."""

    name = me.StringField(required=True)
    position = me.IntField(required=True)
    policy = me.DictField()
    meta = _meta("escalation_policies", [("tenant_id", "provider_id", "position")])


class EscalationDocument(_Owned):
    """An escalation of one incident; `next_time` is missing once it is over."""

    incident_id = me.StringField(required=True)
    state = me.StringField(required=True)
    next_time = me.DateTimeField()
    held_by = me.StringField()
    start_time = me.DateTimeField(required=True)
    concern = me.DictField()
    policy = me.DictField()
    trigger = me.StringField(required=True)
    step = me.IntField(required=True)
    round = me.IntField(required=True)
    pages = me.ListField(me.DictField())
    unmanned = me.ListField()
    end_time = me.DateTimeField()
    ended_by = me.DictField()
    reason = me.StringField()
    meta = _meta(
        "escalations",
        [
            ("provider_id", "tenant_id", "incident_id"),
            ("provider_id", "incident_id"),
            # Of all tenants: SystemScope("the next steps of escalations"), SystemScope("the links of pages").
            {
                "fields": ["next_time"],
                "partialFilterExpression": {"next_time": {"$gt": _EPOCH}},
                "name": "next_step",
            },
            {
                "fields": ["pages.page_id"],
                "partialFilterExpression": {"pages.page_id": {"$gt": ""}},
                "name": "page_of_a_link",
            },
        ],
    )


class WindowDocument(_Owned):
    """A maintenance window, in its client's room."""

    revision = me.IntField()
    name = me.StringField(required=True)
    start_time = me.DateTimeField(required=True)
    end_time = me.DateTimeField(required=True)
    configuration_items = me.ListField(me.StringField())
    meta = _meta("maintenance_windows", [("provider_id", "tenant_id", "end_time")])


class HeldDocument(_Owned):
    """An incident that a maintenance window keeps from being assigned."""

    revision = me.IntField()
    window_id = me.StringField(required=True)
    event_id = me.StringField(required=True)
    due_time = me.DateTimeField(required=True)
    report = me.DictField()
    # The second is of all tenants: SystemScope("what maintenance windows that are over held").
    meta = _meta("held_incidents", [("provider_id", "tenant_id", "window_id"), ("due_time",)])


class ViewDocument(_Owned):
    """A saved view, in the provider's own room; `owner` is whose it is, "" where it is shared."""

    name = me.StringField(required=True)
    name_key = me.StringField(required=True)
    owner = me.StringField()
    filter = me.DictField()
    sort = me.StringField(required=True)
    update_time = me.DateTimeField(required=True)
    meta = _meta(
        "views",
        [
            {
                "fields": ["tenant_id", "provider_id", "owner", "name_key"],
                "unique": True,
                "name": "name_of_a_view",
            }
        ],
    )


class LessonDocument(_Owned):
    """An incident's words and what people said of it, each with the revision at which it was said; in its client's room."""

    revision = me.IntField()
    text = me.StringField()
    category = me.StringField()
    impact = me.StringField()
    urgency = me.StringField()
    assignment_group = me.StringField()
    create_time = me.DateTimeField(required=True)
    # Provider-first: a provider's models learn from all of its clients at once; counted under SystemScope("how many
    # lessons each provider has").
    meta = _meta(
        "lessons",
        [
            ("provider_id", "-create_time"),
            ("category", "provider_id"),
            *(
                {
                    "fields": [aspect, "provider_id"],
                    "partialFilterExpression": {aspect: {"$gt": ""}},
                    "name": f"lessons_of_{aspect}",
                }
                for aspect in ("impact", "urgency", "assignment_group")
            ),
        ],
    )


class SuggestionDocument(_Owned):
    """What models made of an incident and were not sure enough of, in its client's room; its id is the incident's."""

    revision = me.IntField()
    advice = me.DictField()
    create_time = me.DateTimeField(required=True)
    meta = _meta(
        "suggestions",
        [
            ("provider_id", "tenant_id"),
            # What nobody looked at for so long nobody will.
            {"fields": ["create_time"], "expireAfterSeconds": 180 * 86_400, "name": "forgotten"},
        ],
    )


class CardDocument(_Owned):
    """A model's card, in the provider's own room."""

    revision = me.IntField()
    create_time = me.DateTimeField(required=True)
    lessons = me.IntField(required=True)
    first_time = me.DateTimeField(required=True)
    last_time = me.DateTimeField(required=True)
    categories = me.ListField(me.StringField())
    tried_on = me.IntField(required=True)
    figures = me.DictField()
    threshold = me.FloatField(required=True)
    refusal = me.StringField()
    aspect = me.StringField()
    switch_time = me.DateTimeField()
    switched_by = me.StringField()
    threshold_by = me.StringField()
    meta = _meta("model_cards", [("tenant_id", "provider_id", "-create_time")])
