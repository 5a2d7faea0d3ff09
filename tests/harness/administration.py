"""What the administration pages are about: ids of the demonstration provider's records, and some made for looking at.

admin = Administration(platform)
page.goto(f"/console/admin/contracts/{admin.contract}")
"""

from datetime import timedelta
from functools import cached_property

from pymongo import MongoClient

from chassis import clock, headers
from chassis.bus.attempts import Delivery
from chassis.bus.dead_letters import DeadLetterStore
from chassis.errors import InvalidArgument
from chassis.ids import new_id
from fairlead.incidents.v1.events_pb2 import IncidentOpened
from tests.harness.platform import Platform
from tests.harness.waiting import wait_until

# A consumer of each, that is there.
_CONSUMERS = {"triage": "triage-queue", "gateway": "gateway-people"}


class Administration:
    """Each is found, or made, when first asked for."""

    def __init__(self, platform: Platform) -> None:
        self._platform, self._api = platform, platform.api

    @cached_property
    def client(self) -> str:
        return self._platform.document["tenants"]["acme"]

    @cached_property
    def person(self) -> str:
        people = self._api.read("/people", staff="true")["people"]
        return next(one["person_id"] for one in people if one["display_name"] == "Aiko Tanaka")

    @cached_property
    def contract(self) -> str:
        contracts = self._api.read("/contracts")["contracts"]
        return next(one["contract_id"] for one in contracts if one.get("tenant_id") == self.client)

    @cached_property
    def calendar(self) -> str:
        return self._api.read("/calendars")["calendars"][0]["calendar_id"]

    @cached_property
    def rule(self) -> str:
        return self._api.read("/rules")["rules"][0]["rule_id"]

    @cached_property
    def catalog_item(self) -> str:
        """The demonstration's."""
        return self._api.read("/catalog-items")["items"][0]["item_id"]

    @cached_property
    def macro(self) -> str:
        """The demonstration's."""
        return self._api.read("/macros")["macros"][0]["macro_id"]

    @cached_property
    def form(self) -> str:
        """The demonstration's, of acme."""
        listed = self._api.read("/forms")["forms"]
        acme = {one["tenant_id"] for one in self._api.read("/tenants")["tenants"] if one["slug"] == "acme"}
        return next(one["form_id"] for one in listed if one["tenant_id"] in acme)

    @cached_property
    def group(self) -> str:
        return self._api.read("/assignment-groups")["assignment_groups"][0]["group_id"]

    @cached_property
    def webhook(self) -> str:
        body = {"url": "https://hooks.example.com/fairlead", "event_types": ["incidents.incident.opened"]}
        return self._api.do("/webhooks", body)["webhook_id"]

    @cached_property
    def mailbox(self) -> str:
        """One whose server is not there."""
        body = {"address": "help@northstar.example", "host": "127.0.0.1", "port": 9, "security": "none"}
        return self._api.do("/mailboxes", {**body, "username": "help", "password": "secret"})["mailbox_id"]

    @cached_property
    def alert_source(self) -> str:
        body = {"name": "Prometheus", "sender": "generic", "tenant_id": self.client}
        made = self._api.do("/alert-sources", body)
        sent = self._api.http.post(f"/api/v1/alerts/generic/{made['key']}", content=b"{")
        assert sent.status_code == 400
        return made["source_id"]

    @cached_property
    def window(self) -> str:
        """One that goes on."""
        now = clock.now()
        times = {"start_time": now.isoformat(), "end_time": (now + timedelta(hours=2)).isoformat()}
        body = {"name": "Patching the mail servers", "tenant_id": self.client, **times}
        return self._api.do("/maintenance-windows", body)["window_id"]

    @cached_property
    def schedule(self) -> str:
        return self._api.read("/on-call/schedules")["schedules"][0]["schedule_id"]

    @cached_property
    def policy(self) -> str:
        return self._api.read("/escalation-policies")["policies"][0]["policy_id"]

    @cached_property
    def dead_letter(self) -> str:
        """Of triage, as it stands in the page's address."""
        return f"triage/{_CONSUMERS['triage']}:{self.keep_letter('triage')}"

    @cached_property
    def broken_month(self) -> str:
        """The month before this one, in which acme was promised something that was not kept. Once an incident is timed."""
        now = clock.now()
        opened = (now.replace(day=1) - timedelta(days=20)).replace(hour=12)
        with MongoClient(self._platform.document["mongod"]["uri"], tz_aware=True) as client:
            name = next(name for name in client.list_database_names() if name.endswith("_sla"))
            timed = {"tenant_id": self.client, "standings.0": {"$exists": True}}
            kept = wait_until(
                lambda: client[name]["clock_sets"].find_one(timed), 30, 0.1, what="an incident that is timed"
            )
            late = {"state": "breached", "verdict": "breached", "decide_time": opened + timedelta(days=6)}
            moved = {
                "_id": new_id("inc"),
                "facts": [{"e": "moved:1000", "s": 1000, "k": "opened", "t": opened, "p": 3, "a": ""}],
                "standings": [{**one, **late} for one in kept["standings"]],
                "next_due_time": None,
                "running": False,
                "pending_events": [],
            }
            client[name]["clock_sets"].insert_one({**kept, **moved})
        return f"{opened:%Y-%m}"

    def keep_letter(self, service: str) -> str:
        """Has a service give up an event about an incident of acme; answers the event's id."""
        with MongoClient(self._platform.document["mongod"]["uri"], tz_aware=True) as client:
            name = next(name for name in client.list_database_names() if name.endswith(f"_{service}"))
            event, incident_id = IncidentOpened(), new_id("inc")
            event.incident.incident_id, event.incident.title = incident_id, "<b>Given up</b>"
            told = {
                headers.PROVIDER: self._platform.document["provider_id"],
                headers.MESSAGE_ID: f"{incident_id}:1000",
                headers.TYPE: IncidentOpened.DESCRIPTOR.full_name,
            }
            root = name.partition("_")[0]
            subject = f"{root}.incidents.v1.{self.client}.{incident_id}.incident_opened"
            letter = Delivery(f"{incident_id}:1000", subject, subject, told, event.SerializeToString(), 8)
            store = DeadLetterStore(client[name], clock.now)
            store.keep(_CONSUMERS[service], letter, InvalidArgument("malformed", "No."))
        return f"{incident_id}:1000"
