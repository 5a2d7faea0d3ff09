"""Rules, and what each did."""

import mongoengine as me

from services.triage.store.documents.owned import TriageDocument, meta_of


class RuleDocument(TriageDocument):
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
    meta = meta_of("rules", [("tenant_id", "provider_id", "position")])


class RuleRunDocument(TriageDocument):
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
    meta = meta_of(
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
