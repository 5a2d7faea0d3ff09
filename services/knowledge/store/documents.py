"""What lies in MongoDB: the fields, their checks and the indexes."""

from collections.abc import Mapping
from typing import Any

import mongoengine as me

_META = {"db_alias": "knowledge", "auto_create_index": False, "strict": False}


class ArticleDocument(me.Document):
    """An article; lies in the provider's room (tenant_id = provider_id), its readers in `tenant_ids`."""

    id = me.StringField(primary_key=True)
    provider_id = me.StringField(required=True)
    tenant_id = me.StringField(required=True)
    revision = me.IntField(required=True, min_value=1)
    audience = me.StringField(required=True, choices=["internal", "all_clients", "named_clients"])
    tenant_ids = me.ListField(me.StringField())
    state = me.StringField(required=True, choices=["draft", "published", "retired"])
    locale = me.StringField(required=True, choices=["en", "fr"])
    title = me.StringField(required=True)
    summary = me.StringField()
    body = me.StringField(required=True)
    categories = me.ListField(me.StringField())
    create_time = me.DateTimeField(required=True)
    update_time = me.DateTimeField(required=True)
    publish_time = me.DateTimeField()

    meta = _META | {
        "collection": "articles",
        "indexes": [
            {"fields": ["provider_id", "tenant_id", "-update_time", "-_id"], "name": "page"},
            # Covers the question whether anything changed since the words were last read.
            {"fields": ["provider_id", "tenant_id", "_id", "revision"], "name": "revisions"},
        ],
    }


HELPED_INDEX = "helped"


class FeedbackDocument(me.Document):
    """One person's answer about one article; the id is made of both, so there is never a second."""

    id = me.StringField(primary_key=True)
    provider_id = me.StringField(required=True)
    tenant_id = me.StringField(required=True)
    article_id = me.StringField(required=True)
    person_id = me.StringField(required=True)
    # Of whose people the person is; "" for staff.
    client_id = me.StringField()
    helpful = me.BooleanField(required=True)
    update_time = me.DateTimeField(required=True)

    meta = _META | {
        "collection": "feedback",
        "indexes": [
            {"fields": ["provider_id", "tenant_id", "article_id", "helpful"], "name": "counts"},
            {"fields": ["provider_id", "tenant_id", "helpful", "update_time"], "name": HELPED_INDEX},
        ],
    }


DOCUMENTS: tuple[type[me.Document], ...] = (ArticleDocument, FeedbackDocument)


def checked(state: Mapping[str, Any]) -> dict[str, Any]:
    """An article's state, once the document's fields have found nothing wrong with it.

    Raises mongoengine's ValidationError: a bug, since domain rules come before.
    """
    owned = {"id": "checked", "provider_id": "checked", "tenant_id": "checked", "revision": 1}
    ArticleDocument(**owned, **state).validate()
    return dict(state)
