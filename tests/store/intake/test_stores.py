"""Arrivals and submissions on a real MongoDB."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chassis import mongo
from chassis.errors import AlreadyExists, NotFound, RevisionConflict
from chassis.tenancy import GrantedScope, SystemScope, TenantScope
from chassis.tokens import CallerSigner, make_keys
from services.intake.config import IntakeSettings
from services.intake.domain.arrival import Arrival
from services.intake.domain.facts import Received
from services.intake.domain.sight import Sight, Wanted
from services.intake.domain.submission import UNPLACED, Channel, Evidence, Party, State, Submission
from services.intake.ports import Changed, Fresh, Key
from services.intake.store import ArrivalStore, SubmissionStore

NOW = datetime(2025, 3, 3, 9, tzinfo=UTC)
ALL = frozenset(State) - {State.RELEASED}
ACME = Sight(TenantScope("prv_n", "ten_a"), ALL)


def submission(number: int = 1, **changes) -> Submission:
    return Submission(
        **{
            "submission_id": f"sub_{number}",
            "provider_id": "prv_n",
            "tenant_id": "ten_a",
            "channel": Channel.EMAIL,
            "state": State.RECEIVED,
            "sender": Party("jane@acme.example", "Jane", "per_j"),
            "subject": "Printer",
            "text": "It burns.",
            "verified": False,
            "receive_time": NOW + timedelta(seconds=number),
            "evidence": Evidence(referenced_message_ids=("a@b",), copied=(Party("m@acme.example"),)),
            "recipients": ("support@x.example",),
            "problems": ("date_missing",),
            "attempt_time": NOW,
            **changes,
        }
    )


@pytest.fixture
def database(mongod: str, installation: str, tmp_path: Path):
    make_keys(tmp_path / "keys", ["intake"])
    settings = IntakeSettings(mongodb_uri=mongod, installation=installation, key_dir=tmp_path / "keys")
    connected = mongo.connect(settings)
    yield connected
    connected.client.close()


@pytest.fixture
def arrivals(database) -> Iterator[ArrivalStore]:
    store = ArrivalStore(database)
    yield store
    store.stop()


@pytest.fixture
def store(database, tmp_path: Path) -> Iterator[SubmissionStore]:
    made = SubmissionStore(database, CallerSigner.load(tmp_path / "keys", "intake"), lambda: NOW)
    made.prepare()
    yield made
    made.stop()


def arrival(number: int = 1, size: int = 3) -> Arrival:
    return Arrival(f"sub_{number}", "a@b.example", ("s@x.example",), NOW, size)


def test_an_arrival_is_claimed_by_one_and_comes_again_when_its_lease_ends(arrivals: ArrivalStore):
    arrivals.keep(arrival(), b"raw").result(5)
    assert arrivals.claim(10, NOW - timedelta(seconds=1)) == []
    [(claimed, raw)] = arrivals.claim(10, NOW)
    assert (claimed.arrival_id, claimed.attempts, raw) == ("sub_1", 1, b"raw")
    assert arrivals.claim(10, NOW + timedelta(seconds=19)) == []
    [(again, _)] = arrivals.claim(10, NOW + timedelta(seconds=21))
    assert again.attempts == 2


def test_what_is_settled_is_not_claimed_again_and_stays_readable(arrivals: ArrivalStore):
    arrivals.keep(arrival(), b"raw").result(5)
    arrivals.settle(["sub_1"])
    assert arrivals.claim(10, NOW + timedelta(days=1)) == []
    assert b"".join(arrivals.raw("sub_1")) == b"raw"


def test_a_large_mail_is_kept_in_pieces_and_comes_back_whole(arrivals: ArrivalStore):
    raw = bytes(range(256)) * (80 * 1024)
    arrivals.keep(arrival(size=len(raw)), raw).result(30)
    assert b"".join(arrivals.raw("sub_1")) == raw
    assert arrivals.claim(10, NOW)[0][1] == raw


def test_one_claim_holds_a_bounded_amount_of_mail(arrivals: ArrivalStore):
    for number in range(3):
        arrivals.keep(arrival(number, size=30 * 1024 * 1024), b"x").result(5)
    assert len(arrivals.claim(10, NOW)) == 1


def test_the_raw_bytes_of_nothing_are_not_found(arrivals: ArrivalStore):
    with pytest.raises(NotFound, match="submission_not_found"):
        arrivals.raw("sub_nowhere")


def test_the_first_with_a_fingerprint_stays_the_first(arrivals: ArrivalStore):
    assert arrivals.first_of({"sub_1": "f", "sub_2": "f", "sub_3": "g"}, NOW) == {
        "sub_1": "sub_1",
        "sub_2": "sub_1",
        "sub_3": "sub_3",
    }
    assert arrivals.first_of({"sub_4": "f", "sub_1": "f"}, NOW) == {"sub_4": "sub_1", "sub_1": "sub_1"}


def test_a_submission_comes_back_as_it_was(store: SubmissionStore):
    added = store.add(Fresh(submission(), (Received(submission()),)))
    assert added.revision == 1
    assert store.get(ACME, "sub_1") == added


def test_a_submission_is_seen_in_its_room_alone(store: SubmissionStore):
    store.add(Fresh(submission(), ()))
    for scope in (TenantScope("prv_n", "ten_b"), TenantScope("prv_s", "ten_a"), GrantedScope("prv_s", None)):
        with pytest.raises(NotFound):
            store.get(Sight(scope, ALL), "sub_1")
        assert store.page(Sight(scope, ALL), Wanted(), 10, "").submissions == ()
    with pytest.raises(NotFound):
        store.get(replace(ACME, person_id="per_other"), "sub_1")


def test_an_idempotency_key_is_taken_once_per_caller_and_tenant(store: SubmissionStore):
    key = Key("person:per_j", "k", "digest")
    store.add(Fresh(submission(1), (), key=key))
    with pytest.raises(AlreadyExists):
        store.add(Fresh(submission(2), (), key=key))
    store.add(Fresh(submission(3), (), key=replace(key, subject="person:per_m")))
    store.add(Fresh(submission(4, tenant_id="ten_b"), (), key=key))
    found = store.find_by_key("prv_n", "ten_a", key)
    assert found and (found[0].submission_id, found[1]) == ("sub_1", "digest")
    assert store.find_by_key("prv_n", "ten_a", replace(key, key="other")) is None


def test_of_a_batch_what_is_there_already_is_left_out(store: SubmissionStore):
    store.add(Fresh(submission(1), ()))
    kept = submission(3, state=State.QUARANTINED, provider_id="prv_n", tenant_id="prv_n")
    added = store.add_many([Fresh(one, ()) for one in (submission(1), submission(2), kept)])
    assert sorted(one.submission_id for one in added) == ["sub_2", "sub_3"]


def test_a_save_over_another_is_refused(store: SubmissionStore):
    added = store.add(Fresh(submission(), ()))
    saved = store.save(Changed(added.accepted("inc_1", "ACME-1", False, NOW)))
    assert (saved.revision, saved.incident_number) == (2, "ACME-1")
    with pytest.raises(RevisionConflict, match="submission_changed"):
        store.save(Changed(added.refused("x")))
    store.save_many([Changed(added.refused("x"))])
    assert store.get(ACME, "sub_1").state is State.ACCEPTED


def test_the_sweep_claims_what_is_due_of_all_tenants_once(store: SubmissionStore):
    store.add(Fresh(submission(1), ()))
    store.add(Fresh(submission(2, tenant_id="ten_b"), ()))
    store.add(Fresh(submission(3, attempt_time=NOW + timedelta(hours=1)), ()))
    claimed = store.claim_received(10, NOW)
    assert sorted(one.submission_id for one in claimed) == ["sub_1", "sub_2"]
    assert store.claim_received(10, NOW) == []
    # A claim is no change: what it claimed can still be saved.
    store.save(Changed(claimed[0].accepted("inc_1", "ACME-1", False, NOW)))
    assert len(store.claim_received(10, NOW + timedelta(minutes=1))) == 1


def test_what_waits_for_the_record_is_counted_over_all_tenants_up_to_a_bound(store: SubmissionStore):
    store.add(Fresh(submission(1), ()))
    store.add(Fresh(submission(2, tenant_id="ten_b"), ()))
    assert (store.waiting(10), store.waiting(1)) == (2, 1)
    (first, _second) = sorted(store.claim_received(10, NOW), key=lambda one: one.submission_id)
    store.save(Changed(first.accepted("inc_1", "ACME-1", False, NOW)))
    assert store.waiting(10) == 1


def test_pages_go_through_both_rooms_newest_first(store: SubmissionStore):
    fresh = [
        submission(1),
        submission(2, tenant_id="prv_n", state=State.QUARANTINED),
        submission(3),
        submission(4, tenant_id=UNPLACED, provider_id=UNPLACED, state=State.QUARANTINED),
        submission(5, tenant_id="prv_n", state=State.RELEASED),
    ]
    store.add_many([Fresh(one, ()) for one in fresh])
    sight = Sight(GrantedScope("prv_n", None), ALL)
    first = store.page(sight, Wanted(), 2, "")
    second = store.page(sight, Wanted(), 2, first.next_token)
    seen = [one.submission_id for one in (*first.submissions, *second.submissions)]
    assert (seen, second.next_token) == (["sub_3", "sub_2", "sub_1"], "")
    everything = Sight(SystemScope("test"), ALL)
    assert len(store.page(everything, Wanted(State.QUARANTINED), 10, "").submissions) == 2


def test_the_queries_use_indexes(store: SubmissionStore, database):
    store.add_many([Fresh(submission(number), ()) for number in range(50)])
    plans = [
        ("submissions", {"state": "received", "attempt_time": {"$lte": NOW}}, [("attempt_time", 1)]),
        (
            "submissions",
            {"provider_id": "prv_n", "state": {"$in": ["received"]}},
            [("receive_time", -1), ("_id", -1)],
        ),
        ("arrivals", {"state": "received", "attempt_time": {"$lte": NOW}}, [("attempt_time", 1)]),
    ]
    for collection, query, sort in plans:
        plan = str(database[collection].find(query).sort(sort).explain()["queryPlanner"]["winningPlan"])
        assert "IXSCAN" in plan, (collection, query)
        assert "COLLSCAN" not in plan
