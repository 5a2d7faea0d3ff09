"""The pages of the catalog, and of what was ordered from it."""

from typing import Any

from tests.matrix import order_records as a
from tests.matrix.houses import House, Ids, World
from tests.matrix.probes import Probe


def portal_item(world: World, house: House) -> Ids:
    return {"slug": house.slug, **world.record(a.catalog_item, house)}


def portal_approval(world: World, house: House) -> Ids:
    ids = a.waiting_request(world, house)
    return {"slug": house.slug, "number": ids["number"]}


def portal_delegation(world: World, house: House) -> Ids:
    ids = a.waiting_request_and_member(world, house)
    found = world.as_admin(house, "directory PersonService.GetPerson", {"person_id": ids["member_id"]})
    return {"slug": house.slug, "number": ids["number"], "member_email": found["email"]}


def _ask(surface: str, /, form: dict[str, str] | None = None, path: Any = None, **more: Any) -> Probe:
    return Probe(surface, {"form": form, "query": None, "path": path or {}}, **more)


_ORDER, _OWN = "/t/{slug}/order/{item_id}", {"slug": "{own_slug}"}


def approved_number(world: World, house: House) -> Ids:
    ids = a.approved_request(world, house)
    return {"number": ids["number"], "task_id": "t1"}


def waiting_number(world: World, house: House) -> Ids:
    ids = a.waiting_request_and_member(world, house)
    return {"number": ids["number"], "member_id": ids["member_id"]}


_FORM = {"name_en": "zephyrine", "tenants": "{own_tenant_id}", "delivery_hours": "8"}
_ADMIN = {"record": a.catalog_item}

CONSOLE = [
    _ask("GET /console/admin/catalog", listing=True, comparable=False, shows="cat_", **_ADMIN),
    _ask("GET /console/admin/catalog/new", listing=True, shows="<form"),
    _ask(
        "POST /console/admin/catalog",
        form=_FORM,
        ownerless="it is made in the asker's own provider's room; another provider's client is refused by name",
        shows="/console/admin/catalog",
    ),
    _ask("GET /console/admin/catalog/{item_id}", **_ADMIN),
    _ask("POST /console/admin/catalog/{item_id}", form=_FORM, fresh=True, shows="catalog_saved", **_ADMIN),
    _ask(
        "POST /console/admin/catalog/{item_id}/retire",
        form={"retired": "1"},
        fresh=True,
        shows="catalog_retired",
        **_ADMIN,
    ),
    _ask(
        "POST /console/incidents/{number}/tasks/{task_id}",
        form={"do": "done"},
        record=approved_number,
        owner="technician",
        fresh=True,
        shows="done=tasks",
    ),
    _ask(
        "POST /console/incidents/{number}/approval/approvers",
        form={"person": "{member_id}"},
        record=waiting_number,
        owner="technician",
        fresh=True,
        shows="done=approval",
    ),
]
PORTAL = [
    _ask(f"GET {_ORDER}", record=portal_item, owner="requester"),
    _ask(f"GET {_ORDER}", record=a.catalog_item, path=_OWN, owner="requester", by="item"),
    _ask(f"POST {_ORDER}", form={"text": "zephyrine"}, record=portal_item, owner="requester"),
    _ask(
        f"POST {_ORDER}",
        form={"text": "mine"},
        record=a.catalog_item,
        path=_OWN,
        owner="requester",
        shows="/t/",
        by="item",
    ),
    _ask(
        "POST /t/{slug}/incidents/{number}/approval",
        form={"verdict": "approve"},
        record=portal_approval,
        owner="manager",
        fresh=True,
    ),
    _ask(
        "POST /t/{slug}/incidents/{number}/delegate",
        form={"colleague": "{member_email}"},
        record=portal_delegation,
        owner="manager",
        fresh=True,
    ),
]
