"""What a model learns from, says, and is."""

import mongoengine as me

from services.triage.store.documents.owned import TriageDocument, meta_of


class LessonDocument(TriageDocument):
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
    meta = meta_of(
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


class SuggestionDocument(TriageDocument):
    """What models made of an incident and were not sure enough of, in its client's room; its id is the incident's."""

    revision = me.IntField()
    advice = me.DictField()
    create_time = me.DateTimeField(required=True)
    meta = meta_of(
        "suggestions",
        [
            ("provider_id", "tenant_id"),
            # What nobody looked at for so long nobody will.
            {"fields": ["create_time"], "expireAfterSeconds": 180 * 86_400, "name": "forgotten"},
        ],
    )


class CardDocument(TriageDocument):
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
    meta = meta_of("model_cards", [("tenant_id", "provider_id", "-create_time")])
