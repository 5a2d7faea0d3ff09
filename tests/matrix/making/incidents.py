"""Incidents and what is done to them."""

from datetime import timedelta
from typing import Any

from chassis import clock
from chassis.errors import NotFound
from chassis.ids import new_id
from services.gateway.bulk import BulkAction, Row, Step, bulk_id_of
from tests.harness.waiting import wait_until
from tests.matrix.houses import House, Ids, World
from tests.matrix.making.articles import article
from tests.matrix.making.contracts import contract
from tests.matrix.registry_records import private, word


def marked_word(world: World, house: House) -> Ids:
    """What only this house's records say."""
    article(world, house)
    return {"word": house.mark}


def requester(world: World, house: House) -> Ids:
    """Somebody of the client's, who asked for something."""
    world.record(incident, house)
    return {"requester_id": house.own["requester_id"]}


def incident(world: World, house: House) -> Ids:
    sender = {"person_id": house.own["requester_id"], "name": f"Requester {house.mark}"}
    evidence = {
        "submission_id": new_id("sub"),
        "tenant_id": house.tenant_id,
        "channel": "portal",
        "sender": {**sender, "address": f"req@{house.slug}.example"},
        "authenticated": True,
        "subject": f"Printer {house.mark}",
        "text": f"It is on fire, says {house.mark}.",
    }
    answer = world.ask(
        "incidents IncidentService.AcceptSubmissions",
        {"submissions": [evidence]},
        world.caller(house, "service"),
    )
    accepted = answer["accepted"][0]
    return private(house, incident_id=accepted["incident_id"], number=accepted["number"])


def numbered(world: World, house: House) -> Ids:
    """By the number that people tell each other."""
    return {"number": world.record(incident, house)["number"]}


def assigned_incident(world: World, house: House) -> Ids:
    return _after("Assign", {"assignee_id": house.own["technician_id"], "assignee_name": "T"}, world, house)


def mailed_incident(world: World, house: House) -> Ids:
    """What ties a mail to an incident: the Message-ID of an earlier one, and the token of its reply address."""
    service, message_id = world.caller(house, "service"), f"{word()}@{house.slug}.example"
    evidence = {
        "submission_id": new_id("sub"),
        "tenant_id": house.tenant_id,
        "channel": "email",
        "sender": {"address": f"req@{house.slug}.example"},
        "subject": f"Mailed {house.mark}",
        "text": "By mail.",
        "message_id": message_id,
        "authenticated": True,
    }
    answer = world.ask("incidents IncidentService.AcceptSubmissions", {"submissions": [evidence]}, service)
    accepted = answer["accepted"][0]
    private(house, incident_id=accepted["incident_id"], number=accepted["number"])
    asked = {"requests": [{"incident_id": accepted["incident_id"], "address": f"req@{house.slug}.example"}]}
    tokens = world.ask("incidents IncidentService.MintReplyTokens", asked, service)["tokens"]
    return {"message_id": message_id, "reply_token": tokens[0]}


def incident_on_hold(world: World, house: House) -> Ids:
    fields = {"awaiting": "AWAITED_PARTY_VENDOR", "reason": "parts"}
    return _after("Hold", fields, world, house)


def two_incidents(world: World, house: House) -> Ids:
    """One, and another that it may be merged into."""
    return {**incident(world, house), "into_number": incident(world, house)["number"]}


def parent_incident(world: World, house: House) -> Ids:
    """One with a child."""
    parent, child = incident(world, house), incident(world, house)
    asked = {"incident_id": child["incident_id"], "parent": parent["incident_id"]}
    world.ask("incidents IncidentService.SetParent", asked, world.caller(house, "technician"))
    return parent


def merged_incident(world: World, house: House) -> Ids:
    into = incident(world, house)
    return _after("Merge", {"into": into["incident_id"]}, world, house)


def resolved_incident(world: World, house: House) -> Ids:
    return _after("Resolve", {"code": "fixed", "text": "Put out."}, world, house)


def answer_link(world: World, house: House) -> Ids:
    """The token of a link in a mail about a proposed solution, and the portal it is for."""
    solved, service = resolved_incident(world, house), world.caller(house, "service")
    asked = {
        "incident_id": solved["incident_id"],
        "action": "ANSWER_ACTION_CONFIRM",
        "recipient": house.own["requester_id"],
        "issue_time": clock.now().isoformat().replace("+00:00", "Z"),
    }
    answer = world.ask("incidents IncidentService.MintAnswerTokens", {"requests": [asked]}, service)
    return {"slug": house.slug, "token": answer["tokens"][0]}


def _after(command: str, fields: dict[str, Any], world: World, house: House) -> Ids:
    opened = incident(world, house)
    asked = {"incident_id": opened["incident_id"], **fields}
    world.ask(f"incidents IncidentService.{command}", asked, world.caller(house, "technician"))
    return opened


def known_incident(world: World, house: House) -> Ids:
    """One that triage, service levels and notify have all heard of."""
    world.record(contract, house)
    opened = incident(world, house)
    admin, asked = world.caller(house, "admin"), {"incident_id": opened["incident_id"]}

    def heard() -> bool:
        try:
            world.ask("triage QueueService.GetQueueEntry", asked, admin)
            clocks = world.ask("sla ClockService.GetClocks", asked, admin).get("clocks")
        except NotFound:
            return False
        told = world.ask("notify NotifyService.ListDeliveries", asked, admin).get("deliveries")
        return bool(clocks and told)

    wait_until(heard, timeout=20, what="every service to hear of an incident")
    return opened


def submission(world: World, house: House) -> Ids:
    fields = {
        "tenant_id": house.tenant_id,
        "channel": "CHANNEL_PORTAL",
        "subject": f"Screen {house.mark}",
        "text": f"It is dark, says {house.mark}.",
    }
    made = world.ask("intake SubmissionService.Submit", fields, world.caller(house, "requester"))
    private(house, incident_id=made.get("incident_id", ""), number=made.get("incident_number", ""))
    return private(house, submission_id=made["submission_id"])


def bulk_action(world: World, house: House) -> Ids:
    """The technician's, on one incident, which can be undone for long."""
    gateway, known = world.platform.gateway, world.record(incident, house)
    subject, now = f"person:{house.own['technician_id']}", gateway.clock()
    asked = BulkAction(
        bulk_id_of(subject, word()),
        house.provider_id,
        subject,
        "hold",
        (Step("hold", {"awaiting": 3, "reason": "Parts"}),),
        (Row(known["incident_id"], known["incident_id"], 1),),
        now,
        now + timedelta(hours=1),
    )
    gateway.bulk.begin(asked)
    return private(house, bulk_id=asked.bulk_id)
