"""Orders and the catalog on real MongoDB."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pymongo.database import Database

from chassis.errors import NotFound, RevisionConflict
from chassis.ids import new_id
from chassis.tenancy import Caller, Role, TenantScope
from chassis.tokens import CallerSigner
from services.incidents.domain import ordering
from services.incidents.domain.approval import Approver, Roster, Rule, Step, Verdict
from services.incidents.domain.catalog import CLIENT_MANAGER, CatalogItem, Contents, TaskTemplate
from services.incidents.domain.incident import Actor, Incident, Priority
from services.incidents.domain.opening import open_incident
from services.incidents.store import CatalogStore, IncidentStore
from tests.harness.incident_values import NOON, REQUESTER, after, submission

CALLER = Caller("person:per_tech", "prv_north", None, frozenset({Role.TECHNICIAN}))
ACME, LUMEN = TenantScope("prv_north", "ten_acme"), TenantScope("prv_north", "ten_lumen")
ROOM = TenantScope("prv_north", "prv_north")
BOSS = Approver("per_boss", "Boss")
ROSTER = Roster({CLIENT_MANAGER: (BOSS,)})
CONTENTS = Contents(
    name={"en": "Laptop", "fr": "Ordinateur"},
    summary={"en": "New"},
    tenant_ids=frozenset({"ten_acme"}),
    priority=Priority.P4,
    delivery_hours=8,
    steps=(
        Step(name="Manager", roles=(CLIENT_MANAGER,), remind_after=timedelta(hours=1)),
        Step(name="Both", rule=Rule.SOME, count=1, people=(BOSS,), expire_after=timedelta(days=2)),
    ),
    tasks=(TaskTemplate(name="Buy it", group_id="grp_1", group_name="Desk", due_share=50),),
).checked()


def _item() -> CatalogItem:
    return CatalogItem(
        item_id=new_id("cat"), provider_id="prv_north", contents=CONTENTS, create_time=NOON, update_time=NOON
    )


@pytest.fixture
def records(database: Database, signer: CallerSigner) -> IncidentStore:
    return IncidentStore(database, signer)


def _ordered(records: IncidentStore) -> Incident:
    opening = open_incident(
        submission(submission_id=new_id("sub")),
        provider_id="prv_north",
        incident_id=new_id("inc"),
        number=f"ACME-{new_id('n')}",
        actor=REQUESTER,
        now=NOON,
    )
    change = ordering.ordered(opening, _item(), ROSTER, NOON)
    assert records.create_many([change], CALLER) == [True]
    return change.after


def test_an_order_comes_back_as_it_was_kept_at_every_step(records: IncidentStore) -> None:
    request = _ordered(records)
    assert records.load(ACME, request.incident_id) == request
    for verdict in (Verdict.APPROVE, Verdict.APPROVE):
        actor = Actor("person:per_boss", "Boss")
        change = ordering.decide(request, verdict, BOSS, "Yes.", ROSTER, actor, after(1))
        assert change is not None
        records.save(change, CALLER)
        request = records.load(ACME, request.incident_id)
        assert request == change.after


def test_who_is_asked_finds_it_and_nobody_else_and_time_does(records: IncidentStore) -> None:
    request = _ordered(records)

    def found(scope: TenantScope, *names: str) -> bool:
        return request.incident_id in {
            one.incident_id for one in records.awaiting_approval(scope, names, 1_000)
        }

    assert found(ACME, "per_boss") and found(ACME, "role:client_manager")
    assert not found(ACME, "per_jane") and not found(LUMEN, "per_boss", "role:client_manager")
    due = {one.incident_id for one in records.due_approvals(after(60), 1_000)}
    assert request.incident_id in due
    assert request.incident_id not in {one.incident_id for one in records.due_approvals(after(59), 1_000)}


def test_each_version_of_an_item_is_kept(database: Database) -> None:
    catalog = CatalogStore(database)
    item = catalog.add(_item())
    assert catalog.get(ROOM, item.item_id) == item
    renamed = item.rewritten(replace(CONTENTS, name={"en": "Notebook"}), after(1))
    saved = catalog.save(renamed)
    assert saved.version == 2
    assert catalog.version(ROOM, item.item_id, 1) == CONTENTS
    assert catalog.version(ROOM, item.item_id, 2).name["en"] == "Notebook"
    assert catalog.find(ROOM, [item.item_id, "cat_none"]) == {item.item_id: saved}
    with pytest.raises(RevisionConflict):
        catalog.save(renamed)
    with pytest.raises(NotFound):
        catalog.get(TenantScope("prv_other", "prv_other"), item.item_id)
