"""Submit: portal and API."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.errors import InvalidArgument, InvalidState, NotFound, PermissionDenied, Unavailable
from chassis.tenancy import Role
from fairlead.incidents.v1 import incident_pb2
from fairlead.intake.v1 import submission_pb2
from tests.harness.intake import ACME, LUMEN, OTHER, Bench

ACCEPTED = submission_pb2.SUBMISSION_STATE_ACCEPTED


def test_a_requester_gets_the_number_at_once(bench: Bench):
    done = bench.submit(bench.caller(Role.REQUESTER), channel=submission_pb2.CHANNEL_PORTAL)
    assert (done.state, done.incident_number, done.verified) == (ACCEPTED, "ACME-1", True)
    assert (done.person_id, done.sender_address) == ("per_jane", "jane@acme.example")
    evidence = bench.incidents.submissions[done.submission_id]
    assert (evidence.channel, evidence.authenticated, evidence.sender.name) == ("portal", True, "Jane")


def test_whoever_waits_is_shown_what_was_opened_and_a_repetition_the_same(bench: Bench):
    caller = bench.caller(Role.REQUESTER)
    first = bench.submit(caller, idempotency_key="k1")
    assert (first.opened.incident_id, first.opened.number) == (first.incident_id, "ACME-1")
    again = bench.submit(caller, idempotency_key="k1")
    assert again.opened == first.opened


def test_what_is_told_before_it_is_written_is_read_as_told(bench: Bench):
    caller = bench.caller(Role.REQUESTER)
    for _ in range(20):
        told = bench.submit(caller)
        read = bench.get(caller, told.submission_id)
        assert (read.state, read.incident_id, read.revision) == (ACCEPTED, told.incident_id, told.revision)


def test_what_was_asked_for_reaches_the_record(bench: Bench):
    done = bench.submit(
        bench.caller(Role.API_CLIENT, person="", tenants=(ACME,)),
        requester_email="Jane@Acme.example",
        impact=incident_pb2.IMPACT_HIGH,
        urgency=incident_pb2.URGENCY_LOW,
        kind=incident_pb2.INCIDENT_KIND_SERVICE_REQUEST,
        category="hardware",
    )
    evidence = bench.incidents.submissions[done.submission_id]
    assert (evidence.impact, evidence.urgency, evidence.category) == (1, 3, "hardware")
    assert (evidence.kind, evidence.channel, evidence.sender.person_id) == (2, "api", "per_jane")


def test_the_same_key_and_content_is_the_same_submission(bench: Bench):
    caller = bench.caller(Role.REQUESTER)
    first = bench.submit(caller, idempotency_key="k1")
    again = bench.submit(caller, idempotency_key="k1")
    assert (first.submission_id, first.incident_id) == (again.submission_id, again.incident_id)
    assert len(bench.incidents.submissions) == 1


def test_the_same_key_with_other_content_is_refused(bench: Bench):
    caller = bench.caller(Role.REQUESTER)
    bench.submit(caller, idempotency_key="k1")
    with pytest.raises(InvalidState, match="idempotency_key_reused"):
        bench.submit(caller, idempotency_key="k1", text="Something else.")


def test_the_key_of_another_caller_is_another_key(bench: Bench):
    first = bench.submit(bench.caller(Role.REQUESTER), idempotency_key="k1")
    second = bench.submit(bench.caller(Role.CLIENT_MANAGER, person="per_mike"), idempotency_key="k1")
    assert first.submission_id != second.submission_id


def test_of_many_at_once_with_one_key_all_get_the_same_submission(bench: Bench):
    caller = bench.caller(Role.REQUESTER)
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: bench.submit(caller, idempotency_key="k1"), range(16)))
    assert len({one.submission_id for one in done}) == 1
    assert len(bench.incidents.incidents) == 1


def test_without_a_key_each_call_is_a_submission(bench: Bench):
    caller = bench.caller(Role.REQUESTER)
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: bench.submit(caller), range(32)))
    assert len({one.incident_number for one in done}) == 32


@pytest.mark.parametrize(
    ("fields", "reason", "field"),
    [
        ({"subject": "  "}, "subject_required", "subject"),
        ({"subject": "x" * 201}, "subject_too_long", "subject"),
        ({"text": "é" * 32_769}, "text_too_long", "text"),
        ({"idempotency_key": "k" * 201}, "idempotency_key_too_long", "idempotency_key"),
        ({"requester_email": "nobody"}, "email_malformed", "requester_email"),
        ({"channel": submission_pb2.CHANNEL_EMAIL}, "channel_not_allowed", "channel"),
        ({"tenant_id": ""}, "tenant_id_required", "tenant_id"),
        ({"requester_person_id": "per_lee"}, "requester_not_found", "requester_person_id"),
        ({"requester_person_id": "per_nobody"}, "requester_not_found", "requester_person_id"),
        (
            {"requester_person_id": "per_mike", "requester_email": "a@b.example"},
            "requester_ambiguous",
            "requester_email",
        ),
    ],
)
def test_a_wrong_value_is_named(bench: Bench, fields: dict, reason: str, field: str):
    with pytest.raises(InvalidArgument) as refused:
        bench.submit(bench.caller(Role.CLIENT_MANAGER, person="per_mike"), **fields)
    assert (refused.value.reason, refused.value.values["field"]) == (reason, field)
    assert not bench.incidents.submissions


def test_a_requester_submits_for_nobody_else(bench: Bench):
    for fields in ({"requester_person_id": "per_mike"}, {"requester_email": "mike@acme.example"}):
        with pytest.raises(PermissionDenied):
            bench.submit(bench.caller(Role.REQUESTER), **fields)


def test_an_api_client_must_say_for_whom(bench: Bench):
    with pytest.raises(InvalidArgument, match="requester_required"):
        bench.submit(bench.caller(Role.API_CLIENT, person="", tenants=(ACME,)))


def test_another_tenant_is_not_found_whether_it_exists_or_not(bench: Bench):
    callers = [
        bench.caller(Role.REQUESTER),
        bench.caller(Role.TECHNICIAN, person="per_tech"),
        bench.caller(Role.PROVIDER_ADMIN, person="per_admin", tenants=None),
    ]
    for caller in callers:
        for tenant in (OTHER, "ten_nowhere", *([] if caller.tenant_ids is None else [LUMEN])):
            with pytest.raises(NotFound) as refused:
                bench.submit(caller, tenant_id=tenant, requester_email="x@acme.example")
            assert refused.value.reason == "tenant_not_found"


def test_a_suspended_tenant_takes_no_submissions(bench: Bench):
    bench.directory.add_tenant("ten_idle", "prv_north", "idle", suspended=True)
    with pytest.raises(InvalidState, match="tenant_suspended"):
        bench.submit(bench.caller(Role.REQUESTER, tenants=("ten_idle",)), tenant_id="ten_idle")


def test_while_the_record_refuses_calls_a_submission_stays_received(bench: Bench):
    bench.incidents.refuse_with = Unavailable("store_unavailable")
    received = bench.submit(bench.caller(Role.REQUESTER), idempotency_key="k1")
    assert received.state == submission_pb2.SUBMISSION_STATE_RECEIVED
    bench.incidents.refuse_with = None
    again = bench.submit(bench.caller(Role.REQUESTER), idempotency_key="k1")
    assert (again.submission_id, again.state) == (received.submission_id, ACCEPTED)


@pytest.mark.parametrize("tenants", [(ACME,), None], ids=["one client's", "every client's"])
@pytest.mark.parametrize("role", [Role.CLIENT_MANAGER, Role.API_CLIENT, Role.TECHNICIAN, Role.PROVIDER_ADMIN])
def test_nobody_makes_another_clients_person_a_member_of_theirs(bench: Bench, role: Role, tenants):
    bench.directory.add_person("per_lars", "prv_north", "lars@lumen.example", "Lars", tenants=[LUMEN])
    done = bench.submit(
        bench.caller(role, person="per_mike", tenants=tenants), requester_email="lars@lumen.example"
    )
    assert [each.tenant_id for each in bench.directory.people["per_lars"].memberships] == [LUMEN]
    sender = bench.incidents.submissions[done.submission_id].sender
    assert (sender.person_id, sender.name, sender.address) == ("", "", "lars@lumen.example")
