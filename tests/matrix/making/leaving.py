"""What goes out, and what could not be done."""

from chassis import clock, headers
from chassis.bus.attempts import Delivery
from chassis.bus.dead_letters import DeadLetterStore
from chassis.errors import InvalidArgument
from chassis.ids import new_id
from tests.matrix.houses import House, Ids, Maker, World
from tests.matrix.making.incidents import known_incident
from tests.matrix.registry_records import private, word

_CONSUMERS = {
    "intake": "intake-directory",
    "incidents": "incidents-notify",
    "triage": "triage-queue",
    "sla": "sla-incidents",
    "notify": "notify-incidents",
}


def webhook(world: World, house: House) -> Ids:
    fields = {"tenant_id": house.tenant_id, "url": f"http://127.0.0.1:9/{house.mark}"}
    made = world.as_admin(house, "notify NotifyService.CreateWebhook", {"webhook": fields})
    return private(house, webhook_id=made["webhook_id"])


def suppression(world: World, house: House) -> Ids:
    fields = {"tenant_id": house.tenant_id, "address": f"{word()}@{house.mark}.example"}
    made = world.as_admin(house, "notify NotifyService.SuppressAddress", fields)
    return private(house, suppression_id=made["suppression_id"])


def tried_webhook(world: World, house: House) -> Ids:
    """One that something was sent to."""
    made = webhook(world, house)
    tried = world.as_admin(house, "notify NotifyService.TestWebhook", {"webhook_id": made["webhook_id"]})
    private(house, delivery_id=tried["delivery_id"])
    return made


def delivery(world: World, house: House) -> Ids:
    asked = {"incident_id": world.record(known_incident, house)["incident_id"]}
    listed = world.as_admin(house, "notify NotifyService.ListDeliveries", asked)
    return private(house, delivery_id=listed["deliveries"][0]["delivery_id"])


def dead_delivery(world: World, house: House) -> Ids:
    """Given up: a copy of a real one, as waiting for that would take a day."""
    collection = world.platform.database("notify")["deliveries"]
    kept = collection.find_one({"_id": world.record(delivery, house)["delivery_id"]})
    assert kept is not None
    made = {**kept, "_id": new_id("dlv"), "state": "dead", "due_time": None, "pending_events": []}
    collection.insert_one(made)
    return private(house, delivery_id=made["_id"])


def dead_letter_of(service: str) -> Maker:
    """An event about the house's incident that this service gave up."""

    def dead_letter(world: World, house: House) -> Ids:
        installation, incident_id = world.platform.settings.installation, new_id("inc")
        subject = f"{installation}.incidents.v1.{house.tenant_id}.{incident_id}.incident_opened"
        key = f"{incident_id}:1000"
        told = {headers.PROVIDER: house.provider_id, headers.MESSAGE_ID: key}
        letter = Delivery(key, subject, subject, told, house.mark.encode(), 8)
        store = DeadLetterStore(world.platform.database(service), clock.now)
        store.keep(_CONSUMERS[service], letter, InvalidArgument("malformed", house.mark))
        return private(house, dead_letter_id=f"{_CONSUMERS[service]}:{key}")

    dead_letter.__name__ = f"dead_letter_of_{service}"
    return dead_letter
