"""How incidents arrive: mailboxes, quarantine, alerts."""

import base64
from datetime import timedelta

from chassis import clock
from chassis.errors import InvalidArgument
from tests.harness.waiting import wait_until
from tests.matrix.houses import House, Ids, World
from tests.matrix.registry_records import private, word


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


MAILBOX = {
    "host": "127.0.0.1",
    "port": 9,
    "security": "MAILBOX_SECURITY_NONE",
    "username": "zephyrine",
    "after": "MAILBOX_AFTER_MARK_SEEN",
}


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
