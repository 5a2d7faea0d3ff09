"""Macros are one's own or everybody's, and nobody else's."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pymongo import MongoClient

from chassis.errors import AlreadyExists, NotFound, PermissionDenied, RevisionConflict
from chassis.mongo import ScopedCollection
from chassis.tenancy import Caller, Role
from services.gateway.auth.documents import MacroDocument
from services.gateway.bulk.macros import (
    Assign,
    Classify,
    Hold,
    Macro,
    Macros,
    Note,
    Prioritize,
    Reply,
    Resolve,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TOM = Caller("person:per_tom", "prv_north", None, frozenset({Role.DISPATCHER}))
TIA = Caller("person:per_tia", "prv_north", None, frozenset({Role.TECHNICIAN}))
EVE = Caller("person:per_tom", "prv_rival", None, frozenset({Role.DISPATCHER}))
EVERYTHING = (
    Assign("me", "grp_net"),
    Classify("network"),
    Prioritize("low", "high"),
    Note("Looked."),
    Reply({"en": "Hello {requester}", "fr": "Bonjour {requester}"}),
    Hold("vendor", {"en": "Parts"}),
)


@pytest.fixture
def macros(mongod: str, installation: str):
    client: MongoClient = MongoClient(mongod, tz_aware=True, tzinfo=UTC)
    collection = client[f"{installation}_gateway"]["macros"]
    for index in MacroDocument._meta["index_specs"]:
        options = {name: value for name, value in index.items() if name != "fields"}
        collection.create_index(index["fields"], **options)
    yield Macros(ScopedCollection(collection), lambda: NOW)
    client.drop_database(f"{installation}_gateway")
    client.close()


def macro(name: str, *actions, owner: str = "own") -> Macro:
    return Macro("", "", name, actions or (Note("Looked."),), owner)


def test_what_was_kept_is_read_as_it_was(macros: Macros):
    made = macros.create(TIA, macro("All of it", *EVERYTHING))
    assert macros.get(TIA, made.macro_id) == made
    assert (made.actions, made.owner, made.revision) == (EVERYTHING, "person:per_tia", 1)


def test_ones_own_is_not_found_by_another_and_no_providers_by_another_provider(macros: Macros):
    own, shared = macros.create(TIA, macro("Mine")), macros.create(TOM, macro("Ours", owner=""))
    assert [one.name for one in macros.all(TIA)] == ["Ours", "Mine"]
    assert [one.name for one in macros.all(TOM)] == ["Ours"]
    assert macros.all(EVE) == []
    for who, macro_id in ((TOM, own.macro_id), (EVE, own.macro_id), (EVE, shared.macro_id)):
        with pytest.raises(NotFound, match="no such macro"):
            macros.get(who, macro_id)
        with pytest.raises(NotFound):
            macros.update(who, replace(shared, macro_id=macro_id))
        with pytest.raises(NotFound):
            macros.delete(who, macro_id)


def test_what_all_share_is_written_by_dispatchers_and_administrators(macros: Macros):
    shared = macros.create(TOM, macro("Ours", owner=""))
    with pytest.raises(PermissionDenied):
        macros.create(TIA, macro("Everybody's", owner=""))
    with pytest.raises(PermissionDenied):
        macros.update(TIA, replace(shared, name="Hers"))
    with pytest.raises(PermissionDenied):
        macros.delete(TIA, shared.macro_id)
    macros.delete(TOM, shared.macro_id)
    assert macros.all(TOM) == []


def test_a_name_is_given_once_for_each_owner_and_who_comes_second_is_told(macros: Macros):
    first = macros.create(TIA, macro("Reset"))
    macros.create(TOM, macro("Reset"))
    with pytest.raises(AlreadyExists):
        macros.create(TIA, macro("RESET"))
    other = macros.create(TIA, macro("Other", Resolve("fixed", {"fr": "Fait"})))
    with pytest.raises(AlreadyExists):
        macros.update(TIA, replace(other, name="reset"))
    changed = macros.update(TIA, replace(first, name="Renamed"))
    assert changed.revision == 2
    with pytest.raises(RevisionConflict):
        macros.update(TIA, replace(first, name="Too late"))
