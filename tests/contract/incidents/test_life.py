"""The life of an incident through the real server."""

import pytest

from chassis.errors import InvalidArgument, InvalidState, PermissionDenied, RevisionConflict
from chassis.tenancy import Role
from fairlead.directory.v1 import person_pb2
from fairlead.incidents.v1 import incident_pb2
from tests.harness.incidents import ACME, LUMEN, PROVIDER, Incidents

NEW, ASSIGNED, IN_PROGRESS, ON_HOLD, RESOLVED, CLOSED, CANCELED = range(1, 8)


def test_an_incident_lives_from_submission_to_confirmation(incidents: Incidents) -> None:
    jane, tech = incidents.requester(), incidents.technician()
    opened = incidents.open(impact="IMPACT_HIGH", urgency="URGENCY_MEDIUM")
    it = {"incident_id": opened.incident_id}
    assert (opened.state, opened.priority, opened.revision) == (NEW, incident_pb2.PRIORITY_P2, 1)
    assert opened.priority_decision.source == "matrix"

    assigned = incidents.call("Assign", tech, **it, assignee_id="per_tech", assignee_name="Tess")
    assert (assigned.state, assigned.assignee_name) == (ASSIGNED, "Tess")
    assert incidents.call("Acknowledge", tech, **it).state == IN_PROGRESS
    assert not incidents.call("Note", tech, **it, text="Looks like the fuser.").HasField(
        "first_response_time"
    )

    answered = incidents.call("Reply", tech, **it, text="Please send a photo.")
    assert answered.HasField("first_response_time")
    held = incidents.call("Hold", tech, **it, awaiting="AWAITED_PARTY_REQUESTER", reason="a photo")
    assert (held.state, held.hold.reason) == (ON_HOLD, "a photo")
    resumed = incidents.call("Reply", jane, **it, text="Here it is.")
    assert (resumed.state, resumed.HasField("hold")) == (IN_PROGRESS, False)

    resolved = incidents.call("Resolve", tech, **it, code="fixed", text="New fuser.")
    assert (resolved.state, resolved.resolution.code) == (RESOLVED, "fixed")
    reopened = incidents.call("Reply", jane, **it, text="It smokes again.")
    assert (reopened.state, reopened.reopen_count) == (ASSIGNED, 1)
    incidents.call("Resolve", tech, **it, code="fixed", text="New printer.")
    closed = incidents.call("Confirm", jane, **it)
    assert closed.state == CLOSED
    assert closed.HasField("close_time")

    assert incidents.facts(opened.incident_id) == [
        *("incident_opened", "assigned", "acknowledged", "noted", "replied", "held"),
        *("replied", "resumed", "resolved", "replied", "reopened", "resolved", "confirmed", "closed"),
    ]


def test_staff_may_close_what_is_resolved_and_reopen_it(incidents: Incidents) -> None:
    tech, it = incidents.technician(), {"incident_id": incidents.open().incident_id}
    incidents.call("Resolve", tech, **it, code="no_action", text="Nothing to do.")
    assert incidents.call("Close", tech, **it, reason="agreed by phone").state == CLOSED
    assert incidents.call("Reopen", tech, **it, reason="it is back").state == NEW


def test_work_can_be_resumed_by_hand_classified_and_prioritized(incidents: Incidents) -> None:
    tech, it = incidents.technician(), {"incident_id": incidents.open().incident_id}
    incidents.call("Hold", tech, **it, awaiting="AWAITED_PARTY_VENDOR", reason="part")
    assert incidents.call("Resume", tech, **it, reason="part came").state == IN_PROGRESS
    classified = incidents.call(
        "Classify", tech, **it, category="printing", kind="INCIDENT_KIND_SERVICE_REQUEST"
    )
    assert (classified.category, classified.kind) == ("printing", 2)
    assert classified.classification_decision.source == "technician"
    prioritized = incidents.call("Prioritize", tech, **it, priority="PRIORITY_P5", reason="can wait")
    assert prioritized.priority == incident_pb2.PRIORITY_P5


def test_a_requester_withdraws_what_nobody_has_begun(incidents: Incidents) -> None:
    it = {"incident_id": incidents.open().incident_id}
    assert incidents.call("Cancel", incidents.requester(), **it, reason="found it").state == CANCELED


def test_what_the_state_does_not_allow_says_so(incidents: Incidents) -> None:
    it = {"incident_id": incidents.open().incident_id}
    with pytest.raises(InvalidState) as refused:
        incidents.call("Confirm", incidents.requester(), **it)
    assert refused.value.reason == "transition_not_allowed"
    assert refused.value.values == {"state": "new", "command": "confirm"}


STAFF_COMMANDS = {
    "Note": {"text": "psst"},
    "Classify": {"category": "printing"},
    "Prioritize": {"priority": "PRIORITY_P1"},
    "Assign": {"assignee_id": "per_jane"},
    "Acknowledge": {},
    "Hold": {"awaiting": "AWAITED_PARTY_VENDOR", "reason": "x"},
    "Resume": {},
    "Resolve": {"code": "fixed", "text": "x"},
    "Close": {},
}


@pytest.mark.parametrize("command", STAFF_COMMANDS)
def test_the_clients_side_gives_no_command_of_staff(incidents: Incidents, command: str) -> None:
    it = {"incident_id": incidents.open().incident_id}
    for caller in (incidents.requester(), incidents.manager(), incidents.client()):
        with pytest.raises(PermissionDenied) as refused:
            incidents.call(command, caller, **it, **STAFF_COMMANDS[command])
        assert refused.value.reason == "role_required"


def test_an_api_client_replies_for_the_client_or_for_staff_as_its_role_says(incidents: Incidents) -> None:
    it = {"incident_id": incidents.open().incident_id}
    assert incidents.call("Reply", incidents.client(), **it, text="any news?").state == NEW
    answered = incidents.call("Reply", incidents.client(Role.TECHNICIAN), **it, text="soon")
    assert answered.HasField("first_response_time")


@pytest.mark.parametrize(
    "method",
    [
        *("AcceptSubmissions", "ApplyTriage", "MintReplyTokens"),
        *("MintAnswerTokens", "ReadAnswerLink", "UseAnswerLink"),
    ],
)
def test_the_services_calls_are_for_services_alone(incidents: Incidents, method: str) -> None:
    admin = incidents.person("per_admin", Role.PROVIDER_ADMIN, tenants=None)
    for caller in (admin, incidents.technician(), incidents.client(Role.TECHNICIAN)):
        with pytest.raises(PermissionDenied):
            incidents.call(method, caller)


@pytest.mark.parametrize(
    ("command", "fields", "named"),
    [
        ("Reply", {"text": " "}, "text"),
        ("Hold", {"reason": "x"}, "awaiting"),
        ("Hold", {"awaiting": "AWAITED_PARTY_VENDOR"}, "reason"),
        ("Resolve", {"code": "magic", "text": "x"}, "code"),
        ("Prioritize", {}, "priority"),
        ("Classify", {}, "category"),
        ("Note", {"text": "x" * 200_000}, "text"),
    ],
)
def test_a_wrong_value_is_refused_and_its_field_named(
    incidents: Incidents, command: str, fields: dict, named: str
) -> None:
    it = {"incident_id": incidents.open().incident_id}
    with pytest.raises(InvalidArgument) as refused:
        incidents.call(command, incidents.technician(), **it, **fields)
    assert refused.value.values["field"] == named


def test_a_command_on_a_revision_that_has_moved_on_is_refused(incidents: Incidents) -> None:
    tech, it = incidents.technician(), {"incident_id": incidents.open().incident_id}
    incidents.call("Note", tech, **it, text="one", revision=1)
    with pytest.raises(RevisionConflict) as refused:
        incidents.call("Note", tech, **it, text="two", revision=1)
    assert refused.value.reason == "revision_conflict"


def test_the_same_idempotency_key_has_one_effect(incidents: Incidents) -> None:
    tech, it = incidents.technician(), {"incident_id": incidents.open().incident_id}
    first = incidents.call("Reply", tech, **it, text="hello", idempotency_key="k1", revision=1)
    again = incidents.call("Reply", tech, **it, text="hello", idempotency_key="k1", revision=1)
    assert first == again
    assert incidents.facts(first.incident_id) == ["incident_opened", "replied"]


def test_a_key_means_the_same_only_for_the_same_command_and_caller(incidents: Incidents) -> None:
    tech, it = incidents.technician(), {"incident_id": incidents.open().incident_id}
    incidents.call("Reply", tech, **it, text="hello", idempotency_key="k1")
    incidents.call("Note", tech, **it, text="hello", idempotency_key="k1")
    incidents.call("Reply", incidents.requester(), **it, text="hello", idempotency_key="k1")
    assert incidents.facts(it["incident_id"]) == ["incident_opened", "replied", "noted", "replied"]


@pytest.mark.parametrize("stranger", ["per_nobody", "per_jane", "per_of_lumen", "per_gone"])
def test_only_active_staff_granted_the_client_are_assigned(incidents: Incidents, stranger: str) -> None:
    lumen = person_pb2.Grant(role="GRANT_ROLE_TECHNICIAN", tenant_ids=[LUMEN])
    acme = person_pb2.Grant(role="GRANT_ROLE_TECHNICIAN", tenant_ids=[ACME])
    people = incidents.directory
    people.add_person("per_jane", PROVIDER, "jane@acme.example", "Jane", tenants=[ACME])
    people.add_person("per_of_lumen", PROVIDER, "li@north.example", "Li", grants=[lumen])
    people.add_person("per_gone", PROVIDER, "bob@north.example", "Bob", grants=[acme], disabled=True)
    it = {"incident_id": incidents.open().incident_id}
    with pytest.raises(InvalidArgument) as refused:
        incidents.call("Assign", incidents.technician(), **it, assignee_id=stranger)
    assert (refused.value.reason, refused.value.values["field"]) == ("assignee_not_granted", "assignee_id")


def test_an_assignee_bears_the_name_that_the_directory_knows(incidents: Incidents) -> None:
    it = {"incident_id": incidents.open().incident_id}
    tech = incidents.technician()
    assigned = incidents.call("Assign", tech, **it, assignee_id="per_tech", assignee_name="The Boss")
    assert assigned.assignee_name == "Tess"
