"""Compares the ledger with what the platform shows and the mail catcher holds. Finds, and says what it found."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from tests.harness.faults.ledger import Ledger
from tests.harness.platform import Platform


@dataclass
class Findings:
    """Each a list of sentences; all empty when everything is as it was promised."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    never_told: list[str] = field(default_factory=list)
    told_twice: list[str] = field(default_factory=list)
    ambiguous: int = 0

    def __bool__(self) -> bool:
        return bool(self.lost or self.doubled or self.unfinished or self.never_told or self.told_twice)


def settled(platform: Platform, ledger: Ledger, patience: float) -> Findings:
    """The findings once there are none, once they will not go away, or have not changed for `patience` seconds."""
    before, since = None, time.monotonic()
    while True:
        found = audit(platform, ledger)
        if not found or found.doubled or found.told_twice:
            return found
        if found != before:
            before, since = found, time.monotonic()
        elif time.monotonic() - since > patience:
            return found
        time.sleep(0.5)


def audit(platform: Platform, ledger: Ledger) -> Findings:
    """One look at everything."""
    found = Findings()
    opened = {entry["title"] for entry in ledger.entries("opened")}
    incidents = [one for one in platform.api.all_incidents() if one["title"] in opened]
    titles = Counter(one["title"] for one in incidents)
    found.lost += sorted(opened - titles.keys())
    found.doubled += sorted(f"{title} × {count}" for title, count in titles.items() if count > 1)
    _said(platform, ledger, found)
    _finished(platform, incidents, found)
    _told(platform, ledger, incidents, found)
    return found


def _said(platform: Platform, ledger: Ledger, found: Findings) -> None:
    by_incident: dict[str, list[str]] = defaultdict(list)
    for entry in ledger.entries("reply", "answer"):
        by_incident[entry["incident_id"]].append(entry["text"])
    for incident_id, texts in by_incident.items():
        timeline = platform.api.all_of(f"/incidents/{incident_id}/timeline", "entries")
        said = Counter(entry.get("text", "").strip() for entry in timeline)
        found.lost += [text for text in texts if said[text] == 0]
        found.doubled += [f"{text} × {said[text]}" for text in texts if said[text] > 1]


def _finished(platform: Platform, incidents: list[dict[str, Any]], found: Findings) -> None:
    """Triage has decided, the clocks run, and the queue shows both."""
    rows = {row["incident_id"]: row for row in platform.api.all_of("/queue", "entries")}
    for one in incidents:
        row = rows.get(one["incident_id"], {})
        if not row.get("assignee_id") or len(row.get("clocks", [])) != 2:
            found.unfinished.append(one["number"])


def _told(platform: Platform, ledger: Ledger, incidents: list[dict[str, Any]], found: Findings) -> None:
    numbers = {one["incident_id"]: one["number"] for one in incidents}
    wanted: Counter[tuple[str, str]] = Counter()
    for incident_id in numbers:
        wanted["incident_opened", incident_id] = 1
    for entry in ledger.entries("reply", "answer"):
        wanted["replied" if entry["kind"] == "reply" else "answered", entry["incident_id"]] += 1
    caught = Counter(mail["message_id"].strip("<>") for mail in platform.mailbox.list())
    told: Counter[tuple[str, str]] = Counter()
    per_fact: Counter[tuple[str, str, str]] = Counter()
    for one in platform.api.all_of("/deliveries", "deliveries"):
        incident_id = one.get("incident_id", "")
        if incident_id not in numbers:
            continue
        per_fact[one["event_id"], one["recipient"], one["channel"]] += 1
        if one["state"] != "sent":
            continue
        told[one["notification"], incident_id] += 1
        times, ambiguous = caught[one["message_id"]], one["ambiguous_attempts"]
        found.ambiguous += ambiguous
        where = f"{one['notification']} of {numbers[incident_id]} to {one['recipient']}"
        if times == 0:
            found.never_told.append(where)
        # A kill between the mail server's taking a mail and our knowing it cannot be decided: the mail is sent
        # again with the same Message-ID, by which every mail program knows it, and counted.
        elif times > 1 + ambiguous:
            found.told_twice.append(f"{where}: {times} times, {ambiguous} ambiguous")
    found.told_twice += [f"{fact}" for fact, count in per_fact.items() if count > 1]
    for (notification, incident_id), count in wanted.items():
        happened = told[notification, incident_id]
        where = f"{notification} of {numbers.get(incident_id, incident_id)}: {happened} of {count}"
        if happened < count:
            found.never_told.append(where)
        elif happened > count:
            found.told_twice.append(where)
