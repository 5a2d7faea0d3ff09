"""Lines of an incident are chosen to go on in a new one, then what would happen is shown.

It is done by the incident's own action (`actions`).
"""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request

from chassis.ids import new_id
from fairlead.incidents.v1 import incident_pb2
from fairlead.incidents.v1.incident_pb2 import Incident, Party, TimelineEntry
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.bulk import offers
from services.gateway.pages.console.frame import render, staff_only
from services.gateway.pages.console.incident import tenant_of
from services.gateway.pages.language import gettext as _

splitting = Blueprint("console_splitting", __name__)
_SAID = frozenset({"incident_opened", "replied", "noted", "copied", "copied_note"})
_LONGEST = 300


@dataclass(frozen=True)
class Said:
    """A line that may go along."""

    entry: TimelineEntry
    name: str
    text: str
    internal: bool
    chosen: bool


@splitting.get("/console/incidents/<number>/split")
@staff_only
def choose_lines(number: str) -> str:
    """`line` (several) and `title` show what splitting them off would do; `person` (several): who takes part."""
    caller = current_caller()
    incident, entries = gateway().backends.incidents.with_timeline(caller, number)
    chosen = set(request.args.getlist("line"))
    title = request.args.get("title", "").strip()[:_LONGEST]
    lines = [_said(incident, entry, entry.entry_id in chosen) for entry in entries if entry.fact in _SAID]
    parties = [each for each in (incident.requester, *incident.participants) if _key(each)]
    asked = set(request.args.getlist("person"))
    picked = [line for line in lines if line.chosen]
    return render(
        "pages/console/split.html",
        "queue",
        incident=incident,
        tenant=tenant_of(caller, incident),
        possible="split" in offers(incident, caller.person_id),
        lines=lines,
        parties=[(_key(each), each.name or each.address, _key(each) in asked) for each in parties],
        title=title,
        preview=_preview(incident, picked, parties, asked) if picked and title else None,
        missing=bool(request.args) and not (picked and title),
        once=new_id("req"),
    )


def _said(incident: Incident, entry: TimelineEntry, chosen: bool) -> Said:
    opened = entry.fact == "incident_opened"
    name = incident.requester.name or incident.requester.address if opened else entry.actor.name
    internal = entry.visibility == incident_pb2.VISIBILITY_INTERNAL
    text = (entry.text or (incident.description if opened else "")).strip()
    return Said(entry, name or _("Unknown"), text, internal, chosen)


def _preview(incident: Incident, picked: list[Said], parties: list[Party], asked: set[str]) -> dict[str, Any]:
    """Whose they will be, and since when promises count: the first of the client's words that go along."""
    known = {each.person_id for each in parties if each.person_id}
    clients = [line for line in picked if not line.internal and _is_clients(line.entry, known)]
    authors = dict.fromkeys(line.name for line in clients)
    people = [each.name or each.address for each in parties if _key(each) in asked]
    return {
        "lines": picked,
        "ids": " ".join(line.entry.entry_id for line in picked),
        "people": people or list(authors) or [incident.requester.name or incident.requester.address],
        "person_keys": " ".join(sorted(asked)),
        "since": clients[0].entry.time if clients else None,
    }


def _is_clients(entry: TimelineEntry, known: set[str]) -> bool:
    return entry.fact == "incident_opened" or entry.actor.subject.removeprefix("person:") in known


def _key(party: Party) -> str:
    return party.person_id or party.address
