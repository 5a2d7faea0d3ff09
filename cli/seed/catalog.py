"""An item of the catalog that every client is offered. What is there already, by its name, is left alone."""

from google.protobuf.json_format import ParseDict

from cli.seed.office import Office
from fairlead.incidents.v1 import catalog_service_pb2

_NAME = "A monitor for your desk"
_ITEM = {
    "contents": {
        "name": {"en": _NAME, "fr": "Un écran pour votre bureau"},
        "summary": {
            "en": "A 27-inch monitor with its cables, brought to your desk.",
            "fr": "Un écran de 27 pouces avec ses câbles, apporté à votre bureau.",
        },
        "priority": "PRIORITY_P4",
        "delivery_hours": 120,
        "steps": [
            {
                "name": "Manager",
                "rule": "APPROVAL_RULE_ANY",
                "roles": ["client_manager"],
                "remind_after_seconds": 2 * 86_400,
                "expire_after_seconds": 14 * 86_400,
            }
        ],
        "tasks": [
            {"name": "Order the monitor", "stage": 1, "due_share": 50},
            {"name": "Put it on the desk and try it", "stage": 2, "due_share": 100},
        ],
    }
}  # fmt: skip


def make_catalog(office: Office) -> None:
    """The item, offered from the start."""
    listed = office.call(office.catalog.ListCatalogItems, catalog_service_pb2.ListCatalogItemsRequest()).items
    if not any(item.contents.name["en"] == _NAME for item in listed):
        wanted = ParseDict(_ITEM, catalog_service_pb2.CreateCatalogItemRequest())
        office.call(office.catalog.CreateCatalogItem, wanted)
