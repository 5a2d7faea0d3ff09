"""One submission, followed step by step until the mail about it has arrived."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cli.errors import Failed
from cli.tour.platform import Platform

Send = Callable[[Platform], tuple[str, str]]
# Seconds for one step. Everything usually takes one; a service that was just restarted takes some more.
PATIENCE = 20.0
_PAUSE = 0.15


@dataclass
class Step:
    """name: what must happen; service: who does it; found: what was seen, "" until then."""

    name: str
    service: str
    found: str = ""
    seconds: float = 0.0


@dataclass
class Follower:
    """Runs in a thread of its own; `steps` may be read at any time. missing: "" when all of it happened."""

    platform: Platform
    channel: str
    client: str
    send: Send
    patience: float = PATIENCE
    missing: str = ""
    done: bool = False
    steps: list[Step] = field(default_factory=list)
    _incident: dict[str, Any] = field(default_factory=dict)
    _address: str = ""
    _title: str = ""

    def start(self) -> threading.Thread:
        """The thread, started."""
        self.steps = [
            Step("submitted", "intake"),
            Step("client", "directory"),
            Step("incident", "incidents"),
            Step("classified", "triage"),
            Step("assigned", "triage"),
            Step("due times", "sla"),
            Step("queue", "triage"),
            Step("article", "knowledge"),
            Step("mail", "notify"),
        ]
        thread = threading.Thread(target=self._run, name=f"tour-{self.channel}", daemon=True)
        thread.start()
        return thread

    def _run(self) -> None:
        actions = (
            self._submit,
            self._see_client,
            self._see_incident,
            self._see_class,
            self._see_assignee,
            self._see_clocks,
            self._see_queue,
            self._see_articles,
            self._see_mail,
        )
        try:
            for step, action in zip(self.steps, actions, strict=True):
                self._until(step, action)
        except Failed as error:
            self.missing = str(error)
        finally:
            self.done = True

    def _until(self, step: Step, look: Callable[[], str]) -> None:
        """Looks until there is something to see. Raises Failed, naming step and service, after its time."""
        began = time.monotonic()
        why = ""
        while not step.found:
            try:
                step.found = look()
            except Failed as error:
                why = f" – {error}"
                if look == self._submit:
                    raise Failed(f"{step.name} ({step.service}){why}") from None
            step.seconds = time.monotonic() - began
            if not step.found:
                if step.seconds > self.patience:
                    raise Failed(f"{step.name} ({step.service}) did not happen in {self.patience:.0f} s{why}")
                time.sleep(_PAUSE)

    def _submit(self) -> str:
        self._address, self._title = self.send(self.platform)
        return self._title

    def _see_client(self) -> str:
        tenants = self.platform.get("/api/v1/tenants", page_size=200)["tenants"]
        return next((tenant["name"] for tenant in tenants if tenant["name"] == self.client), "")

    def _see_incident(self) -> str:
        page = self.platform.get("/api/v1/incidents", page_size=50)
        found = next((one for one in page["incidents"] if one["title"] == self._title), None)
        if found is None:
            return ""
        self._incident = found
        return str(found["number"])

    def _see_class(self) -> str:
        decision = self._refresh().get("classification_decision", {})
        if not decision.get("reason"):
            return ""
        return f"{self._incident['category']}, {self._incident['priority']} – {decision['reason']}"

    def _see_assignee(self) -> str:
        incident = self._refresh()
        group, person = incident.get("assignment_group_name"), incident.get("assignee_name")
        return f"{group} → {person}" if group and person else ""

    def _see_clocks(self) -> str:
        clocks = self.platform.get(f"/api/v1/incidents/{self._incident['incident_id']}/clocks")["clocks"]
        due = {clock["kind"]: clock.get("due_time") for clock in clocks}
        if not due.get("first_response") or not due.get("resolution"):
            return ""
        return f"first response {_local(due['first_response'])}, resolution {_local(due['resolution'])}"

    def _see_queue(self) -> str:
        entries = self.platform.get("/api/v1/queue", query=self._incident["number"])["entries"]
        row = next((one for one in entries if one["incident_id"] == self._incident["incident_id"]), None)
        return f"service level {row['sla_state']}" if row and row.get("due_time") else ""

    def _see_articles(self) -> str:
        path = f"/api/v1/incidents/{self._incident['incident_id']}/suggestions"
        found = self.platform.get(path)["results"]
        return str(found[0]["article"]["title"]) if found else "no article is likely to help"

    def _see_mail(self) -> str:
        number = f"[{self._incident['number']}]"
        for mail in self.platform.mails_to(self._address):
            if number in mail["subject"]:
                return f"{self._address}: {mail['subject']}"
        return ""

    def _refresh(self) -> dict[str, Any]:
        self._incident = self.platform.get(f"/api/v1/incidents/{self._incident['incident_id']}")
        return self._incident


def _local(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone().strftime("%a %H:%M")
