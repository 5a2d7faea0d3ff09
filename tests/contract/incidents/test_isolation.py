"""No tenant and no provider sees another: every call, with a twin that succeeds for the owner."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo import MongoClient

from chassis import clock
from chassis.errors import NotFound, PermissionDenied
from chassis.mongo import ScopedCollection
from chassis.tenancy import Caller, Role, Scope, SystemScope
from fairlead.incidents.v1 import incident_service_pb2
from services.incidents.store import incidents as incident_store
from tests.harness.incidents import (
    ACME,
    LUMEN,
    OTHER_PROVIDER,
    PROVIDER,
    Incidents,
    evidence_of,
    running_incidents,
)

# What each call needs beside the incident's id, and what must have been done to it before.
COMMANDS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "GetIncident": ({}, ()),
    "ListTimeline": ({}, ()),
    "Reply": ({"text": "hello"}, ()),
    "Note": ({"text": "psst"}, ()),
    "Classify": ({"category": "printing"}, ()),
    "Prioritize": ({"priority": "PRIORITY_P1"}, ()),
    "Assign": ({"assignee_id": "per_tech"}, ()),
    "Acknowledge": ({}, ("Assign",)),
    "Hold": ({"awaiting": "AWAITED_PARTY_VENDOR", "reason": "part"}, ()),
    "Resume": ({}, ("Hold",)),
    "Resolve": ({"code": "fixed", "text": "Done."}, ()),
    "Confirm": ({}, ("Resolve",)),
    "Close": ({}, ("Resolve",)),
    "Reopen": ({}, ("Resolve",)),
    "Cancel": ({}, ()),
    "Rate": ({"score": 4}, ("Resolve",)),
    "DismissHint": ({}, ()),
    "ListDuplicates": ({}, ()),
    "SetParent": ({}, ()),
    "TellChildren": ({"text": "hello"}, ()),
}
# Calls that name several incidents, or none; each has a test of its own below.
OTHERS = {
    "Split",  # names lines besides: test_splitting.py
    "AcceptSubmissions",
    "BatchGetIncidents",
    "ListIncidents",
    "CountFlow",
    "CountKpis",
    "ListOpenings",
    "ApplyTriage",
    "MintReplyTokens",
    "MintAnswerTokens",
    "ReadAnswerLink",
    "UseAnswerLink",
    "Merge",
    "Unmerge",
}
# The client's side alone confirms.
OWNER: dict[str, Callable[[Incidents], Caller]] = {
    "Confirm": Incidents.requester,
    "Rate": Incidents.requester,
}

STRANGERS: dict[str, Callable[[Incidents], Caller]] = {
    "technician of another tenant": lambda it: it.technician(tenants=(LUMEN,)),
    "requester of another tenant": lambda it: it.requester(tenants=(LUMEN,)),
    "manager of another tenant": lambda it: it.manager(tenants=(LUMEN,)),
    "API client of another tenant": lambda it: it.client(tenants=(LUMEN,)),
    "administrator of another provider": lambda it: it.person(
        "per_admin", Role.PROVIDER_ADMIN, tenants=None, provider=OTHER_PROVIDER
    ),
    "service of another provider": lambda it: it.service("triage", OTHER_PROVIDER),
    "service of no provider": lambda it: it.service("triage", ""),
    "other requester of the same tenant": lambda it: it.requester("per_eve"),
    "nobody in particular": lambda it: it.person("per_jane"),
}


def prepared(incidents: Incidents, command: str) -> str:
    """An incident of ACME on which the command would succeed."""
    incident_id = incidents.open().incident_id
    for earlier in COMMANDS[command][1]:
        incidents.call(earlier, incidents.technician(), incident_id=incident_id, **COMMANDS[earlier][0])
    return incident_id


def test_no_call_is_without_a_probe() -> None:
    service = incident_service_pb2.DESCRIPTOR.services_by_name["IncidentService"]
    assert {method.name for method in service.methods} == COMMANDS.keys() | OTHERS


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_anothers_is_not_found_and_the_owner_succeeds(incidents: Incidents, command: str) -> None:
    incident_id, fields = prepared(incidents, command), COMMANDS[command][0]
    for name, stranger in STRANGERS.items():
        with pytest.raises(NotFound) as refused:
            incidents.call(command, stranger(incidents), incident_id=incident_id, **fields)
        assert refused.value.reason in ("incident_not_found", "tenant_not_found"), name
    owner = OWNER.get(command, Incidents.technician)(incidents)
    assert incidents.call(command, owner, incident_id=incident_id, **fields)


def test_what_is_anothers_is_neither_merged_nor_unmerged(incidents: Incidents) -> None:
    one, into = incidents.open(), incidents.open()
    merge = {"incident_id": one.incident_id, "into": into.incident_id}
    for fields in (merge, None):
        for name, stranger in STRANGERS.items():
            with pytest.raises(NotFound) as refused:
                if fields:
                    incidents.call("Merge", stranger(incidents), **fields)
                else:
                    incidents.call("Unmerge", stranger(incidents), incident_id=one.incident_id)
            assert refused.value.reason in ("incident_not_found", "tenant_not_found"), name
        if fields:
            incidents.call("Merge", incidents.technician(), **fields)


def test_anothers_is_refused_exactly_as_what_does_not_exist(incidents: Incidents) -> None:
    stranger, errors = incidents.technician(tenants=(LUMEN,)), []
    for incident_id in (incidents.open().incident_id, "inc_00000000000000000000000000"):
        with pytest.raises(NotFound) as refused:
            incidents.call("GetIncident", stranger, incident_id=incident_id)
        errors.append((refused.value.reason, refused.value.message, refused.value.values))
    assert errors[0] == errors[1]


def test_a_number_is_looked_up_within_the_callers_tenants(incidents: Incidents) -> None:
    number = incidents.open().number
    assert incidents.call("GetIncident", incidents.technician(), incident_id=number.lower()).number == number
    assert incidents.call("GetIncident", incidents.technician(tenants=None), incident_id=number)
    with pytest.raises(NotFound):
        incidents.call("GetIncident", incidents.technician(tenants=(LUMEN,)), incident_id=number)


def test_a_batch_leaves_out_what_is_anothers(incidents: Incidents) -> None:
    own, theirs = incidents.open(tenant_id=LUMEN).incident_id, incidents.open().incident_id
    found = incidents.call(
        "BatchGetIncidents", incidents.technician(tenants=(LUMEN,)), incident_ids=[theirs, own, "inc_no"]
    )
    assert [each.incident_id for each in found.incidents] == [own]


def test_a_batch_is_asked_for_by_ids_and_numbers_alike(incidents: Incidents) -> None:
    first, second, theirs = incidents.open(), incidents.open(), incidents.open(tenant_id=LUMEN)
    names = [second.number.lower(), first.incident_id, second.incident_id, theirs.number, "ACME-999999"]
    found = incidents.call(
        "BatchGetIncidents", incidents.technician(), incident_ids=names, without_descriptions=True
    ).incidents
    assert [each.number for each in found] == [second.number, first.number]
    assert not any(each.description for each in found)


def test_a_list_holds_only_the_callers_own(incidents: Incidents) -> None:
    tenant, other = incidents.new_tenant(), incidents.new_tenant()
    own = incidents.open(tenant_id=tenant).incident_id
    incidents.open(tenant_id=other)
    incidents.open(tenant_id=tenant, sender={"person_id": "per_paul", "address": "paul@acme.example"})

    def listed(caller: Caller, **fields: Any) -> list[str]:
        return [each.incident_id for each in incidents.call("ListIncidents", caller, **fields).incidents]

    assert len(listed(incidents.technician(tenants=(tenant, other)))) == 3
    assert len(listed(incidents.manager(tenants=(tenant,)))) == 2
    assert listed(incidents.requester(tenants=(tenant, other)), tenant_id=tenant) == [own]
    assert listed(incidents.requester(tenants=(tenant,)), requester_id="per_paul") == []
    assert listed(incidents.manager("per_jane", tenants=(tenant,)), mine=True) == [own]
    assert listed(incidents.person("per_jane", tenants=(tenant,))) == []
    with pytest.raises(NotFound):
        incidents.call("ListIncidents", incidents.technician(tenants=(tenant,)), tenant_id=other)
    admin = incidents.person("per_admin", Role.PROVIDER_ADMIN, tenants=None, provider=OTHER_PROVIDER)
    with pytest.raises(NotFound):
        incidents.call("ListIncidents", admin, tenant_id=tenant)
    assert listed(admin) == []


def test_submissions_open_only_within_the_services_provider(incidents: Incidents) -> None:
    foreign = incidents.service("intake", OTHER_PROVIDER)
    accepted = incidents.accept(evidence_of(tenant_id=ACME), caller=foreign)[0]
    assert (accepted.error_reason, accepted.incident_id) == ("tenant_not_found", "")
    signer = incidents.signer("intake")
    only_lumen = signer.service_caller(clock.now(), PROVIDER, frozenset({LUMEN}))
    refused, taken = incidents.accept(
        evidence_of(tenant_id=ACME), evidence_of(tenant_id=LUMEN), caller=only_lumen
    )
    assert refused.error_reason == "tenant_not_found"
    assert taken.number


def test_triage_and_tokens_reach_only_the_services_provider(incidents: Incidents) -> None:
    incident_id = incidents.open().incident_id
    decisions = [{"incident_id": incident_id, "event_id": "e1", "category": "printing"}]
    foreign = incidents.service("triage", OTHER_PROVIDER)
    applied = incidents.call("ApplyTriage", foreign, decisions=decisions).applied[0]
    assert applied.error_reason == "incident_not_found"
    own = incidents.call("ApplyTriage", incidents.service("triage"), decisions=decisions).applied[0]
    assert own.error_reason == ""
    wanted = [{"incident_id": incident_id, "address": "jane@acme.example"}]
    with pytest.raises(NotFound):
        incidents.call("MintReplyTokens", incidents.service("notify", OTHER_PROVIDER), requests=wanted)
    assert incidents.call("MintReplyTokens", incidents.service("notify"), requests=wanted).tokens[0]


def test_a_client_sees_neither_notes_nor_decisions_nor_their_reasons(incidents: Incidents) -> None:
    tech, it = incidents.technician(), {"incident_id": incidents.open().incident_id}
    incidents.call("Note", tech, **it, text="the customer is difficult")
    incidents.call("Assign", tech, **it, assignee_id="per_tech", reason="LUMEN can wait")
    incidents.call("Reply", tech, **it, text="hello")
    for caller in (incidents.requester(), incidents.manager(), incidents.client()):
        entries = incidents.call("ListTimeline", caller, **it).entries
        assert [entry.fact for entry in entries] == ["incident_opened", "replied"]
        seen = incidents.call("GetIncident", caller, **it)
        assert incidents.call("ListTimeline", caller, **it, with_incident=True).incident == seen
        assert not seen.HasField("assignment_decision")
        assert seen.assignee_id == "per_tech"
        assert "LUMEN" not in str(seen) + str(entries)
    assert len(incidents.call("ListTimeline", tech, **it).entries) == 4


@pytest.mark.parametrize("figure", ["CountFlow", "CountKpis"])
def test_figures_count_ones_own_tenants_alone(incidents: Incidents, figure: str) -> None:
    def arrived(caller: Caller, *tenants: str) -> int:
        found = incidents.call(figure, caller, tenant_ids=tenants, days=1, time_zone="Europe/Paris")
        return found.total.arrived if figure == "CountKpis" else sum(day.arrived for day in found.days)

    acme, lumen = incidents.technician(), incidents.manager(tenants=(LUMEN,))
    before = arrived(acme), arrived(lumen)
    incidents.open()
    assert (arrived(acme), arrived(lumen)) == (before[0] + 1, before[1])
    both = incidents.technician(tenants=None)
    assert arrived(both) >= arrived(both, ACME) + arrived(both, LUMEN) == sum(before) + 1
    foreign = incidents.person("per_admin", Role.PROVIDER_ADMIN, tenants=None, provider=OTHER_PROVIDER)
    assert arrived(foreign, ACME) == 0
    with pytest.raises(NotFound) as refused:
        arrived(lumen, ACME)
    assert refused.value.reason == "tenant_not_found"
    with pytest.raises(PermissionDenied):
        arrived(incidents.requester())


def test_openings_are_told_of_ones_own_tenants_alone(incidents: Incidents) -> None:
    asked = incidents.open()
    period = {"start_time": asked.create_time, "end_time": datetime(2100, 1, 1, tzinfo=UTC)}
    who = {"person_ids": [asked.requester.person_id, "per_nobody"], **period}

    def told(caller: Caller, **more) -> list[tuple[str, str]]:
        found = incidents.call("ListOpenings", caller, **who, **more).openings
        return [(each.tenant_id, each.person_id) for each in found]

    mine = (ACME, asked.requester.person_id)
    assert mine in told(incidents.technician()) and mine in told(incidents.technician(), tenant_ids=[ACME])
    lumen = incidents.manager(tenants=(LUMEN,))
    assert mine not in told(lumen)
    with pytest.raises(NotFound):
        told(lumen, tenant_ids=[ACME])
    with pytest.raises(PermissionDenied):
        told(incidents.requester())


def test_a_timeline_is_read_in_pages(incidents: Incidents) -> None:
    tech, it = incidents.technician(), {"incident_id": incidents.open().incident_id}
    for place in range(5):
        incidents.call("Reply" if place % 2 else "Note", tech, **it, text=f"{place}")
    for caller, expected in ((tech, 6), (incidents.requester(), 3)):
        seen, after = [], 0
        while True:
            page = incidents.call("ListTimeline", caller, **it, after_seq=after, page_size=2)
            seen += [entry.seq for entry in page.entries]
            after = page.next_after_seq
            if not after:
                break
        assert len(seen) == expected
        assert seen == sorted(set(seen))


def test_a_planted_missing_tenant_filter_is_caught(
    mongod: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the store to forget the scope of its reads, the probes above would notice."""

    def load_anything(self: Any, scope: Scope, incident_id: str) -> Any:
        document = ScopedCollection.find_one(self.incidents, SystemScope("planted"), {"_id": incident_id})
        return incident_store.to_incident(document)

    installation = f"t{secrets.token_hex(5)}"
    with running_incidents(mongod, installation, tmp_path_factory.mktemp("planted")) as incidents:
        incidents.wait_until_ready()
        incident_id = incidents.open().incident_id
        monkeypatch.setattr(incident_store.IncidentStore, "load", load_anything)
        stranger = incidents.technician(tenants=(LUMEN,))
        assert incidents.call("GetIncident", stranger, incident_id=incident_id).incident_id == incident_id
        with pytest.raises(pytest.fail.Exception):
            test_what_is_anothers_is_not_found_and_the_owner_succeeds(incidents, "GetIncident")
    with MongoClient(mongod) as client:
        client.drop_database(f"{installation}_incidents")
