"""Configuration items through the real server: who sees which, what hangs on what, and the incidents about them."""

from typing import Any

import pytest

from chassis import mongo
from chassis.errors import (
    AlreadyExists,
    FairleadError,
    InvalidArgument,
    InvalidState,
    NotFound,
    PermissionDenied,
)
from chassis.tenancy import Caller, Role, TenantScope
from fairlead.incidents.v1 import configuration_item_pb2 as messages
from fairlead.incidents.v1 import events_pb2, incident_pb2
from services.incidents.store import IncidentStore
from tests.harness.incidents import FOREIGN, OTHER_PROVIDER, Incidents

DEPENDS, RUNS, PART = (
    messages.RELATION_KIND_DEPENDS_ON,
    messages.RELATION_KIND_RUNS_ON,
    messages.RELATION_KIND_PART_OF,
)


class House:
    """Two clients of the test's own, and a shared host that both have something on."""

    def __init__(self, incidents: Incidents) -> None:
        self.incidents = incidents
        self.acme, self.lumen = incidents.new_tenant(), incidents.new_tenant()
        self.admin = incidents.person("per_admin", Role.PROVIDER_ADMIN, tenants=None)
        self.acmes = incidents.technician(tenants=(self.acme,))
        self.boss = incidents.manager(tenants=(self.acme,))

    def announced_names(self, incident: incident_pb2.Incident) -> list[str]:
        """Which names of its item the opening told the other services."""
        signer = self.incidents.signer("incidents")
        kept = IncidentStore(mongo.connect(self.incidents.settings), signer).incidents
        opened = kept.history(TenantScope(incident.provider_id, incident.tenant_id), incident.incident_id)[0]
        return list(events_pb2.IncidentOpened.FromString(opened.payload).item_names)

    def make(self, name: str, tenant: str = "", *relations: tuple[int, str], **fields: Any):
        wanted = messages.ConfigurationItem(
            name=name,
            tenant_id=tenant,
            shared=not tenant,
            type="server",
            relations=[messages.ItemRelation(kind=kind, item_id=to) for kind, to in relations],
            **fields,
        )
        return self.incidents.call_items("CreateItem", self.admin, item=wanted)

    def ask(self, method: str, caller: Caller, /, **fields: Any):
        return self.incidents.call_items(method, caller, **fields)

    def impacted(self, caller: Caller, item) -> list[str]:
        return [one.item.name for one in self.ask("WalkImpact", caller, item_id=item.item_id).impacted]


@pytest.fixture
def house(incidents: Incidents) -> House:
    return House(incidents)


@pytest.fixture
def hosts(house: House):
    """A shared host; Acme's and Lumen's machines on it; what Acme has on its machine."""
    host = house.make(f"esx {house.acme}")
    mail = house.make("mail", house.acme, (RUNS, host.item_id), aliases=["MX1"])
    crm = house.make("crm", house.acme, (DEPENDS, mail.item_id))
    theirs = house.make("their mail", house.lumen, (RUNS, host.item_id))
    return host, mail, crm, theirs


def test_each_sees_of_what_is_affected_what_they_are_granted(house: House, hosts) -> None:
    host, mail, _crm, _theirs = hosts
    assert house.impacted(house.admin, host) == ["mail", "their mail", "crm"]
    whole = house.ask("WalkImpact", house.admin, item_id=host.item_id)
    assert set(whole.tenant_ids) == {house.acme, house.lumen}
    assert [step.name for step in whole.impacted[-1].path] == ["mail", "crm"]
    assert house.impacted(house.acmes, host) == ["mail", "crm"]
    assert house.impacted(house.boss, mail) == ["crm"]
    assert list(house.ask("WalkImpact", house.boss, item_id=mail.item_id).tenant_ids) == [house.acme]


def test_a_client_sees_its_own_items_and_nothing_shared(house: House, hosts) -> None:
    host, mail, crm, theirs = hosts
    assert [one.name for one in house.ask("ListItems", house.boss).items] == ["crm", "mail"]
    seen = house.ask("GetItem", house.boss, item_id=mail.item_id)
    assert [one.item.name for one in seen.related] == ["crm"]
    assert host.item_id not in str(seen)
    for other in (host, theirs):
        for method in ("GetItem", "WalkImpact", "ListItemIncidents"):
            with pytest.raises(NotFound):
                house.ask(method, house.boss, item_id=other.item_id)
    everything = house.incidents.person("per_x", Role.CLIENT_MANAGER, tenants=None)
    assert host.item_id not in str(house.ask("ListItems", everything, page_size=200))
    with pytest.raises(PermissionDenied):
        house.ask("ListItems", house.incidents.requester(tenants=(house.acme,)))
    with pytest.raises(PermissionDenied):
        house.ask("UpdateItem", house.boss, item=crm)


def test_shared_ones_are_changed_by_dispatchers_and_administrators(house: House, hosts) -> None:
    host = hosts[0]
    assert house.ask("GetItem", house.acmes, item_id=host.item_id).item.shared
    host.description = "Rack 4"
    with pytest.raises(PermissionDenied):
        house.ask("UpdateItem", house.acmes, item=host)
    changed = house.ask("UpdateItem", house.admin, item=host)
    assert (changed.description, changed.revision) == ("Rack 4", 2)
    assert house.ask("UpdateItem", house.admin, item=changed).revision == 2
    with pytest.raises(FairleadError, match="first"):
        house.ask("UpdateItem", house.admin, item=host)
    entries = house.ask("GetItem", house.acmes, item_id=host.item_id).entries
    assert [(one.actor.name, list(one.changed)) for one in entries] == [
        ("per_admin", ["description"]),
        ("per_admin", []),
    ]
    assert not house.ask("GetItem", house.boss, item_id=hosts[1].item_id).entries


def test_another_providers_is_not_found_and_its_tenants_neither(house: House, hosts) -> None:
    stranger = house.incidents.person("per_s", Role.PROVIDER_ADMIN, tenants=None, provider=OTHER_PROVIDER)
    for one in hosts:
        with pytest.raises(NotFound):
            house.ask("GetItem", stranger, item_id=one.item_id)
    with pytest.raises(NotFound):
        house.make("x", FOREIGN)
    with pytest.raises(NotFound):
        house.make("x", "prv_north")


def test_relations_stay_within_a_client_and_what_is_shared(house: House, hosts) -> None:
    host, mail, _crm, theirs = hosts
    with pytest.raises(NotFound):
        house.make("x", house.acme, (DEPENDS, theirs.item_id))
    with pytest.raises(InvalidArgument, match="shared"):
        house.make("y", "", (DEPENDS, mail.item_id))
    part = house.make("disk", "", (PART, host.item_id))
    host.relations.add(kind=PART, item_id=part.item_id)
    with pytest.raises(InvalidState, match="back to itself"):
        house.ask("UpdateItem", house.admin, item=host)


def test_names_are_one_owners_own_whatever_their_case(house: House, hosts) -> None:
    mail = hosts[1]
    for name, aliases in (("MAIL", []), ("new", ["mx1"])):
        with pytest.raises(AlreadyExists):
            house.make(name, house.acme, aliases=aliases)
    assert house.make("Mail", house.lumen).name == "Mail"
    mail.state = messages.ITEM_STATE_RETIRED
    house.ask("UpdateItem", house.acmes, item=mail)
    assert house.make("mail", house.acme).name == "mail"
    assert len(house.ask("ListItems", house.acmes, words="mx1").items) == 1


def test_an_alerts_name_finds_the_clients_item_and_an_unknown_one_stays_a_name(house: House, hosts) -> None:
    _host, mail, crm, _theirs = hosts
    monitored = {"tenant_id": house.acme, "channel": "alert"}
    first = house.incidents.open(**monitored, configuration_item="mx1")
    second = house.incidents.open(**monitored, configuration_item="Mail")
    unknown = house.incidents.open(**monitored, configuration_item="their mail")
    found = house.ask("ListIncidentItems", house.acmes, incident_id=first.number)
    assert [one.item_id for one in found.items] == [mail.item_id]
    assert [one.incident.number for one in found.related] == [second.number]
    assert not house.ask("ListIncidentItems", house.acmes, incident_id=unknown.incident_id).items
    assert unknown.configuration_item == "their mail"
    assert house.announced_names(first) == ["mail", "mx1"], "rules may name it by any of its names"
    assert house.announced_names(unknown) == []
    ids = [one.number for one in house.ask("ListItemIncidents", house.boss, item_id=mail.item_id).incidents]
    assert ids == [second.number, first.number]
    named = {"incident_id": unknown.incident_id, "item_ids": [crm.item_id, mail.item_id]}
    house.ask("SetIncidentItems", house.acmes, **named)
    assert house.ask("SetIncidentItems", house.acmes, **named).revision == 2
    assert house.incidents.facts(unknown.incident_id) == ["incident_opened", "items_named"]
    related = house.ask("ListIncidentItems", house.boss, incident_id=unknown.incident_id).related
    assert {one.incident.number for one in related} == {first.number, second.number}


def test_a_forms_answer_names_an_item(house: House, hosts) -> None:
    answer = {"field": "configuration_item", "kind": "text", "value": '"MX1"', "text": {"en": "MX1"}}
    opened = house.incidents.open(
        tenant_id=house.acme, form={"form_id": "frm_1", "version": 1, "answers": [answer]}
    )
    found = house.ask("ListIncidentItems", house.acmes, incident_id=opened.incident_id).items
    assert [one.name for one in found] == ["mail"]


def test_what_an_incident_is_about_is_staffs_to_say_and_within_its_client(house: House, hosts) -> None:
    host, mail, _crm, theirs = hosts
    opened = house.incidents.open(tenant_id=house.acme)
    about = {"incident_id": opened.incident_id}
    with pytest.raises(PermissionDenied):
        house.ask("SetIncidentItems", house.boss, **about, item_ids=[mail.item_id])
    with pytest.raises(NotFound):
        house.ask("SetIncidentItems", house.admin, **about, item_ids=[theirs.item_id])
    house.ask("SetIncidentItems", house.acmes, **about, item_ids=[host.item_id, mail.item_id])
    assert [one.name for one in house.ask("ListIncidentItems", house.boss, **about).items] == ["mail"]
    their_own = house.incidents.open(tenant_id=house.lumen)
    everywhere = house.incidents.technician(tenants=None)
    house.ask("SetIncidentItems", everywhere, incident_id=their_own.incident_id, item_ids=[host.item_id])
    assert not house.ask("ListIncidentItems", house.acmes, **about).related
    shared = house.ask("ListIncidentItems", everywhere, **about).related
    assert [one.incident.number for one in shared] == [their_own.number]


def test_an_import_says_of_each_row_what_became_of_it(house: House, hosts) -> None:
    host = hosts[0]

    def run(*rows: dict[str, Any], dry_run: bool = False) -> list[str]:
        items = [{"item": messages.ConfigurationItem(**{"type": "server", **row})} for row in rows]
        fields = ["type", "description", "relations"]
        wanted = {"tenant_id": house.lumen, "rows": items, "fields": fields, "dry_run": dry_run}
        return [one.reason or one.outcome for one in house.ask("ImportItems", house.admin, **wanted).results]

    rows: list[dict[str, Any]] = [
        {"name": "app", "relations": [{"kind": DEPENDS, "name": "DB"}]},
        {"name": "db", "relations": [{"kind": RUNS, "name": host.name}]},
        {"name": "lost", "relations": [{"kind": DEPENDS, "name": "nowhere"}]},
        {"name": "after", "relations": [{"kind": DEPENDS, "name": "lost"}]},
        {"name": "APP"},
        {"name": ""},
        {"name": "their  mail", "description": "Exchange", "relations": [{"kind": RUNS, "name": host.name}]},
    ]
    expected = ["created", "created", "item_unknown", "item_unknown", "row_repeated", "value_missing"]
    assert run(*rows, dry_run=True) == [*expected, "updated"]
    assert run(*rows) == [*expected, "updated"]
    assert run(*rows) == ["unchanged", "unchanged", *expected[2:], "unchanged"]
    assert house.impacted(house.admin, host) == ["db", "mail", "their mail", "app", "crm"]
    with pytest.raises(PermissionDenied):
        house.ask("ImportItems", house.boss, tenant_id=house.acme)


def test_pages_follow_each_other_by_name(house: House) -> None:
    for name in ("delta", "alpha", "Charlie", "bravo"):
        house.make(name, house.acme)
    names, token = [], ""
    for _ in range(3):
        page = house.ask("ListItems", house.acmes, tenant_id=house.acme, page_size=2, page_token=token)
        names += [one.name for one in page.items]
        token = page.next_page_token
        if not token:
            break
    assert names == ["alpha", "bravo", "Charlie", "delta"]


def test_staff_read_from_an_incident_whether_there_are_items_to_ask_for(house: House, hosts) -> None:
    _host, mail, _crm, _theirs = hosts
    opened = house.incidents.open(tenant_id=house.acme)
    house.ask("SetIncidentItems", house.acmes, incident_id=opened.incident_id, item_ids=[mail.item_id])
    other = house.incidents.open(tenant_id=house.acme)

    def told(caller: Caller, incident_id: str) -> bool:
        read = {"incident_id": incident_id, "with_incident": True}
        return house.incidents.call("ListTimeline", caller, **read).incident.names_items

    assert told(house.acmes, opened.incident_id)
    assert not told(house.acmes, other.incident_id)
    assert not told(house.boss, opened.incident_id)
