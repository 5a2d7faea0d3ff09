"""On-call schedules, the provider's, which all its staff know; and whom clients' incidents call."""

import hmac
from datetime import timedelta
from typing import Any

from chassis import clock
from services.triage.domain.link import Links
from tests.harness.waiting import wait_until
from tests.matrix.houses import House, Ids, World
from tests.matrix.model_records import suggest
from tests.matrix.records import incident
from tests.matrix.registry_records import private, word

CALENDAR = "\r\n".join(
    (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "BEGIN:VEVENT",
        "UID:1",
        "DTSTART:29980201T000000Z",
        "DTEND:29980202T000000Z",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
)


# When nobody is put on call by any probe.
FAR = {"start_time": "2996-01-01T00:00:00Z", "end_time": "2996-01-02T00:00:00Z"}


def soon() -> dict[str, str]:
    """A stretch of time to come."""
    start = clock.now() + timedelta(hours=1)
    return {"start_time": start.isoformat(), "end_time": (start + timedelta(hours=1)).isoformat()}


def schedule(world: World, house: House) -> Ids:
    """With one override."""
    person = {"person_id": house.own["technician_id"]}
    layer = {"name": "Primary", "people": [person], "start": "2026-01-05T09:00", "turn_count": 1}
    wanted = {"name": word(), "time_zone": "UTC", "layers": [{**layer, "turn_unit": "TURN_UNIT_WEEKS"}]}
    made = world.as_admin(house, "triage OnCallService.CreateSchedule", {"schedule": wanted})
    asked = {"schedule_id": made["schedule_id"], "override": {"person": person, **soon()}}
    changed = world.as_admin(house, "triage OnCallService.AddOverride", asked)
    return {
        "schedule_id": made["schedule_id"],
        "override_id": changed["overrides"][0]["override_id"],
        "technician_id": house.own["technician_id"],
    }


def absence(world: World, house: House) -> Ids:
    """The technician is unavailable for a while; the whole staff knows."""
    person = {"person_id": house.own["technician_id"]}
    asked = {"absence": {"person": person, "reason": word(), **FAR}}
    made = world.as_admin(house, "triage OnCallService.AddAbsence", asked)
    return {"absence_id": made["absence_id"], "schedule_id": schedule(world, house)["schedule_id"]}


def feed(world: World, house: House) -> Ids:
    """The administrator's link to their own shifts, and what opens it."""
    made = world.as_admin(house, "triage OnCallService.CreateFeed", {})
    return private(house, feed_id=made["feed_id"], token=made["token"])


def policy(world: World, house: House) -> Ids:
    """For this client alone; it begins with nothing that happens here."""
    wanted = {**_policy(house), "trigger": "ESCALATION_TRIGGER_BREACHED"}
    made = world.as_admin(house, "triage EscalationService.CreatePolicy", {"policy": wanted})
    return private(house, policy_id=made["policy_id"])


def escalated_incident(world: World, house: House) -> Ids:
    """One about which the technician was called, and something is suggested; tag: of the mail by which they may answer."""
    made = world.as_admin(house, "triage EscalationService.CreatePolicy", {"policy": _policy(house)})
    opened = incident(world, house)
    asked = {"incident_id": opened["incident_id"]}

    def paged() -> str:
        found = world.as_admin(house, "triage EscalationService.ListEscalations", asked)
        pages = [page for one in found.get("escalations", ()) for page in one.get("pages", ())]
        return pages[0]["page_id"] if pages else ""

    page_id = wait_until(paged, 20, what="somebody who is called")
    suggest(world, house, opened["incident_id"])
    # Of what other probes open here, nobody is called.
    world.as_admin(house, "triage EscalationService.DeletePolicy", {"policy_id": made["policy_id"]})
    private_key = (world.platform.settings.key_dir / "triage.key").read_bytes()
    links = Links(hmac.digest(private_key, b"fairlead triage link 1", "sha256"), "p", "pag")
    return {**opened, "tag": links.tag(page_id)}


def called_number(world: World, house: House) -> Ids:
    """By the number that people tell each other."""
    return {"number": escalated_incident(world, house)["number"]}


def page_tag(world: World, house: House) -> Ids:
    """What opens a page's link."""
    return private(house, tag=escalated_incident(world, house)["tag"])


def _policy(house: House) -> dict[str, Any]:
    target = {"kind": "ESCALATION_TARGET_KIND_PERSON", "target_id": house.own["technician_id"]}
    return {
        "name": f"Calls {word()}",
        "enabled": True,
        "trigger": "ESCALATION_TRIGGER_OPENED",
        "priorities": [f"PRIORITY_P{number}" for number in range(1, 6)],
        "tenant_ids": [house.tenant_id],
        "steps": [{"targets": [target], "wait_minutes": 10_000}],
        "rounds": 1,
    }
