"""What is ordered from the catalog, through the real server: whose it is, who approves it, what is to be done."""

import pytest

from chassis.errors import (
    InvalidArgument,
    InvalidState,
    NotFound,
    PermissionDenied,
    RevisionConflict,
)
from chassis.tenancy import Caller, Role
from fairlead.incidents.v1 import incident_pb2
from tests.harness.incidents import ACME, LUMEN, OTHER_PROVIDER, PROVIDER, Incidents

CONTENTS = {
    "name": {"en": "Laptop", "fr": "Ordinateur"},
    "summary": {"en": "A new one."},
    "priority": "PRIORITY_P4",
    "delivery_hours": 48,
    "steps": [{"name": "Manager", "rule": "APPROVAL_RULE_ANY", "roles": ["client_manager"]}],
    "tasks": [{"name": "Buy it", "due_share": 50}, {"name": "Hand it over", "stage": 2}],
}


def _admin(incidents: Incidents, provider: str = PROVIDER) -> Caller:
    return incidents.person("per_admin", Role.PROVIDER_ADMIN, tenants=None, provider=provider)


@pytest.fixture(scope="module")
def item(incidents: Incidents):
    """A laptop for Acme, which has two managers."""
    for person_id in ("per_boss", "per_vice"):
        incidents.directory.add_person(
            person_id, PROVIDER, f"{person_id}@acme.example", person_id, tenants=[ACME], manager=True
        )
    incidents.directory.add_person("per_deputy", PROVIDER, "d@acme.example", "Dee", tenants=[ACME])
    incidents.directory.add_person("per_far", PROVIDER, "f@lumen.example", "Far", tenants=[LUMEN])
    return incidents.catalog(
        "CreateCatalogItem", _admin(incidents), contents={**CONTENTS, "tenant_ids": [ACME]}
    )


def test_an_item_is_offered_to_its_clients_alone_and_keeps_its_versions(incidents: Incidents, item) -> None:
    mine, theirs = incidents.requester(), incidents.requester("per_leo", tenants=(LUMEN,))
    seen = incidents.catalog("GetCatalogItem", mine, item_id=item.item_id)
    assert (dict(seen.contents.name), len(seen.contents.tasks), list(seen.contents.tenant_ids)) == (
        {"en": "Laptop", "fr": "Ordinateur"},
        0,
        [],
    )
    for stranger in (
        theirs,
        incidents.person("per_x", Role.TECHNICIAN, tenants=None, provider=OTHER_PROVIDER),
    ):
        with pytest.raises(NotFound):
            incidents.catalog("GetCatalogItem", stranger, item_id=item.item_id)
        listed = incidents.catalog("ListCatalogItems", stranger).items
        assert item.item_id not in [one.item_id for one in listed]
    with pytest.raises(PermissionDenied):
        incidents.catalog("UpdateCatalogItem", mine, item_id=item.item_id, contents=CONTENTS)
    admin = _admin(incidents)
    renamed = {**CONTENTS, "tenant_ids": [ACME], "name": {"en": "Notebook"}}
    changed = incidents.catalog(
        "UpdateCatalogItem", admin, item_id=item.item_id, contents=renamed, revision=1
    )
    assert (changed.version, changed.contents.name["en"]) == (2, "Notebook")
    old = incidents.catalog("GetCatalogItem", admin, item_id=item.item_id, version=1)
    assert old.contents.name["en"] == "Laptop"
    with pytest.raises(RevisionConflict, match="catalog_item_changed"):
        incidents.catalog("RetireCatalogItem", admin, item_id=item.item_id, retired=True, revision=1)
    incidents.catalog("RetireCatalogItem", admin, item_id=item.item_id, retired=True)
    with pytest.raises(NotFound):
        incidents.catalog("GetCatalogItem", mine, item_id=item.item_id)
    incidents.catalog("RetireCatalogItem", admin, item_id=item.item_id)


def test_what_an_item_says_is_checked_by_its_place(incidents: Incidents) -> None:
    for wrong, field in (
        ({"name": {"fr": "Sans nom"}}, "name.en"),
        ({"tasks": [{"name": ""}]}, "tasks[0].name"),
        ({"steps": [{"name": "Nobody"}]}, "steps[0].approvers"),
        ({"steps": [{"name": "Ghosts", "groups": ["grp_1"]}]}, "steps[0].approvers"),
    ):
        with pytest.raises(InvalidArgument) as refused:
            incidents.catalog("CreateCatalogItem", _admin(incidents), contents={**CONTENTS, **wrong})
        assert refused.value.values["field"] == field
    with pytest.raises(NotFound, match="tenant_not_found"):
        incidents.catalog(
            "CreateCatalogItem", _admin(incidents), contents={**CONTENTS, "tenant_ids": ["ten_foreign"]}
        )


def _ask(incidents: Incidents, item, **evidence):
    return incidents.open(catalog_item_id=item.item_id, **evidence)


def test_a_request_goes_from_order_over_consent_and_tasks_to_its_end(incidents: Incidents, item) -> None:
    request = _ask(incidents, item)
    assert request.kind == incident_pb2.INCIDENT_KIND_SERVICE_REQUEST
    assert request.state == incident_pb2.INCIDENT_STATE_ON_HOLD
    assert [one.person_id for one in request.order.approval.still_asked] == ["per_boss", "per_vice"]
    boss, tech, number = incidents.manager(), incidents.technician(), {"incident_id": request.number}
    waiting = incidents.order("ListApprovals", boss).incidents
    assert request.number in [one.number for one in waiting]
    approve = {**number, "approve": True, "comment": "Yes.", "idempotency_key": "k"}
    approved = incidents.order("DecideApproval", boss, **approve)
    assert approved.state == incident_pb2.INCIDENT_STATE_NEW
    assert (len(approved.order.tasks), approved.order.tasks_all) == (0, 2)
    again = incidents.order("DecideApproval", boss, **approve)
    assert again.revision == approved.revision
    assert request.number not in [one.number for one in incidents.order("ListApprovals", boss).incidents]
    with pytest.raises(InvalidState, match="tasks_open"):
        incidents.call("Resolve", tech, **number, code="request_fulfilled", text="Here.")
    incidents.order("AssignTask", tech, **number, task_id="t1", assignee_id="per_tech")
    with pytest.raises(InvalidArgument, match="assignee_not_granted"):
        incidents.order("AssignTask", tech, **number, task_id="t1", assignee_id="per_boss")
    incidents.order("EndTask", tech, **number, task_id="t1")
    done = incidents.order("EndTask", tech, **number, task_id="t2", skipped=True, reason="fetched")
    assert [task.reason for task in done.order.tasks] == ["", "fetched"]
    incidents.call("Resolve", tech, **number, code="request_fulfilled", text="Here.")
    assert incidents.facts(request.incident_id) == [
        *("incident_opened", "approval_asked", "held"),
        *("approval_decided", "resumed", "fulfillment_started"),
        *("task_changed", "task_changed", "task_changed", "resolved"),
    ]
    lines = incidents.call("ListTimeline", incidents.requester(), **number).entries
    assert "task_changed" not in {line.fact for line in lines}


def test_nobody_decides_who_is_not_asked(incidents: Incidents, item) -> None:
    jane = {"person_id": "per_boss", "address": "boss@acme.example", "name": "Boss"}
    request = _ask(incidents, item, sender=jane)
    decide = {"incident_id": request.number, "approve": True}
    for caller, error in (
        (incidents.manager(), PermissionDenied),  # it is their own
        (incidents.requester("per_boss"), PermissionDenied),
        (incidents.technician(), PermissionDenied),
        (incidents.client(), PermissionDenied),
        (incidents.manager("per_far", tenants=(LUMEN,)), NotFound),
        (incidents.requester("per_deputy"), NotFound),
    ):
        with pytest.raises(error):
            incidents.order("DecideApproval", caller, **decide)
    vice = incidents.manager("per_vice")
    with pytest.raises(NotFound, match="person_not_found"):
        incidents.order("DelegateApproval", vice, incident_id=request.number, person_id="per_far")
    incidents.order("DelegateApproval", vice, incident_id=request.number, person_id="per_deputy")
    deputy = incidents.requester("per_deputy")
    assert request.number in [one.number for one in incidents.order("ListApprovals", deputy).incidents]
    rejected = incidents.order("DecideApproval", deputy, incident_id=request.number, comment="Not this year.")
    assert rejected.state == incident_pb2.INCIDENT_STATE_CANCELED
    assert incidents.facts(request.incident_id)[-3:] == ["approval_decided", "resumed", "canceled"]


def test_whoever_ordered_it_for_a_colleague_does_not_approve_it_and_staff_name_no_staff(
    incidents: Incidents, item
) -> None:
    request, tech = _ask(incidents, item, ordered_by="per_boss"), incidents.technician()
    assert [one.person_id for one in request.order.approval.still_asked] == ["per_vice"]
    with pytest.raises(PermissionDenied, match="own_request"):
        incidents.order("DecideApproval", incidents.manager(), incident_id=request.number, approve=True)
    for nobody in ("per_tech", "per_far"):
        with pytest.raises(NotFound, match="person_not_found"):
            incidents.order("AppointApprover", tech, incident_id=request.number, person_id=nobody)
    named = incidents.order("AppointApprover", tech, incident_id=request.number, person_id="per_deputy")
    assert "per_deputy" in [one.person_id for one in named.order.approval.still_asked]


def test_an_item_of_others_is_no_order_and_the_words_are_kept(incidents: Incidents, item) -> None:
    request = _ask(incidents, item, tenant_id=LUMEN)
    assert not request.HasField("order")
    assert request.title


def test_a_mailed_link_decides_once_and_in_its_recipients_name(incidents: Incidents, item) -> None:
    request, notify = _ask(incidents, item), incidents.service("notify")
    wanted = {
        "incident_id": request.incident_id,
        "action": "ANSWER_ACTION_DECIDE",
        "recipient": "per_vice",
        "issue_time": request.create_time,
    }
    (token,) = incidents.call("MintAnswerTokens", notify, requests=[wanted]).tokens
    (hers,) = incidents.call(
        "MintAnswerTokens", notify, requests=[{**wanted, "recipient": "per_jane"}]
    ).tokens
    gateway = incidents.service("gateway")
    with pytest.raises(NotFound):
        incidents.call("ReadAnswerLink", gateway, token=hers)
    assert incidents.call("ReadAnswerLink", gateway, token=token).incident.description
    used = incidents.call("UseAnswerLink", gateway, token=token, text="Too dear.", reject=True)
    assert used.incident.state == incident_pb2.INCIDENT_STATE_CANCELED
    with pytest.raises(InvalidState, match="answer_link_used"):
        incidents.call("UseAnswerLink", gateway, token=token)
