"""What every record of triage is."""

from datetime import UTC, datetime
from typing import Any

import mongoengine as me

# Before every time that is kept: an index over times that there are says `> EPOCH`.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TriageDocument(me.Document):
    """Whose it is, and how often it was saved."""

    meta = {"abstract": True}  # noqa: RUF012 - MongoEngine reads a plain dict

    id = me.StringField(primary_key=True)
    provider_id = me.StringField(required=True)
    tenant_id = me.StringField(required=True)
    revision = me.IntField(required=True, min_value=1)


def meta_of(collection: str, indexes: list[Any]) -> dict[str, Any]:
    """What MongoEngine is told of a collection."""
    return {
        "collection": collection,
        "db_alias": "triage",
        "auto_create_index": False,
        "strict": False,
        "indexes": indexes,
    }
