"""Schema of the catalog: what is kept of it lies in the provider's own room (tenant_id = provider_id)."""

from mongoengine import BooleanField, DateTimeField, DictField, Document, IntField, LongField, StringField


class CatalogItemDocument(Document):
    """One item as it is now."""

    item_id = StringField(primary_key=True)
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    revision = LongField(required=True)
    contents = DictField()
    version = IntField(required=True)
    retired = BooleanField(default=False)
    create_time = DateTimeField(required=True)
    update_time = DateTimeField(required=True)

    meta = {  # noqa: RUF012 - MongoEngine reads a plain dict
        "db_alias": "incidents",
        "collection": "catalog_items",
        "strict": False,
        "auto_create_index": False,
        "indexes": [{"fields": ["tenant_id", "_id"], "name": "of_room"}],
    }


class CatalogVersionDocument(Document):
    """What an item said at one of its versions; `<item>:<version>`, never changed."""

    version_id = StringField(primary_key=True)
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    contents = DictField()

    meta = {  # noqa: RUF012 - MongoEngine reads a plain dict
        "db_alias": "incidents",
        "collection": "catalog_versions",
        "strict": False,
        "auto_create_index": False,
        "indexes": [{"fields": ["tenant_id", "_id"], "name": "of_room"}],
    }
