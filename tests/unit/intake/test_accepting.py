"""Submissions are offered until the record has them, or somebody must look."""

from dataclasses import replace
from datetime import UTC, datetime

from chassis.errors import NotFound, RevisionConflict, Unavailable
from services.intake.domain.facts import Quarantined
from services.intake.domain.submission import Channel, Party, State, Submission
from services.intake.ports import Verdict
from services.intake.use_cases.accepting import Accepting
from services.intake.use_cases.handing import Handing

NOW = datetime(2025, 3, 3, 9, tzinfo=UTC)


class Store:
    """Submissions in a dict, with their revisions."""

    def __init__(self, *submissions: Submission) -> None:
        self.kept = {one.submission_id: replace(one, revision=1) for one in submissions}
        self.facts: list[object] = []

    def save(self, changed):
        submission = changed.submission
        if self.kept[submission.submission_id].revision != submission.revision:
            raise RevisionConflict("submission_changed")
        saved = replace(submission, revision=submission.revision + 1)
        self.kept[submission.submission_id] = saved
        self.facts += changed.facts
        return saved

    def save_soon(self, changed):
        if self.kept[changed.submission.submission_id].revision == changed.submission.revision:
            self.save(changed)
        return replace(changed.submission, revision=changed.submission.revision + 1)

    def save_many(self, changed):
        for one in changed:
            self.save(one)

    def get(self, sight, submission_id):
        found = self.kept.get(submission_id)
        if found is None or not sight.shows(found):
            raise NotFound("submission_not_found")
        return found

    def claim_received(self, limit, now):
        return [one for one in self.kept.values() if one.state is State.RECEIVED and one.attempt_time <= now][
            :limit
        ]


class Record:
    """Answers with what it is told to, and remembers what it was asked."""

    def __init__(self, **answers: Verdict) -> None:
        self.answers = answers
        self.asked: list[tuple[str, list[str]]] = []
        self.down = False

    def accept(self, provider_id, submissions, in_haste):
        self.asked.append((provider_id, [one.submission_id for one in submissions]))
        if self.down:
            raise Unavailable("incidents_unavailable")
        return [self.answers.get(one.submission_id, _taken(one.submission_id)) for one in submissions]


class Quiet:
    def info(self, event, **fields): ...

    def warning(self, event, **fields): ...


def _taken(submission_id: str) -> Verdict:
    return Verdict(submission_id, f"inc_{submission_id}", "ACME-1", False)


def submission(number: int = 1, provider: str = "prv_n", **changes) -> Submission:
    values = {
        "submission_id": f"sub_{number}",
        "provider_id": provider,
        "tenant_id": "ten_a",
        "channel": Channel.EMAIL,
        "state": State.RECEIVED,
        "sender": Party("jane@acme.example"),
        "subject": "Printer",
        "text": "",
        "verified": False,
        "receive_time": NOW,
        "attempt_time": NOW,
        "revision": 1,
    }
    return Submission(**{**values, **changes})


def accepting(store: Store, record: Record) -> Accepting:
    return Accepting(store, record, Handing(None, None, None, Quiet()), lambda: NOW, Quiet())


def test_each_provider_is_asked_about_its_own():
    store, record = Store(submission(1), submission(2), submission(3, "prv_s")), Record()
    assert accepting(store, record).accept_due() == 3
    assert record.asked == [("prv_n", ["sub_1", "sub_2"]), ("prv_s", ["sub_3"])]
    assert {one.state for one in store.kept.values()} == {State.ACCEPTED}


def test_an_outage_is_waited_out_and_never_counted():
    store, record = Store(submission(attempts=19)), Record()
    record.down = True
    for _ in range(5):
        accepting(store, record).accept(list(store.kept.values()))
    waiting = store.kept["sub_1"]
    assert (waiting.state, waiting.attempts) == (State.RECEIVED, 19)
    assert waiting.attempt_time > NOW


def test_what_the_record_refuses_is_quarantined_with_its_reason():
    store = Store(submission())
    accepting(store, Record(sub_1=Verdict("sub_1", error_reason="tenant_suspended"))).accept_due()
    assert (store.kept["sub_1"].state, store.kept["sub_1"].quarantine_reason) == (
        State.QUARANTINED,
        "tenant_suspended",
    )
    assert [type(fact) for fact in store.facts] == [Quarantined]


def test_what_the_record_fails_over_is_tried_again_and_at_last_quarantined():
    store = Store(submission())
    record = Record(sub_1=Verdict("sub_1", error_reason="internal", retryable=True))
    attempts = 0
    while store.kept["sub_1"].state is State.RECEIVED:
        accepting(store, record).accept(list(store.kept.values()))
        attempts += 1
    assert attempts == 21
    assert store.kept["sub_1"].quarantine_reason == "internal"


def test_who_waits_gets_what_the_sweep_saved_first():
    ours = submission()
    store, record = Store(ours), Record()
    accepting(store, record).accept_due()
    assert accepting(store, record).accept_now(ours).submission.incident_id == "inc_sub_1"
    assert store.kept["sub_1"].revision == 2


def test_who_waits_in_an_outage_gets_received():
    store, record = Store(submission()), Record()
    record.down = True
    assert accepting(store, record).accept_now(submission()).submission.state is State.RECEIVED
