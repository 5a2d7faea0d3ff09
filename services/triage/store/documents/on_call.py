"""Who is called, and how far a call has come."""

import mongoengine as me

from services.triage.store.documents.owned import EPOCH, TriageDocument, meta_of


class ScheduleDocument(TriageDocument):
    """An on-call schedule with its overrides, in the provider's own room."""

    name = me.StringField(required=True)
    time_zone = me.StringField(required=True)
    layers = me.ListField(me.DictField())
    overrides = me.ListField(me.DictField())
    meta = meta_of("on_call_schedules", [("tenant_id", "provider_id", "name")])


class AbsenceDocument(TriageDocument):
    """When somebody cannot be on call, in the provider's own room."""

    revision = me.IntField()
    person_id = me.StringField(required=True)
    name = me.StringField()
    start_time = me.DateTimeField(required=True)
    end_time = me.DateTimeField(required=True)
    reason = me.StringField()
    made_by = me.StringField()
    meta = meta_of("on_call_absences", [("tenant_id", "provider_id", "end_time")])


class FeedDocument(TriageDocument):
    """A link to a calendar of shifts, in the provider's own room; found by its id alone once its tag is verified."""

    revision = me.IntField()
    person_id = me.StringField(required=True)
    schedule_id = me.StringField()
    create_time = me.DateTimeField(required=True)
    meta = meta_of("on_call_feeds", [("tenant_id", "provider_id", "person_id")])


class PolicyDocument(TriageDocument):
    """An escalation policy, in the provider's own room."""

    name = me.StringField(required=True)
    position = me.IntField(required=True)
    policy = me.DictField()
    meta = meta_of("escalation_policies", [("tenant_id", "provider_id", "position")])


class EscalationDocument(TriageDocument):
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
    meta = meta_of(
        "escalations",
        [
            ("provider_id", "tenant_id", "incident_id"),
            ("provider_id", "incident_id"),
            # Of all tenants: SystemScope("the next steps of escalations"), SystemScope("the links of pages").
            {
                "fields": ["next_time"],
                "partialFilterExpression": {"next_time": {"$gt": EPOCH}},
                "name": "next_step",
            },
            {
                "fields": ["pages.page_id"],
                "partialFilterExpression": {"pages.page_id": {"$gt": ""}},
                "name": "page_of_a_link",
            },
        ],
    )
