"""The records on real MongoDB."""

import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from bson.binary import UUID_SUBTYPE, Binary
from pymongo.database import Database

from chassis.errors import AlreadyExists, InvalidArgument, NotFound, RevisionConflict
from chassis.ids import new_id
from chassis.tenancy import Caller, GrantedScope, Role, TenantScope
from chassis.tokens import CallerSigner
from services.incidents.domain import conversation, merging, work
from services.incidents.domain.facts import Change
from services.incidents.domain.incident import Incident, Party, State
from services.incidents.domain.lifecycle import Side
from services.incidents.domain.opening import open_incident
from services.incidents.domain.query import IncidentQuery
from services.incidents.store import IncidentStore
from tests.harness.incident_values import NOON, TECH, after, submission

CALLER = Caller("person:per_tech", "prv_north", None, frozenset({Role.TECHNICIAN}))


@pytest.fixture
def store(database: Database, signer: CallerSigner) -> IncidentStore:
    return IncidentStore(database, signer)


@pytest.fixture
def scope() -> TenantScope:
    return TenantScope("prv_north", f"ten_{secrets.token_hex(4)}")


@pytest.fixture
def positions() -> Iterator[int]:
    return iter(range(1, 10_000))


def opening(scope: TenantScope, position: int, **fields) -> Change:
    return open_incident(
        submission(tenant_id=scope.tenant_id, submission_id=new_id("sub"), **fields),
        provider_id=scope.provider_id,
        incident_id=new_id("inc"),
        number=f"ACME-{position}",
        actor=TECH,
        now=NOON + timedelta(seconds=position),
    )


def kept(store: IncidentStore, scope: TenantScope, position: int = 1, **fields) -> Incident:
    change = opening(scope, position, **fields)
    assert store.create_many([change], CALLER) == [True]
    return change.after


def test_what_is_opened_is_found_by_id_number_and_submission(
    store: IncidentStore, scope: TenantScope
) -> None:
    incident = kept(store, scope)
    assert store.load(scope, incident.incident_id) == incident
    assert store.load_by_number(scope, "ACME-1") == incident
    filed = store.find_filed(scope, [incident.submission_id])[incident.submission_id]
    assert (filed.incident_id, filed.number, filed.joined) == (incident.incident_id, "ACME-1", False)


def test_another_tenants_scope_finds_nothing(store: IncidentStore, scope: TenantScope) -> None:
    incident = kept(store, scope)
    for other in (
        TenantScope("prv_north", "ten_elsewhere"),
        TenantScope("prv_other", scope.tenant_id),
        GrantedScope("prv_north", frozenset({"ten_elsewhere"})),
        GrantedScope("prv_other", None),
    ):
        with pytest.raises(NotFound):
            store.load(other, incident.incident_id)
        with pytest.raises(NotFound):
            store.load_by_number(other, incident.number)
        with pytest.raises(NotFound):
            store.with_timeline(other, incident.incident_id, 0, 10)[1]
        assert store.load_many(other, [incident.incident_id]) == {}
        assert store.page(other, IncidentQuery())[0] == []
    assert store.find_filed(TenantScope("prv_other", scope.tenant_id), [incident.submission_id]) == {}


def test_a_number_or_a_submission_that_is_taken_is_refused_for_itself(
    store: IncidentStore, scope: TenantScope
) -> None:
    incident = kept(store, scope)
    same_number = opening(scope, 1)
    fresh = opening(scope, 2)
    same_submission = opening(scope, 3)
    same_submission = replace(
        same_submission, after=replace(same_submission.after, submission_ids=incident.submission_ids)
    )
    assert store.create_many([same_number, fresh, same_submission], CALLER) == [False, True, False]


def test_other_tenants_may_have_the_same_number(store: IncidentStore, scope: TenantScope) -> None:
    kept(store, scope)
    kept(store, TenantScope("prv_north", f"{scope.tenant_id}x"))


def test_a_change_is_saved_with_its_events_and_read_back_as_timeline(
    store: IncidentStore, scope: TenantScope
) -> None:
    incident = kept(store, scope)
    change = conversation.answer(incident, "On my way.", TECH, Side.STAFF, after(3))
    store.save(change, CALLER)
    assert store.load(scope, incident.incident_id) == change.after
    lines = store.with_timeline(scope, incident.incident_id, 0, 10)[1]
    assert [(line.fact, line.seq) for line in lines] == [("incident_opened", 1000), ("replied", 2000)]
    assert store.with_timeline(scope, incident.incident_id, 1000, 10)[1] == lines[1:]


def test_a_note_does_not_write_the_description_again(
    store: IncidentStore, scope: TenantScope, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = kept(store, scope)
    written = []
    save = store.incidents.save
    monkeypatch.setattr(store.incidents, "save", lambda *item: written.append(item) or save(*item))
    store.save(conversation.note(incident, "psst", TECH, Side.STAFF, after(1)), CALLER)
    assert set(written[0][3]) == {"update_time"}


def test_the_second_of_two_writers_is_refused(store: IncidentStore, scope: TenantScope) -> None:
    incident = kept(store, scope)
    store.save(conversation.note(incident, "first", TECH, Side.STAFF, after(1)), CALLER)
    with pytest.raises(RevisionConflict):
        store.save(conversation.note(incident, "second", TECH, Side.STAFF, after(1)), CALLER)


def test_a_submission_joins_one_incident_only(store: IncidentStore, scope: TenantScope) -> None:
    first, second = kept(store, scope, 1), kept(store, scope, 2)
    reply = {"text": "more", "actor": TECH, "side": Side.CLIENT, "now": after(1), "submission_id": "sub_r"}
    store.save(conversation.reply(first, **reply), CALLER)
    with pytest.raises(AlreadyExists):
        store.save(conversation.reply(second, **reply), CALLER)
    filed = store.find_filed(scope, ["sub_r"])["sub_r"]
    assert (filed.incident_id, filed.joined) == (first.incident_id, True)


def test_of_a_batch_only_those_that_moved_on_are_refused(store: IncidentStore, scope: TenantScope) -> None:
    incidents = [kept(store, scope, position) for position in (1, 2, 3)]
    store.save(conversation.note(incidents[1], "faster", TECH, Side.STAFF, after(1)), CALLER)
    changes = [conversation.note(each, "batch", TECH, Side.STAFF, after(2)) for each in incidents]
    assert store.save_many(changes, CALLER) == [True, False, True]


def merging_of(store: IncidentStore, scope: TenantScope) -> tuple[Change, Change]:
    one, into = kept(store, scope, 1), kept(store, scope, 2)
    return merging.merge(one, into, None, "", TECH, Side.STAFF, after(9))


def test_a_merge_is_read_back_from_both_incidents(store: IncidentStore, scope: TenantScope) -> None:
    one, into = merging_of(store, scope)
    store.save_together([one, into], CALLER)
    assert store.load(scope, one.after.incident_id) == one.after
    assert store.load(scope, into.after.incident_id) == into.after
    back, released = merging.unmerge(one.after, into.after, "", TECH, Side.STAFF, after(10))
    store.save_together([back, released], CALLER)
    assert store.load(scope, one.after.incident_id).state is State.NEW
    facts = [entry.fact for entry in store.with_timeline(scope, one.after.incident_id, 0, 10)[1]]
    assert facts == ["incident_opened", "merged", "unmerged"]


def test_of_two_changes_saved_together_neither_stands_when_one_is_refused(
    store: IncidentStore, scope: TenantScope
) -> None:
    one, into = merging_of(store, scope)
    store.save(conversation.note(into.before, "Psst.", TECH, Side.STAFF, after(8)), CALLER)
    with pytest.raises(RevisionConflict):
        store.save_together([one, into], CALLER)
    assert store.load(scope, one.after.incident_id) == one.before
    assert [entry.fact for entry in store.with_timeline(scope, one.after.incident_id, 0, 10)[1]] == [
        "incident_opened"
    ]


def test_a_process_killed_between_the_two_writes_of_a_merge_leaves_neither(
    store: IncidentStore, scope: TenantScope, database: Database
) -> None:
    one, into = merging_of(store, scope)
    changed = (one.after.incident_id, into.after.incident_id)
    address = "mongodb://{}:{}/?replicaSet=rs0&directConnection=true".format(*database.client.address)
    script = """
import os, sys
from pymongo import MongoClient
incidents = MongoClient(sys.argv[1])[sys.argv[2]]["incidents"]
session = incidents.database.client.start_session()
session.start_transaction()
incidents.update_one({"_id": sys.argv[3]}, {"$inc": {"revision": 1}, "$set": {"state": "merged"}}, session=session)
os.write(1, session.session_id["id"])
os._exit(9)
"""
    asked = [sys.executable, "-c", script, address, database.name, changed[0]]
    killed = subprocess.run(asked, capture_output=True, check=False)
    assert killed.returncode == 9, killed.stderr
    # Nobody sees half of it, and once the server has ended the dead process's session (as it does by itself after a
    # minute) the same merge goes through.
    assert store.load(scope, changed[0]) == one.before
    dead = {"id": Binary(killed.stdout, UUID_SUBTYPE)}
    database.client.admin.command("killSessions", [dead])
    store.save_together([one, into], CALLER)
    assert [store.load(scope, each).revision for each in changed] == [2, 2]


def test_pages_are_newest_first_and_neither_repeat_nor_miss(store: IncidentStore, scope: TenantScope) -> None:
    changes = [opening(scope, position) for position in range(1, 24)]
    store.create_many(changes, CALLER)
    seen, token = [], ""
    while True:
        rows, token = store.page(scope, IncidentQuery(page_size=10, page_token=token))
        seen += [row.number for row in rows]
        if not token:
            break
    assert seen == [f"ACME-{position}" for position in range(23, 0, -1)]


def test_lists_leave_the_description_out(store: IncidentStore, scope: TenantScope) -> None:
    kept(store, scope)
    assert store.page(scope, IncidentQuery())[0][0].description == ""


def test_a_forged_page_token_is_refused(store: IncidentStore, scope: TenantScope) -> None:
    with pytest.raises(InvalidArgument):
        store.page(scope, IncidentQuery(page_token="zzz"))


def test_a_list_can_be_narrowed(store: IncidentStore, scope: TenantScope) -> None:
    first = kept(store, scope, 1)
    second = kept(store, scope, 2, sender=Party("paul@acme.example", "Paul", "per_paul"))
    hold = work.resolve(second, "fixed", "Done.", after(60), TECH, Side.STAFF, after(9))
    store.save(hold, CALLER)

    def numbers(**fields) -> list[str]:
        return [row.number for row in store.page(scope, IncidentQuery(**fields))[0]]

    assert numbers(states=frozenset({State.RESOLVED})) == [second.number]
    assert numbers(requester_id="per_jane") == [first.number]
    assert numbers(party_id="per_paul") == [second.number]
    assert numbers(party_id="per_paul", requester_id="per_jane") == []
    assert numbers(updated_after=after(8)) == [second.number]
    assert numbers(assignee_id="per_tech") == []


def test_only_what_is_resolved_and_due_is_due_for_closing(store: IncidentStore, scope: TenantScope) -> None:
    resolved = kept(store, scope, 1)
    store.save(work.resolve(resolved, "fixed", "Done.", after(60), TECH, Side.STAFF, after(5)), CALLER)
    kept(store, scope, 2)

    def due(minutes: float) -> list[str]:
        found = store.due_for_closing(after(minutes), 1000)
        return [each.incident_id for each in found if each.tenant_id == scope.tenant_id]

    assert due(59) == []
    assert due(60) == [resolved.incident_id]


@pytest.mark.parametrize(
    "query",
    [
        IncidentQuery(),
        IncidentQuery(states=frozenset({State.NEW})),
        IncidentQuery(party_id="per_jane"),
        IncidentQuery(requester_id="per_jane"),
        IncidentQuery(assignee_id="per_tech"),
    ],
    ids=["all", "by state", "by party", "by requester", "by assignee"],
)
def test_no_list_scans_the_collection_or_sorts_in_memory(
    store: IncidentStore, scope: TenantScope, query: IncidentQuery, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.create_many([opening(scope, position) for position in range(1, 30)], CALLER)
    plans = []
    collection = store.incidents.collection

    def explained(criteria, **options):
        plans.append(collection.find(criteria, **options).explain())
        return []

    monkeypatch.setattr(
        store.incidents,
        "find",
        lambda scope, criteria, **options: explained({**scope.filter(), **criteria}, **options),
    )
    for asked in (scope, GrantedScope(scope.provider_id, None)):
        if asked is not scope and query != IncidentQuery():
            continue  # narrowed lists of a whole provider read along newest_of_provider
        store.page(asked, query)
    for plan in plans:
        text = str(plan["queryPlanner"]["winningPlan"])
        assert "COLLSCAN" not in text
        assert "'SORT'" not in text
