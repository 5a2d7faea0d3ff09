"""A form of the house's client, published. See records.py."""

from tests.matrix.houses import House, Ids, World
from tests.matrix.registry_records import private

FORM = {
    "title": {"en": "Zephyrine"},
    "fields": [{"key": "what", "kind": "FIELD_KIND_TEXT", "label": {"en": "What?"}, "required": True}],
}


def form(world: World, house: House) -> Ids:
    definition = {**FORM, "title": {"en": f"Form {house.mark}"}}
    fields = {"tenant_id": house.tenant_id, "definition": definition}
    made = world.as_admin(house, "intake FormService.CreateForm", fields)
    private(house, form_id=made["form_id"])
    world.as_admin(house, "intake FormService.PublishForm", {"form_id": made["form_id"]})
    return {"form_id": made["form_id"]}


def portal_form(world: World, house: House) -> Ids:
    return {"slug": house.slug, **world.record(form, house)}
