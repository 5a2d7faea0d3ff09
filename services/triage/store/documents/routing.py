"""Who takes what, and in which windows nobody is called."""

import mongoengine as me

from services.triage.store.documents.owned import TriageDocument, meta_of


class GroupDocument(TriageDocument):
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
    meta = meta_of(
        "groups",
        [{"fields": ["tenant_id", "provider_id", "name"], "unique": True, "name": "name_of_a_group"}],
    )


class ProfileDocument(TriageDocument):
    """How much somebody is given and when nothing, in the provider's own room; its id is the person's."""

    load_cap = me.IntField(required=True)
    pressing_cap = me.IntField(required=True)
    time_zone = me.StringField(required=True)
    absences = me.ListField(me.DictField())
    meta = meta_of("work_profiles", [("tenant_id", "provider_id")])


class RoutingDocument(TriageDocument):
    """What is agreed with a client about who works for it, in its room; its id is the client's."""

    groups = me.ListField(me.DictField())
    preferred_ids = me.ListField(me.StringField())
    by_history = me.BooleanField(required=True)
    meta = meta_of("client_routings", [("provider_id", "tenant_id")])


class WindowDocument(TriageDocument):
    """A maintenance window, in its client's room."""

    revision = me.IntField()
    name = me.StringField(required=True)
    start_time = me.DateTimeField(required=True)
    end_time = me.DateTimeField(required=True)
    configuration_items = me.ListField(me.StringField())
    meta = meta_of("maintenance_windows", [("provider_id", "tenant_id", "end_time")])


class HeldDocument(TriageDocument):
    """An incident that a maintenance window keeps from being assigned."""

    revision = me.IntField()
    window_id = me.StringField(required=True)
    event_id = me.StringField(required=True)
    due_time = me.DateTimeField(required=True)
    report = me.DictField()
    # The second is of all tenants: SystemScope("what maintenance windows that are over held").
    meta = meta_of("held_incidents", [("provider_id", "tenant_id", "window_id"), ("due_time",)])
