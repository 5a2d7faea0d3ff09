"""Decisions about quarantine on a real MongoDB, cut off between any two steps: one incident, once."""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chassis import mongo
from chassis.errors import FairleadError, InvalidState, NotFound, Unavailable
from chassis.tenancy import Caller, Role
from chassis.tokens import CallerSigner, make_keys
from services.intake.config import IntakeSettings
from services.intake.domain.sight import Wanted, sight_of
from services.intake.domain.submission import Channel, Party, State, Submission
from services.intake.ports import Client, Fresh, Person, Verdict
from services.intake.store import SubmissionStore
from services.intake.use_cases.accepting import Accepting
from services.intake.use_cases.quarantine import Quarantine

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ACME, LUMEN = "ten_acme", "ten_lumen"
ADMIN = Caller("person:per_admin", "prv_n", None, frozenset({Role.PROVIDER_ADMIN}))


class Record:
    """Opens one incident for each submission, however often it is asked; its answers may get lost."""

    def __init__(self) -> None:
        self.opened: dict[str, str] = {}
        self.lost_answers = 0

    def accept(self, provider_id: str, submissions: Any, in_haste: bool) -> list[Verdict]:
        for one in submissions:
            assert self.opened.setdefault(one.submission_id, one.tenant_id) == one.tenant_id
        if self.lost_answers:
            self.lost_answers -= 1
            raise Unavailable("incidents_unavailable", "The answer never came.")
        return [Verdict(one.submission_id, f"inc_{one.submission_id}", "ACME-1") for one in submissions]


class Directory:
    """Knows both clients, and everybody."""

    def client(self, provider_id: str, tenant_id: str) -> Client:
        return Client(tenant_id, "prv_n", True)

    def requester(
        self, provider_id: str, tenant_id: str, party: Party, verified: bool, strangers_only: bool = False
    ) -> Person:
        return Person("per_x", party.address, "X", frozenset({tenant_id}))


class Quiet:
    def info(self, event: str, **fields: object) -> None: ...

    def warning(self, event: str, **fields: object) -> None: ...


class Ready:
    def hand_over(self, submissions: Any) -> Any:
        return list(submissions), []


class Dying:
    """The store of a process that dies at the n-th write."""

    def __init__(self, store: SubmissionStore, after: int) -> None:
        self._store, self._left = store, after

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        if name not in ("add", "save", "save_soon"):
            return method

        def write(*given: Any) -> Any:
            if self._left == 0:
                raise KeyboardInterrupt  # nothing below may catch it
            self._left -= 1
            return method(*given)

        return write


class Desk:
    """One process that decides; `again` is another over the same store."""

    def __init__(self, store: SubmissionStore) -> None:
        self.store, self.record, self.now = store, Record(), NOON
        self.quarantine = self.again(store)

    def again(self, store: Any) -> Quarantine:
        fakes: Any = (Ready(), lambda: self.now, Quiet())
        directory: Any = Directory()
        self.accepting = Accepting(store, self.record, *fakes)
        return Quarantine(store, directory, self.accepting, lambda: self.now)

    def settle(self) -> None:
        """Some time later, the sweeps of a process that lives."""
        living = self.again(self.store)
        for _ in range(3):
            self.now += timedelta(minutes=2)
            living.hand_on_due()
            self.accepting.accept_due()

    def waiting(self) -> list[str]:
        page = self.store.page(sight_of(ADMIN), Wanted(State.QUARANTINED), 50, "")
        return [one.submission_id for one in page.submissions]

    def found(self, submission_id: str) -> Submission:
        return self.store.get(sight_of(ADMIN), submission_id)


@pytest.fixture
def desk(mongod: str, installation: str, tmp_path: Path) -> Iterator[Desk]:
    make_keys(tmp_path / "keys", ["intake"])
    settings = IntakeSettings(mongodb_uri=mongod, installation=installation, key_dir=tmp_path / "keys")
    database = mongo.connect(settings)
    store = SubmissionStore(database, CallerSigner.load(tmp_path / "keys", "intake"), lambda: NOON)
    store.prepare()
    yield Desk(store)
    store.stop()
    database.client.close()


def kept(desk: Desk, number: int = 1, **changes: Any) -> str:
    values: dict[str, Any] = {
        "submission_id": f"sub_{number}",
        "provider_id": "prv_n",
        "tenant_id": "prv_n",
        "channel": Channel.EMAIL,
        "state": State.QUARANTINED,
        "sender": Party("x@unknown.example", "X"),
        "subject": "Whose?",
        "text": "Mine.",
        "verified": False,
        "receive_time": NOON + timedelta(seconds=number),
        "quarantine_reason": "mail_domain_unknown",
    }
    [added] = desk.store.add_many([Fresh(Submission(**values | changes), ())])
    return added.submission_id


def test_a_release_is_filed_once_and_its_repetition_is_the_same(desk: Desk) -> None:
    submission_id = kept(desk)
    first = desk.quarantine.release(ADMIN, submission_id, ACME)
    again = desk.quarantine.release(ADMIN, submission_id, ACME)
    assert (first.state, first.tenant_id, first.incident_id) == (State.ACCEPTED, ACME, f"inc_{submission_id}")
    assert again.incident_id == first.incident_id
    assert desk.record.opened == {submission_id: ACME}
    assert desk.waiting() == []


@pytest.mark.parametrize("writes", range(4))
def test_a_release_that_is_cut_off_anywhere_ends_as_one_incident_or_waits_untouched(
    desk: Desk, writes: int
) -> None:
    submission_id = kept(desk)
    try:
        desk.again(Dying(desk.store, writes)).release(ADMIN, submission_id, ACME)
    except KeyboardInterrupt:
        pass
    desk.settle()
    if writes == 0:
        assert (desk.waiting(), desk.record.opened) == ([submission_id], {})
        desk.quarantine.release(ADMIN, submission_id, ACME)
    assert desk.record.opened == {submission_id: ACME}
    assert (desk.found(submission_id).state, desk.waiting()) == (State.ACCEPTED, [])
    # And whoever was not sure presses the button again.
    assert desk.again(desk.store).release(ADMIN, submission_id, ACME).incident_id == f"inc_{submission_id}"
    with pytest.raises(InvalidState, match="tenant_fixed"):
        desk.quarantine.release(ADMIN, submission_id, LUMEN)


def test_an_answer_of_the_record_that_gets_lost_makes_no_second_incident(desk: Desk) -> None:
    submission_id = kept(desk)
    desk.record.lost_answers = 1
    assert desk.quarantine.release(ADMIN, submission_id, ACME).state is State.RECEIVED
    desk.settle()
    assert desk.record.opened == {submission_id: ACME}
    assert desk.found(submission_id).incident_id == f"inc_{submission_id}"


def test_of_all_who_decide_at_once_one_wins_and_the_others_are_told(desk: Desk) -> None:
    """Released to one client, to another and discarded, by six at once; several times."""
    for number in range(5):
        submission_id = kept(desk, number)
        start = threading.Barrier(6)
        outcomes: list[str] = []

        def decide(which: int, submission_id: str = submission_id, start: Any = start, told: Any = outcomes):
            start.wait()
            try:
                if which % 3 == 2:
                    told.append(desk.quarantine.discard(ADMIN, submission_id, "spam").state.value)
                else:
                    tenant_id = (ACME, LUMEN)[which % 3]
                    told.append(desk.quarantine.release(ADMIN, submission_id, tenant_id).tenant_id)
            except FairleadError as error:
                told.append(error.reason)

        people = [threading.Thread(target=decide, args=(which,)) for which in range(6)]
        for one in people:
            one.start()
        for one in people:
            one.join()
        desk.settle()
        refused = {"tenant_fixed", "transition_not_allowed", "submission_changed"}
        won = set(outcomes) - refused
        assert len(won) == 1, Counter(outcomes)
        ended = desk.found(submission_id)
        assert won == {ended.tenant_id if ended.state is State.ACCEPTED else ended.state.value}
        assert desk.record.opened.get(submission_id, "discarded") in won
    assert desk.waiting() == []


def test_what_the_record_refused_is_tried_again_while_the_sweep_looks(desk: Desk) -> None:
    submission_id = kept(desk, tenant_id=ACME, quarantine_reason="staff_reply_unmatched")
    sweeping = threading.Thread(target=lambda: [desk.accepting.accept_due() for _ in range(20)])
    sweeping.start()
    desk.quarantine.release(ADMIN, submission_id, "")
    sweeping.join()
    desk.settle()
    assert desk.record.opened == {submission_id: ACME}
    assert desk.found(submission_id).state is State.ACCEPTED


def test_what_a_clients_rule_put_away_can_still_be_released_and_what_a_person_put_away_not(
    desk: Desk,
) -> None:
    by_rule = kept(desk, 1, state=State.DISCARDED, quarantine_reason="person_rejected")
    assert desk.quarantine.release(ADMIN, by_rule, ACME).state is State.ACCEPTED
    by_person = kept(desk, 2)
    desk.quarantine.discard(ADMIN, by_person, "spam")
    with pytest.raises(InvalidState, match="transition_not_allowed"):
        desk.quarantine.release(ADMIN, by_person, ACME)


def test_the_queue_is_narrowed_by_reason_sender_and_domain(desk: Desk) -> None:
    kept(desk, 1, sender=Party("a@one.example"))
    kept(desk, 2, sender=Party("b@one.example"), quarantine_reason="client_unclear")
    kept(desk, 3, sender=Party("c@two-one.example"))

    def listed(**wanted: Any) -> list[str]:
        page = desk.store.page(sight_of(ADMIN), Wanted(State.QUARANTINED, **wanted), 50, "")
        return [one.submission_id for one in page.submissions]

    assert listed(sender="@one.example") == ["sub_2", "sub_1"]
    assert listed(sender="a@one.example") == ["sub_1"]
    assert listed(reason="client_unclear") == ["sub_2"]
    assert listed(sender="@.example") == []


def test_a_dispatcher_of_some_clients_sees_not_what_waits_for_others(desk: Desk) -> None:
    kept(desk, 1)
    kept(desk, 2, candidate_tenant_ids=(ACME, LUMEN))
    kept(desk, 3, candidate_tenant_ids=(LUMEN,))
    of_acme = replace(ADMIN, tenant_ids=frozenset({ACME}), roles=frozenset({Role.DISPATCHER}))
    page = desk.store.page(sight_of(of_acme), Wanted(State.QUARANTINED), 50, "")
    assert [one.submission_id for one in page.submissions] == ["sub_2", "sub_1"]
    with pytest.raises(NotFound):
        desk.store.get(sight_of(of_acme), "sub_3")
