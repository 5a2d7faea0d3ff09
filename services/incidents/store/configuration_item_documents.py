"""Schema and indexes of configuration items."""

from mongoengine import DateTimeField, DictField, Document, ListField, LongField, StringField

from services.incidents.domain.configuration_item import Criticality, ItemState

NAMED_INDEX = "names_in_use"
RELATIONS_INDEX = "relations"


class ConfigurationItemDocument(Document):
    """One item. Shared ones lie in the provider's own room: tenant_id = provider_id."""

    item_id = StringField(primary_key=True)
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    revision = LongField(required=True)
    type = StringField(required=True)
    name = StringField(required=True)
    aliases = ListField(StringField())
    description = StringField(default="")
    criticality = StringField(required=True, choices=list(Criticality))
    attributes = ListField(DictField())
    state = StringField(required=True, choices=list(ItemState))
    relations = ListField(DictField())
    create_time = DateTimeField(required=True)
    update_time = DateTimeField(required=True)
    # To be sorted by, and what is looked for in; `keys` is empty once it is retired.
    name_key = StringField(required=True)
    all_keys = ListField(StringField())
    keys = ListField(StringField())

    meta = {  # noqa: RUF012 - MongoEngine reads a plain dict
        "db_alias": "incidents",
        "collection": "configuration_items",
        "strict": False,
        "auto_create_index": False,
        "indexes": [
            {
                "fields": ["tenant_id", "keys"],
                "unique": True,
                "name": NAMED_INDEX,
                # Without it, two that have none would be the same.
                "partialFilterExpression": {"keys.0": {"$exists": True}},
            },
            {"fields": ["tenant_id", "name_key", "_id"], "name": "by_name"},
            # Provider-first: staff ask for all clients', and what hangs on a shared one is many clients'.
            {"fields": ["provider_id", "name_key", "_id"], "name": "by_name_of_provider"},
            {"fields": ["provider_id", "relations.item_id"], "name": RELATIONS_INDEX},
        ],
    }
