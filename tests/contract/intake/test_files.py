"""Files with what somebody submits: bound to it before it is durable."""

import pytest

from chassis.errors import InvalidArgument, InvalidState, Unavailable
from chassis.ids import new_id
from chassis.tenancy import Role
from fairlead.incidents.v1 import attachment_pb2, attachment_service_pb2
from tests.harness.fakes.incidents import FakeFile
from tests.harness.intake import ACME, Bench
from tests.harness.waiting import wait_until


def uploaded(bench: Bench) -> str:
    told = attachment_pb2.Attachment(attachment_id=new_id("att"), name="a.png")
    header = attachment_service_pb2.UploadAttachmentHeader(name="a.png", tenant_id=ACME)
    bench.incidents.files[told.attachment_id] = FakeFile(header, told, b"x")
    return told.attachment_id


def test_a_submission_brings_its_callers_uploads(bench: Bench):
    file = uploaded(bench)
    done = bench.submit(bench.caller(Role.REQUESTER), attachment_ids=[file], idempotency_key="k1")
    claim, evidence = bench.incidents.claims[-1], bench.incidents.submissions[done.submission_id]
    assert (claim.tenant_id, claim.uploader, list(claim.attachment_ids)) == (ACME, "person:per_jane", [file])
    assert list(evidence.attachment_ids) == [file]
    assert (evidence.attachment_uploader, evidence.attachment_claim) == ("person:per_jane", claim.claim)


def test_an_upload_that_is_not_there_is_refused_and_nothing_is_submitted(bench: Bench):
    with pytest.raises(InvalidArgument, match="attachment_not_found"):
        bench.submit(bench.caller(Role.REQUESTER), attachment_ids=[new_id("att")])
    assert bench.listed(bench.admin()) == []


def test_the_same_request_again_claims_for_the_same_thing(bench: Bench):
    file, caller = uploaded(bench), bench.caller(Role.REQUESTER)
    first = bench.submit(caller, attachment_ids=[file], idempotency_key="k1")
    again = bench.submit(caller, attachment_ids=[file], idempotency_key="k1")
    assert first.submission_id == again.submission_id
    with pytest.raises(InvalidState, match="idempotency_key_reused"):
        bench.submit(caller, attachment_ids=[uploaded(bench)], idempotency_key="k1")


def test_while_the_record_is_away_words_and_files_wait_together(bench: Bench):
    file = uploaded(bench)
    bench.incidents.refuse_with = Unavailable("store_unavailable")
    kept = bench.submit(bench.caller(Role.REQUESTER), attachment_ids=[file])
    assert not kept.incident_number
    bench.incidents.refuse_with = None
    wait_until(lambda: kept.submission_id in bench.incidents.submissions, timeout=30, what="the sweep")
    assert list(bench.incidents.submissions[kept.submission_id].attachment_ids) == [file]
