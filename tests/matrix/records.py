"""One record of each kind, made by the house's own people through the surfaces themselves.

Each maker returns the ids that name its record. A place of the same name in a probe's request is filled with them.
"""

import base64
from datetime import timedelta
from typing import Any

from chassis import clock, headers
from chassis.bus.attempts import Delivery
from chassis.bus.dead_letters import DeadLetterStore
from chassis.errors import InvalidArgument, InvalidState, NotFound
from chassis.ids import new_id
from services.gateway.bulk import BulkAction, Row, Step, bulk_id_of
from tests.harness.waiting import wait_until
from tests.matrix.houses import House, Ids, Maker, World
from tests.matrix.registry_records import (  # noqa: F401 - probes find every record here
    another_tenant,
    api_client,
    brand,
    domain,
    mail_domain,
    mailbox,
    member,
    new_mailbox,
    person,
    private,
    provider,
    registered,
    slug,
    support_mailbox,
    team,
    technician,
    tenant,
    word,
)

_CONSUMERS = {
    "intake": "intake-directory",
    "incidents": "incidents-notify",
    "triage": "triage-queue",
    "sla": "sla-incidents",
    "notify": "notify-incidents",
}


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


def portal(world: World, house: House) -> Ids:
    """The house's portal, by its name in addresses."""
    return {"slug": house.slug}


def portal_incident(world: World, house: House) -> Ids:
    return portal(world, house) | numbered(world, house)


def portal_resolved(world: World, house: House) -> Ids:
    return portal(world, house) | {"number": resolved_incident(world, house)["number"]}


def portal_article(world: World, house: House) -> Ids:
    return portal(world, house) | article(world, house)


def portal_submission(world: World, house: House) -> Ids:
    return portal(world, house) | submission(world, house)


def quarantined(world: World, house: House) -> Ids:
    """A stranger's mail to the provider, which waits for its administrators."""
    subject = f"{house.mark} {word()}"
    sender = f"stranger@{word()}.example"
    world.platform.send_mail(sender, f"help@{house.provider_slug}.example", subject, "Whose am I?")

    def found() -> str:
        fields = {"state": "SUBMISSION_STATE_QUARANTINED", "page_size": 200}
        listed = world.as_admin(house, "intake SubmissionService.ListSubmissions", fields)
        named = [one["submission_id"] for one in listed.get("submissions", ()) if one["subject"] == subject]
        return named[0] if named else ""

    return private(house, submission_id=wait_until(found, timeout=20, what="a mail in quarantine"))


def article(world: World, house: House) -> Ids:
    """Published, for this client alone."""
    made = draft_article(world, house)
    world.as_admin(house, "knowledge ArticleService.PublishArticle", {"article_id": made["article_id"]})
    return made


def helped(world: World, house: House) -> Ids:
    """A client one of whose people was helped by an article."""
    given = {"article_id": world.record(article, house)["article_id"], "helpful": True}
    world.ask("knowledge ArticleService.SendFeedback", given, world.caller(house, "requester"))
    return {"tenant_id": house.tenant_id}


def draft_article(world: World, house: House) -> Ids:
    wording = {
        "audience": "AUDIENCE_NAMED_CLIENTS",
        "tenant_ids": [house.tenant_id],
        "locale": "en",
        "title": f"Printer {house.mark}",
        "summary": f"For {house.mark}",
        "body": f"Ask {house.mark} about the printer.",
    }
    made = world.as_admin(house, "knowledge ArticleService.CreateArticle", {"article": wording})
    return private(house, article_id=made["article_id"])


def calendar(world: World, house: House) -> Ids:
    """The provider's: all its staff know it, and clients whose contract is measured on it."""
    fields = {"name": word(), "time_zone": "UTC", "always_open": True}
    made = world.as_admin(house, "sla ContractService.CreateCalendar", {"calendar": fields})
    return {"calendar_id": made["calendar_id"]}


def contract(world: World, house: House) -> Ids:
    """The client's one contract."""
    if "contract" in house.shared:
        return house.shared["contract"]
    calendar_id = world.record(calendar, house)["calendar_id"]
    targets = [
        {"kind": kind, "priority": f"PRIORITY_P{priority}", "goal_seconds": 3600 * priority}
        | {"calendar_id": calendar_id, "warning_percent": 75}
        for kind in ("TARGET_KIND_FIRST_RESPONSE", "TARGET_KIND_RESOLUTION")
        for priority in range(1, 6)
    ]
    fields = {
        "tenant_id": house.tenant_id,
        "name": f"Gold {house.mark}",
        "time_zone": "UTC",
        "targets": targets,
        "reopen_rule": "REOPEN_RULE_CONTINUE",
        "close_after_seconds": 86_400,
        "reopen_within_seconds": 86_400,
    }
    made = world.as_admin(house, "sla ContractService.CreateContract", {"contract": fields})
    return private(house, contract_id=made["contract_id"])


def credit_terms(world: World, house: House) -> Ids:
    """What is owed under the client's contract."""
    named = world.record(contract, house)
    clause = {"clause_id": "4.1", "text": f"Late, {house.mark}", "basis": "per_breach", "amount_minor": 2500}
    terms = {
        "contract_id": named["contract_id"],
        "currency": "EUR",
        "fee_minor": 100_000,
        "clauses": [clause, {**clause, "clause_id": "5"}],
    }
    fields = {"terms": {**terms, "effective_time": "2020-01-01T00:00:00Z"}}
    world.as_admin(house, "sla StatementService.SetCreditTerms", fields)
    return named


def contracted(world: World, house: House) -> Ids:
    """A client that goes by a contract."""
    world.record(contract, house)
    return tenant(world, house)


def statement(world: World, house: House) -> Ids:
    """A closed month with two broken promises, of an incident that was moved back into it."""
    named = world.record(credit_terms, house)
    now = clock.now()
    past = (now.replace(day=1) - timedelta(days=20)).replace(hour=12)
    collection = world.platform.database("sla")["clock_sets"]
    kept = collection.find_one({"_id": world.record(known_incident, house)["incident_id"]})
    assert kept is not None
    made = {
        **kept,
        "_id": new_id("inc"),
        "facts": [{"e": "moved:1000", "s": 1000, "k": "opened", "t": past, "p": 3, "a": ""}],
        "standings": [{**one, "state": "breached", "verdict": "breached", "decide_time": past + timedelta(hours=9)} for one in kept["standings"]],
        "next_due_time": None,
        "running": False,
        "pending_events": [],
    }  # fmt: skip
    collection.insert_one(made)
    private(house, incident_id=made["_id"])
    asked = {"tenant_id": house.tenant_id, **named, "period": f"{past:%Y-%m}"}
    drafted = world.as_admin(house, "sla StatementService.DraftStatement", asked)
    found = {"statement_id": drafted["statement_id"]}
    world.as_admin(house, "sla StatementService.CloseStatement", found)

    def closed() -> bool:
        shown = world.as_admin(house, "sla StatementService.GetStatement", found)
        return shown["state"] == "STATEMENT_STATE_CLOSED"

    wait_until(closed, timeout=20, what="a closed statement")
    return private(house, **found)


def portal_statement(world: World, house: House) -> Ids:
    return portal(world, house) | world.record(statement, house)


def stated_incident(world: World, house: House) -> Ids:
    """A promise on the closed statement."""
    named = world.record(statement, house)
    listed = world.as_admin(house, "sla StatementService.ListStatementLines", named)
    return {**named, "incident_id": listed["lines"][0]["incident_id"]}


def exclusion(world: World, house: House) -> Ids:
    """Proposed by the technician; declined ones are proposed again."""
    asked = {**world.record(stated_incident, house), "target": "resolution", "cycle": 1}
    asked["reason"] = f"Storm over {house.mark}"
    by = world.caller(house, "technician")
    try:
        made = world.ask("sla StatementService.ProposeExclusion", asked, by)
    except InvalidState:
        listed = world.as_admin(
            house, "sla StatementService.ListExclusions", {"statement_id": asked["statement_id"]}
        )
        made = listed["exclusions"][0]
    return private(house, exclusion_id=made["exclusion_id"])


def pause(world: World, house: House) -> Ids:
    """A hold that stopped a clock, whatever other probes made of the contract."""
    named = world.record(contract, house)
    known = world.as_admin(house, "sla ContractService.GetContract", named)
    targets = [{**one, "pausing_parties": ["AWAITED_PARTY_VENDOR"]} for one in known["targets"]]
    fields = {name: known[name] for name in ("contract_id", "name", "time_zone", "reopen_rule")}
    changed = {"contract": {**fields, "targets": targets}}
    world.as_admin(house, "sla ContractService.UpdateContract", changed)
    held = incident_on_hold(world, house)
    manager, asked = world.caller(house, "client_manager"), {"incident_id": held["incident_id"]}

    def found() -> str:
        try:
            shown = world.ask("sla PauseService.ListPauses", asked, manager).get("pauses", [])
        except NotFound:
            return ""
        return shown[0]["pause_id"] if shown and shown[0].get("stopped") else ""

    return {**held, "pause_id": wait_until(found, timeout=20, what="a pause")}


def contested_pause(world: World, house: House) -> Ids:
    named = pause(world, house)
    asked = {"incident_id": named["incident_id"], "pause_id": named["pause_id"]}
    asked["words"] = f"Nobody asked {house.mark}."
    world.ask("sla PauseService.ContestPause", asked, world.caller(house, "client_manager"))
    return named


def portal_pause(world: World, house: House) -> Ids:
    held = pause(world, house)
    return portal(world, house) | {name: held[name] for name in ("number", "pause_id")}


def numbered_contest(world: World, house: House) -> Ids:
    contested = contested_pause(world, house)
    return {name: contested[name] for name in ("number", "pause_id")}


def rule(world: World, house: House) -> Ids:
    fields = {
        "tenant_id": house.tenant_id,
        "name": f"Fires {house.mark}",
        "position": 1,
        "enabled": True,
        "conditions": [
            {
                "field": "CONDITION_FIELD_WORDS",
                "operator": "CONDITION_OPERATOR_CONTAINS_ANY",
                "values": ["unheard"],
            }
        ],
        "actions": {"category": "fire"},
    }
    made = world.as_admin(
        house, "triage RuleService.CreateRule", {"rule": fields, "untried_reason": "a test"}
    )
    return private(house, rule_id=made["rule_id"])


def group(world: World, house: House) -> Ids:
    """Works for this client alone."""
    fields = {
        "name": f"Fire brigade {house.mark} {word()}",
        "tenant_ids": [house.tenant_id],
        "categories": ["unheard"],
        "members": [{"person_id": house.own["technician_id"]}],
    }
    made = world.as_admin(house, "triage RuleService.CreateAssignmentGroup", {"group": fields})
    return private(house, group_id=made["group_id"])


MAILBOX = {
    "host": "127.0.0.1",
    "port": 9,
    "security": "MAILBOX_SECURITY_NONE",
    "username": "zephyrine",
    "after": "MAILBOX_AFTER_MARK_SEEN",
}


def view(world: World, house: House) -> Ids:
    """Shared, and of this client alone."""
    fields = {
        "name": f"Fires {house.mark} {word()}",
        "shared": True,
        "filter": {"tenant_ids": [house.tenant_id]},
    }
    made = world.as_admin(house, "triage ViewService.CreateView", {"view": fields})
    return private(house, view_id=made["view_id"])


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


def webhook(world: World, house: House) -> Ids:
    fields = {"tenant_id": house.tenant_id, "url": f"http://127.0.0.1:9/{house.mark}"}
    made = world.as_admin(house, "notify NotifyService.CreateWebhook", {"webhook": fields})
    return private(house, webhook_id=made["webhook_id"])


def imap_mailbox(world: World, house: House) -> Ids:
    """Nothing is fetched from it."""
    fields = {
        **MAILBOX,
        "tenant_id": house.tenant_id,
        "address": house.own["support"],
        # An account is fetched from once.
        "username": f"{house.mark}{word()}",
    }
    asked = {"mailbox": fields, "password": "secret"}
    made = world.as_admin(house, "intake MailboxService.CreateMailbox", asked)
    return private(house, mailbox_id=made["mailbox_id"])


def suppression(world: World, house: House) -> Ids:
    fields = {"tenant_id": house.tenant_id, "address": f"{word()}@{house.mark}.example"}
    made = world.as_admin(house, "notify NotifyService.SuppressAddress", fields)
    return private(house, suppression_id=made["suppression_id"])


def maintenance_window(world: World, house: House) -> Ids:
    now = clock.now()
    wanted = {
        "tenant_id": house.tenant_id,
        "name": f"Patching {house.mark} {word()}",
        "configuration_items": [f"unheard-{house.mark}"],
        "start_time": (now + timedelta(hours=1)).isoformat(),
        "end_time": (now + timedelta(hours=2)).isoformat(),
    }
    made = world.as_admin(house, "triage WindowService.CreateWindow", {"window": wanted})
    return private(house, window_id=made["window_id"])


def alert_source(world: World, house: House) -> Ids:
    """A monitoring system of this client, which has said something that cannot be read."""
    return {"source_id": _keyed_source(world, house)[0]}


def alert_key(world: World, house: House) -> Ids:
    """What opens the door for alerts of this client."""
    return {"key": _keyed_source(world, house)[1]}


def alert_group(world: World, house: House) -> Ids:
    """An alert that fires, and its incident."""
    source_id, key = _keyed_source(world, house)
    _send_alert(world, house, key, f'{{"title": "Disk {house.mark}", "dedup_key": "disk"}}')

    def found() -> str:
        listed = world.as_admin(house, "intake AlertService.ListAlertGroups", {"page_size": 200})
        groups = [one for one in listed.get("groups", ()) if one["source_id"] == source_id]
        return groups[0].get("incident_id", "") if groups else ""

    return private(house, incident_id=wait_until(found, timeout=20, what="an alert's incident"))


def _keyed_source(world: World, house: House) -> tuple[str, str]:
    wanted = {"tenant_id": house.tenant_id, "name": f"Probe {house.mark} {word()}", "sender": "generic"}
    made = world.as_admin(house, "intake AlertService.CreateAlertSource", {"source": wanted})
    try:
        _send_alert(world, house, made["key"], "{")
    except InvalidArgument:
        private(house, source_id=made["source_id"])
    return made["source_id"], made["key"]


def _send_alert(world: World, house: House, key: str, body: str) -> None:
    told = {"sender": "generic", "key": key, "body": base64.b64encode(body.encode()).decode()}
    world.ask("intake AlertService.ReceiveAlert", told, world.caller(house, "service"))


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
