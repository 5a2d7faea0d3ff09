"""Who hears what over the live connection, and who is said to be there: the pure parts."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.tenancy import Caller, Role
from services.gateway.auth.sessions import Session
from services.gateway.live.feed import INCIDENTS, QUEUE, Item
from services.gateway.live.listener import PRESENCE, Listener
from services.gateway.live.presence import EXPIRE_SECONDS, Look, Presence, Visit

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SESSION = Session("key", "prv", "per_ana", NOON, NOON)
ACME = frozenset({"ten_acme"})
ROW = Item(1, "prv", "ten_acme", "inc_1", "queue_entry", "{}", True, QUEUE)
FACT = Item(1, "prv", "ten_acme", "inc_1", "incident", "{}", False, INCIDENTS, frozenset({"per_ana"}))
LOOK = Item(0, "prv", "ten_acme", "inc_1", PRESENCE, "{}", True)


def listener(*roles: Role, tenants: frozenset[str] | None = ACME, **fields: Any) -> Listener:
    caller = Caller("person:per_ana", "prv", tenants, frozenset(roles))
    return Listener(SESSION, caller, **{"connection_id": "c", "incidents": {"inc_1"}, **fields})


@pytest.mark.parametrize(
    ("who", "item", "heard"),
    [
        (listener(Role.TECHNICIAN, queue=True), ROW, True),
        (listener(Role.TECHNICIAN), ROW, False),
        (listener(Role.TECHNICIAN, queue=True), replace(ROW, tenant_id="ten_lumen"), False),
        (listener(Role.DISPATCHER, queue=True, tenants=None), replace(ROW, tenant_id="ten_lumen"), True),
        (listener(Role.DISPATCHER, queue=True, tenants=None), replace(ROW, provider_id="other"), False),
        (listener(Role.REQUESTER, queue=True), ROW, False),
        (listener(Role.TECHNICIAN), replace(FACT, internal=True), True),
        (listener(Role.TECHNICIAN, incidents={"inc_2"}), FACT, False),
        (listener(Role.REQUESTER), FACT, True),
        (listener(Role.REQUESTER), replace(FACT, internal=True), False),
        (listener(Role.REQUESTER), replace(FACT, people=frozenset({"per_mia"})), False),
        (listener(Role.CLIENT_MANAGER), replace(FACT, people=frozenset({"per_mia"})), True),
        (listener(Role.CLIENT_MANAGER), replace(FACT, tenant_id="ten_lumen"), False),
        (listener(Role.TECHNICIAN), LOOK, True),
        (listener(Role.TECHNICIAN, incidents=set()), LOOK, False),
        (listener(Role.TECHNICIAN, incidents=set(), queue=True), LOOK, True),
        (listener(Role.TECHNICIAN), replace(LOOK, tenant_id="ten_lumen"), False),
        (listener(Role.TECHNICIAN, tenant_id="ten_acme"), LOOK, False),
        (listener(Role.CLIENT_MANAGER), LOOK, False),
        (listener(Role.TECHNICIAN, connection_id="", queue=True), LOOK, False),
    ],
)
def test_every_event_is_authorized_by_itself(who: Listener, item: Item, heard: bool):
    assert who.wants(item) is heard


def visit(connection: str, person: str, typing: bool = False, incident: str = "inc_1") -> Visit:
    return Visit(connection, "prv", person, person.title(), {incident: Look("ten_acme", typing)})


def told(items: list[Item]) -> list[str]:
    return [item.data for item in items]


def test_two_tabs_of_a_person_are_one_who_types_if_either_does():
    presence = Presence()
    presence.put(visit("a", "tia"), 0)
    assert told(presence.put(visit("b", "tia", typing=True), 0)) == [
        '{"incident_id":"inc_1","people":[{"person_id":"tia","name":"Tia","typing":true}]}'
    ]
    assert '"typing":false' in told(presence.leave("b"))[0]
    assert told(presence.leave("a")) == ['{"incident_id":"inc_1","people":[]}']
    assert presence.items() == []


def test_only_changes_are_told_and_moving_on_changes_both_places():
    presence = Presence()
    presence.put(visit("a", "tia"), 0)
    assert presence.put(visit("a", "tia"), 1) == []
    moved = presence.put(visit("a", "tia", incident="inc_2"), 2)
    assert {item.aggregate_id: "tia" in item.data for item in moved} == {"inc_1": False, "inc_2": True}


def test_what_nobody_speaks_of_any_more_is_forgotten_but_for_ones_own():
    presence = Presence()
    presence.put(visit("theirs", "tia"), 0)
    presence.put(visit("mine", "tom"), 0)
    assert presence.expire(EXPIRE_SECONDS, ["mine"]) == []
    assert [item.aggregate_id for item in presence.expire(EXPIRE_SECONDS + 1, ["mine"])] == ["inc_1"]
    assert presence.visit("theirs") is None and presence.visit("mine")
