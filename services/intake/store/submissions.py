"""Submissions of tenants, and quarantine: two collections of one shape, because a record never changes its room."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.database import Database

from chassis.errors import AlreadyExists, NotFound
from chassis.ids import new_id
from chassis.mongo import decode_cursor, encode_cursor, ensure_indexes, page_after
from chassis.outbox import AggregateStore, OutboundEvent, Result
from chassis.tenancy import Caller, SystemScope, TenantScope
from chassis.tokens import CallerSigner
from services.intake.domain.facts import Fact
from services.intake.domain.sight import Sight, Wanted
from services.intake.domain.submission import UNPLACED, State, Submission
from services.intake.events import outbound
from services.intake.ports import Changed, Clock, Fresh, Key, Page
from services.intake.store.documents import DOCUMENTS
from services.intake.store.gathering import CROWD, CROWD_SECONDS, Gathered
from services.intake.store.translation import query_of, state_of, submission_of

LEASE = timedelta(seconds=30)
_NOTED_TOGETHER_SECONDS = 0.25
_SORT = [("receive_time", -1), ("_id", -1)]
_SWEEP = SystemScope("submissions that the record has not answered, of all tenants")
_RELEASING = SystemScope("what was released from quarantine and is not with its client yet, of all providers")
# A bound that the partial index of what waits can serve.
_ANY = {"$gt": datetime(1970, 1, 1, tzinfo=UTC)}

_New = tuple[TenantScope, str, dict[str, Any], list[OutboundEvent]]
_Saved = tuple[TenantScope, str, int, dict[str, Any], list[OutboundEvent]]


class SubmissionStore:
    """See ports.Submissions. `stop` it: it has writer threads."""

    def __init__(self, database: Database, signer: CallerSigner, clock: Clock) -> None:
        self.submissions = AggregateStore(database["submissions"], noun="submission", signer=signer)
        self.quarantine = AggregateStore(database["quarantine"], noun="submission", signer=signer)
        self._signer = signer
        self._clock = clock
        self._prepared = False
        # Calls that come in together share their writes.
        self._adding: Gathered[_New, Result] = Gathered(
            self._create_each, "intake-adding", linger=CROWD_SECONDS, crowd=CROWD
        )
        # Hardly anybody waits for these: a submission's number has been told before it is noted here.
        self._saving: Gathered[_Saved, Result] = Gathered(
            self._save_each, "intake-saving", linger=_NOTED_TOGETHER_SECONDS
        )

    def prepare(self) -> None:
        """Makes the indexes. Before the first key is trusted they must be there, even while the service starts."""
        if not self._prepared:
            ensure_indexes(DOCUMENTS)
            self._prepared = True

    @property
    def aggregates(self) -> list[AggregateStore]:
        """What the relay empties."""
        return [self.submissions, self.quarantine]

    def stop(self) -> None:
        self._adding.stop()
        self._saving.stop()

    def add(self, fresh: Fresh) -> Submission:
        result = self._adding.put(self._new(fresh)).result()
        if not result.ok:
            raise AlreadyExists("submission_exists", "It exists already.")
        return replace(fresh.submission, revision=result.revision)

    def add_many(self, fresh: Sequence[Fresh]) -> list[Submission]:
        added: list[Submission] = []
        for store, batch in self._by_store(fresh):
            results = store.create_many([self._new(one) for one in batch]) if batch else []
            added += [
                replace(one.submission, revision=result.revision)
                for one, result in zip(batch, results, strict=True)
                if result.ok
            ]
        return added

    def save(self, changed: Changed) -> Submission:
        item = self._changed(changed)
        if self._store_of(changed.submission) is self.quarantine:
            return replace(changed.submission, revision=self.quarantine.save(*item))
        result = self._saving.put(item).result()
        if not result.ok:
            # Says which of "changed" and "not there" it was.
            return replace(changed.submission, revision=self.submissions.save(*item))
        return replace(changed.submission, revision=result.revision)

    def save_soon(self, changed: Changed) -> Submission:
        # A conflict means that the sweep was faster, an outage that it will have to be asked again: it knows both.
        self._saving.put(self._changed(changed))
        return replace(changed.submission, revision=changed.submission.revision + 1)

    def save_many(self, changed: Sequence[Changed]) -> None:
        items = [self._changed(one) for one in changed]
        if items:
            self.submissions.save_many(items)

    def get(self, sight: Sight, submission_id: str) -> Submission:
        self._saving.settle()
        for store in self.aggregates:
            document = store.find_one(sight.scope, {"_id": submission_id})
            if document and sight.shows(submission := submission_of(document)):
                return submission
        raise NotFound("submission_not_found", "There is no such submission.")

    def find_by_key(self, provider_id: str, tenant_id: str, key: Key) -> tuple[Submission, str] | None:
        self._saving.settle()
        found = self.submissions.find_one(
            TenantScope(provider_id, tenant_id), {"key.subject": key.subject, "key.key": key.key}
        )
        return (submission_of(found), found["key"]["digest"]) if found else None

    def page(self, sight: Sight, wanted: Wanted, limit: int, page_token: str) -> Page:
        self._saving.settle()
        query = query_of(sight, wanted)
        if page_token:
            query = {"$and": [query, page_after(_SORT, decode_cursor(page_token, 2))]}
        # Both collections hold a page's worth at most; what they give is merged and cut.
        found = [
            document
            for store in self.aggregates
            for document in store.find(sight.scope, query, sort=_SORT, limit=limit + 1)
        ]
        found.sort(key=lambda document: (document["receive_time"], document["_id"]), reverse=True)
        page = tuple(submission_of(document) for document in found[:limit])
        more = len(found) > limit
        return Page(page, encode_cursor([page[-1].receive_time, page[-1].submission_id]) if more else "")

    def claim_received(self, limit: int, now: datetime) -> list[Submission]:
        due = {"state": State.RECEIVED.value, "attempt_time": {"$lte": now}}
        found = self.submissions.find(
            _SWEEP, due, sort=[("attempt_time", 1)], limit=limit, projection=["_id"]
        )
        if not found:
            return []
        lease, wanted = new_id("lease"), [one["_id"] for one in found]
        change = {"$set": {"lease": lease, "attempt_time": now + LEASE}}
        self.submissions.update_many(_SWEEP, {**due, "_id": {"$in": wanted}}, change)
        # Whoever stored it may have had its answer since.
        claimed = self.submissions.find(
            _SWEEP, {"_id": {"$in": wanted}, "lease": lease, "state": State.RECEIVED.value}
        )
        return [submission_of(document) for document in claimed]

    def claim_released(self, limit: int, now: datetime) -> list[Submission]:
        due = {"state": State.RELEASED.value, "attempt_time": {"$lte": now, **_ANY}}
        found = self.quarantine.find(
            _RELEASING, due, sort=[("attempt_time", 1)], limit=limit, projection=["_id"]
        )
        if not found:
            return []
        lease, wanted = new_id("lease"), [one["_id"] for one in found]
        change = {"$set": {"lease": lease, "attempt_time": now + LEASE}}
        self.quarantine.update_many(_RELEASING, {**due, "_id": {"$in": wanted}}, change)
        leased = {"_id": {"$in": wanted}, "lease": lease}
        claimed = self.quarantine.find(_RELEASING, {**leased, "state": State.RELEASED.value})
        return [submission_of(document) for document in claimed]

    def waiting(self, limit: int) -> int:
        return self.submissions.count(_SWEEP, {"state": State.RECEIVED.value, "attempt_time": _ANY}, limit)

    def body(self, submission: Submission) -> bytes:
        room = TenantScope(submission.provider_id, submission.tenant_id)
        found = self.submissions.find_one(room, {"_id": submission.submission_id}, projection=["body"])
        return bytes((found or {}).get("body") or b"")

    def _create_each(self, items: list[_New]) -> list[Result]:
        self.prepare()
        return self.submissions.create_many(items)

    def _save_each(self, items: list[_Saved]) -> list[Result | Exception]:
        """As one write, unless a submission comes twice: then those that come again go after it."""
        rounds: list[dict[str, int]] = []
        for place, (_, submission_id, *_) in enumerate(items):
            target = next((one for one in rounds if submission_id not in one), None)
            if target is None:
                target = {}
                rounds.append(target)
            target[submission_id] = place
        results: dict[int, Result | Exception] = {}
        for places in rounds:
            saved = self.submissions.save_many([items[place] for place in places.values()])
            results |= dict(zip(places.values(), saved, strict=True))
        return [results[place] for place in range(len(items))]

    def _by_store(self, fresh: Sequence[Fresh]) -> list[tuple[AggregateStore, list[Fresh]]]:
        batches: dict[bool, list[Fresh]] = defaultdict(list)
        for one in fresh:
            batches[self._store_of(one.submission) is self.quarantine].append(one)
        return [(self.submissions, batches[False]), (self.quarantine, batches[True])]

    def _store_of(self, submission: Submission) -> AggregateStore:
        return self.submissions if submission.has_tenant else self.quarantine

    def _new(self, fresh: Fresh) -> _New:
        submission = fresh.submission
        state = state_of(submission)
        if fresh.key:
            state["key"] = asdict(fresh.key)
        if fresh.body:
            state["body"] = fresh.body
        events = self._events(submission, fresh.facts, fresh.caller)
        return _scope(submission), submission.submission_id, state, events

    def _changed(self, changed: Changed) -> _Saved:
        submission = changed.submission
        events = self._events(submission, changed.facts, changed.caller)
        return _scope(submission), submission.submission_id, submission.revision, state_of(submission), events

    def _events(
        self, submission: Submission, facts: Sequence[Fact], caller: Caller | None
    ) -> list[OutboundEvent]:
        if not facts or submission.provider_id == UNPLACED:
            return []
        now = self._clock()
        if caller is None:
            tenants = frozenset({submission.tenant_id}) if submission.has_tenant else None
            caller = self._signer.service_caller(now, submission.provider_id, tenants)
        return [outbound(fact, caller, now) for fact in facts]


def _scope(submission: Submission) -> TenantScope:
    return TenantScope(submission.provider_id, submission.tenant_id)
