"""Who sees which submissions, and what administrators do in quarantine."""

import pytest

from chassis.errors import InvalidArgument, InvalidState, NotFound, PermissionDenied
from chassis.rpc import call, call_stream
from chassis.tenancy import Caller, Role
from fairlead.directory.v1 import tenant_pb2
from fairlead.intake.v1 import submission_pb2, submission_service_pb2
from tests.harness.intake import ACME, LUMEN, NORTH, OTHER, Bench, mail
from tests.harness.waiting import wait_until


def release(bench: Bench, caller: Caller, submission_id: str, tenant_id: str = ACME):
    request = submission_service_pb2.ReleaseSubmissionRequest(
        submission_id=submission_id, tenant_id=tenant_id
    )
    return call(bench.stub.ReleaseSubmission, request, caller)


def discard(bench: Bench, caller: Caller, submission_id: str):
    request = submission_service_pb2.DiscardSubmissionRequest(submission_id=submission_id, reason="spam")
    return call(bench.stub.DiscardSubmission, request, caller)


def download(bench: Bench, caller: Caller, submission_id: str) -> bytes:
    request = submission_service_pb2.DownloadRawRequest(submission_id=submission_id)
    return b"".join(chunk.data for chunk in call_stream(bench.stub.DownloadRaw, request, caller))


@pytest.fixture
def own(bench: Bench) -> str:
    return bench.submit(bench.caller(Role.REQUESTER)).submission_id


@pytest.fixture
def kept(bench: Bench) -> str:
    bench.send(mail("Whose?", sender="x@unknown.example"), sender="x@unknown.example")
    return wait_until(bench.quarantined)[0].submission_id


def test_those_who_may_see_a_submission(bench: Bench, own: str):
    for caller in (
        bench.caller(Role.REQUESTER),
        bench.caller(Role.CLIENT_MANAGER, person="per_mike"),
        bench.caller(Role.API_CLIENT, person=""),
        bench.caller(Role.TECHNICIAN, person="per_tech"),
        bench.caller(Role.DISPATCHER, person="per_disp"),
        bench.admin(),
        bench.an_operator(),
    ):
        assert bench.get(caller, own).submission_id == own
        assert [one.submission_id for one in bench.listed(caller)] == [own]


def test_for_everybody_else_it_is_not_there(bench: Bench, own: str):
    for caller in (
        bench.caller(Role.REQUESTER, person="per_mike"),
        bench.caller(Role.REQUESTER, person="per_lee", tenants=(LUMEN,)),
        bench.caller(Role.CLIENT_MANAGER, person="per_lee", tenants=(LUMEN,)),
        bench.caller(Role.TECHNICIAN, person="per_tech", tenants=(LUMEN,)),
        bench.caller(Role.API_CLIENT, person="", tenants=(LUMEN,)),
        bench.caller(Role.REQUESTER, person="per_jane", provider="prv_south", tenants=(OTHER,)),
        bench.admin("prv_south"),
    ):
        for submission_id in (own, "sub_nowhere"):
            for ask in (bench.get, lambda c, i: download(bench, c, i), lambda c, i: release(bench, c, i)):
                with pytest.raises(NotFound) as refused:
                    ask(caller, submission_id)
                assert refused.value.reason == "submission_not_found"
        assert bench.listed(caller) == []


def test_another_tenants_list_is_not_found(bench: Bench):
    with pytest.raises(NotFound, match="tenant_not_found"):
        bench.listed(bench.caller(Role.CLIENT_MANAGER), tenant_id=LUMEN)


def test_quarantine_is_seen_by_administrators_and_dispatchers_of_that_provider_alone(bench: Bench, kept: str):
    for caller in (bench.admin(), bench.caller(Role.DISPATCHER, person="per_disp"), bench.an_operator()):
        assert [one.submission_id for one in bench.quarantined(caller)] == [kept]
    for caller in (
        bench.caller(Role.TECHNICIAN, person="per_tech", tenants=None),
        bench.caller(Role.CLIENT_MANAGER),
        bench.admin("prv_south"),
    ):
        assert bench.quarantined(caller) == []
        with pytest.raises(NotFound):
            bench.get(caller, kept)


def test_the_raw_bytes_are_for_administrators(bench: Bench, kept: str):
    assert b"Subject: Whose?" in download(bench, bench.admin(), kept)
    with pytest.raises(PermissionDenied):
        download(bench, bench.caller(Role.DISPATCHER, person="per_disp"), kept)


def test_a_portal_submission_can_be_read_as_it_came(bench: Bench, own: str):
    assert b"It is on fire." in download(bench, bench.admin(), own)


def test_release_files_it_under_a_tenant_and_hands_it_to_the_record(bench: Bench, kept: str):
    released = release(bench, bench.admin(), kept)
    assert (released.state, released.tenant_id) == (submission_pb2.SUBMISSION_STATE_ACCEPTED, ACME)
    assert released.incident_number == "ACME-1"
    evidence = bench.incidents.submissions[kept]
    assert (evidence.subject, evidence.authenticated) == ("Whose?", False)
    assert bench.quarantined() == []
    assert bench.get(bench.caller(Role.TECHNICIAN, person="per_tech"), kept).submission_id == kept
    # Said twice, it is the same.
    assert release(bench, bench.admin(), kept).incident_id == released.incident_id


def test_release_needs_an_administrator_and_a_tenant_of_the_provider(bench: Bench, kept: str):
    with pytest.raises(PermissionDenied):
        release(bench, bench.caller(Role.DISPATCHER, person="per_disp"), kept)
    with pytest.raises(NotFound, match="tenant_not_found"):
        release(bench, bench.admin(), kept, OTHER)
    with pytest.raises(InvalidArgument, match="tenant_id_required"):
        release(bench, bench.admin(), kept, "")
    assert len(bench.quarantined()) == 1


def test_an_operator_releases_what_no_provider_was_found_for(bench: Bench):
    bench.send(mail(sender="x@unknown.example"), sender="x@unknown.example", to="postmaster")
    unplaced = wait_until(lambda: bench.quarantined(bench.an_operator()))[0]
    released = release(bench, bench.an_operator(), unplaced.submission_id)
    assert (released.provider_id, released.tenant_id) == (NORTH, ACME)


def test_what_is_discarded_is_out_of_the_way_and_still_there(bench: Bench, kept: str):
    discarded = discard(bench, bench.admin(), kept)
    assert discarded.state == submission_pb2.SUBMISSION_STATE_DISCARDED
    assert bench.quarantined() == []
    assert bench.get(bench.admin(), kept).state == submission_pb2.SUBMISSION_STATE_DISCARDED
    assert b"Whose?" in download(bench, bench.admin(), kept)
    with pytest.raises(InvalidState, match="transition_not_allowed"):
        release(bench, bench.admin(), kept)


def test_what_is_accepted_cannot_be_discarded(bench: Bench, own: str):
    with pytest.raises(InvalidState, match="transition_not_allowed"):
        discard(bench, bench.admin(), own)


def test_pages_follow_one_another_newest_first(bench: Bench):
    caller = bench.caller(Role.REQUESTER)
    made = [bench.submit(caller, subject=f"nr {number}").submission_id for number in range(7)]
    seen, token = [], ""
    while True:
        request = submission_service_pb2.ListSubmissionsRequest(page_size=3, page_token=token)
        page = call(bench.stub.ListSubmissions, request, caller)
        seen += [one.submission_id for one in page.submissions]
        token = page.next_page_token
        if not token:
            break
    assert seen == made[::-1]


def test_a_page_token_from_elsewhere_is_refused(bench: Bench):
    with pytest.raises(InvalidArgument, match="cursor_invalid"):
        bench.listed(bench.admin(), page_token="nonsense")


def test_a_known_persons_mail_finds_its_client_and_of_two_the_choice_waits(bench: Bench):
    bench.directory.add_person("per_kim", NORTH, "kim@consult.example", "Kim", tenants=[LUMEN])
    bench.send(mail(sender="kim@consult.example"), sender="kim@consult.example", to="help@northstar.example")
    [evidence] = bench.taken()
    assert (evidence.tenant_id, evidence.sender.person_id) == (LUMEN, "per_kim")
    bench.directory.add_person("per_max", NORTH, "max@consult.example", "Max", tenants=[ACME, LUMEN])
    bench.send(mail(sender="max@consult.example"), sender="max@consult.example", to="help@northstar.example")
    [waits] = wait_until(bench.quarantined)
    assert waits.quarantine_reason == "client_unclear"
    assert list(waits.candidate_tenant_ids) == [ACME, LUMEN]
    assert release(bench, bench.admin(), waits.submission_id, LUMEN).tenant_id == LUMEN


def test_a_client_that_holds_new_people_gets_their_mail_once_they_are_known(bench: Bench):
    bench.directory.tenants[ACME].new_person_policy = tenant_pb2.NEW_PERSON_POLICY_HOLD
    bench.send(mail(sender="new@acme.example"), sender="new@acme.example")
    [waits] = wait_until(bench.quarantined)
    assert (waits.quarantine_reason, list(waits.candidate_tenant_ids)) == ("person_unknown", [ACME])
    lumens = bench.caller(Role.DISPATCHER, person="per_disp", tenants=(LUMEN,))
    assert bench.quarantined(lumens) == []
    with pytest.raises(NotFound):
        bench.get(lumens, waits.submission_id)
    assert release(bench, bench.admin(), waits.submission_id).incident_number == "ACME-1"
    bench.send(mail(sender="new@acme.example"), sender="new@acme.example", to="help@northstar.example")
    assert len(bench.taken(2)) == 2


def test_what_a_client_rejects_is_found_and_can_still_be_released(bench: Bench):
    bench.directory.tenants[ACME].new_person_policy = tenant_pb2.NEW_PERSON_POLICY_REJECT
    bench.send(mail(sender="new@acme.example"), sender="new@acme.example")
    state = submission_pb2.SUBMISSION_STATE_DISCARDED
    [away] = wait_until(lambda: bench.listed(bench.admin(), state=state, reason="person_rejected"))
    assert bench.quarantined() == []
    assert release(bench, bench.admin(), away.submission_id).incident_number == "ACME-1"
