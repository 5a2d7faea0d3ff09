"""Attachments, on their way and there."""

from tests.matrix.houses import House, Ids, World
from tests.matrix.making.incidents import incident
from tests.matrix.making.portal import portal
from tests.matrix.registry_records import private


def uploaded(world: World, house: House) -> Ids:
    """A file of the requester's that no message names yet."""
    return _uploaded(world, house, "requester")


def staffs_upload(world: World, house: House) -> Ids:
    """The same of staff."""
    return _uploaded(world, house, "technician")


def _uploaded(world: World, house: House, kind: str) -> Ids:
    header = {"incident_id": world.record(incident, house)["incident_id"], "name": f"{house.mark}.png"}
    messages = [{"header": header}, {"chunk": "iVBORw0KGgo="}]
    asked = {"messages": messages}
    made = world.ask("incidents AttachmentService.UploadAttachment", asked, world.caller(house, kind))
    return private(house, attachment_id=made["attachment_id"])


def attachment(world: World, house: House) -> Ids:
    """A file of a message on the house's incident, by the incident's id and number."""
    file, on = uploaded(world, house), world.record(incident, house)
    fields = {"incident_id": on["incident_id"], "text": "Look", "attachment_ids": [file["attachment_id"]]}
    world.ask("incidents IncidentService.Reply", fields, world.caller(house, "requester"))
    return {**on, **file}


def portal_attachment(world: World, house: House) -> Ids:
    found = attachment(world, house)
    return portal(world, house) | {name: found[name] for name in ("number", "attachment_id")}


def numbered_attachment(world: World, house: House) -> Ids:
    found = attachment(world, house)
    return {name: found[name] for name in ("number", "attachment_id")}
