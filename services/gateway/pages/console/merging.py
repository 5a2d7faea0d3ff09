"""Where an incident may be merged: another open one of the same client is looked for, then what would happen is shown.

It is done by the incident's own action (`actions`), and undone there.
"""

from dataclasses import dataclass

from flask import Blueprint, request

from chassis.errors import FairleadError, NotFound
from chassis.ids import new_id
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2
from fairlead.incidents.v1.incident_pb2 import Incident, Party
from fairlead.incidents.v1.incident_service_pb2 import Duplicate
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.bulk import offers
from services.gateway.pages.console.choices import channel_label
from services.gateway.pages.console.frame import render, staff_only
from services.gateway.pages.console.incident import tenant_of

merging = Blueprint("console_merging", __name__)
_OPEN = (
    incident_pb2.INCIDENT_STATE_NEW,
    incident_pb2.INCIDENT_STATE_ASSIGNED,
    incident_pb2.INCIDENT_STATE_IN_PROGRESS,
    incident_pb2.INCIDENT_STATE_ON_HOLD,
)
_MOST = 20
_LONGEST_WORDS = 200


@dataclass(frozen=True)
class Preview:
    """What merging into `other` would do. joining: who would come to take part; join: whether they are asked to."""

    other: Incident
    joining: list[str]
    join: bool
    is_older: bool
    possible: bool


@merging.get("/console/incidents/<number>/merge")
@staff_only
def choose(number: str) -> str:
    """`q` looks for others by number or words; `into` shows what merging into that one would do."""
    caller = current_caller()
    incident = gateway().backends.incidents.get(caller, number)
    words, into = request.args.get("q", "").strip()[:_LONGEST_WORDS], request.args.get("into", "").strip()
    return render(
        "pages/console/merge.html",
        "queue",
        incident=incident,
        tenant=tenant_of(caller, incident),
        possible="merge" in offers(incident, caller.person_id),
        q=words,
        preview=_preview(caller, incident, into) if into else None,
        found=[] if into else _others(caller, incident, words),
        likely=[] if into or words else _likely(caller, incident),
        channel_label=channel_label,
        once=new_id("req"),
    )


def _preview(caller: Caller, incident: Incident, into: str) -> Preview:
    other = gateway().backends.incidents.get(caller, into[:100])
    if other.tenant_id != incident.tenant_id:
        raise NotFound("incident_not_found", "There is no such incident.")
    there = [other.requester, *other.participants]
    people = [incident.requester, *incident.participants]
    joining = [_name(each) for each in people if _name(each) and not any(_same(each, one) for one in there)]
    return Preview(
        other=other,
        joining=joining,
        join=not any(link.kind == incident_pb2.LINK_KIND_MAY_BELONG_TO for link in incident.links),
        is_older=incident.create_time.ToDatetime() < other.create_time.ToDatetime(),
        possible=other.state in _OPEN and other.incident_id != incident.incident_id,
    )


def _others(caller: Caller, incident: Incident, words: str) -> list[Incident]:
    page = gateway().backends.incidents.list(
        caller, tenant_id=incident.tenant_id, states=_OPEN, words=words, page_size=_MOST + 1
    )
    return [each for each in page.incidents if each.incident_id != incident.incident_id][:_MOST]


def _likely(caller: Caller, incident: Incident) -> list[Duplicate]:
    """What is perhaps about the same; a page without that helps, too."""
    try:
        return list(gateway().backends.incidents.duplicates(caller, incident.incident_id))
    except FairleadError:
        return []


def _name(party: Party) -> str:
    return party.name or party.address


def _same(one: Party, other: Party) -> bool:
    known = bool(one.person_id) and one.person_id == other.person_id
    return known or (bool(one.address) and one.address == other.address)
