"""The record in dicts, for tests of who joins what: only what accepting mail asks of its stores."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chassis.ids import new_id
from chassis.tenancy import Caller, Role, TenantScope
from services.incidents.domain.closing import DEFAULT_RULES
from services.incidents.domain.facts import Change
from services.incidents.domain.incident import Incident
from services.incidents.domain.reply_token import ReplyTokens
from services.incidents.domain.submission import Submission
from services.incidents.domain.threading import Thread
from services.incidents.ports import Filed
from services.incidents.use_cases.accepting import Accepted, Accepting
from services.incidents.use_cases.opening import Opening
from tests.harness.incident_values import NOON

PROVIDER = "prv_north"


class Records:
    """Implements as much of ports.Incidents as accepting needs."""

    def __init__(self) -> None:
        self.by_id: dict[str, Incident] = {}

    def load_many(self, scope: TenantScope, incident_ids: Iterable[str]) -> dict[str, Incident]:
        found = {each: self.by_id[each] for each in incident_ids if each in self.by_id}
        return {each: one for each, one in found.items() if one.tenant_id == scope.tenant_id}

    def follow_ups(self, scope: TenantScope, incident_id: str) -> list[Incident]:
        found = [one for one in self.by_id.values() if one.follows_incident_id == incident_id]
        return sorted((one for one in found if one.tenant_id == scope.tenant_id), key=_number, reverse=True)

    def find_filed(self, scope: TenantScope, submission_ids: Iterable[str]) -> dict[str, Filed]:
        wanted = set(submission_ids)
        return {
            key: Filed(one.incident_id, one.number, joined=place > 0)
            for one in self.by_id.values()
            if one.tenant_id == scope.tenant_id
            for place, key in enumerate(one.submission_ids)
            if key in wanted
        }

    def find_filed_across(
        self, wanted: Mapping[TenantScope, Iterable[str]]
    ) -> dict[TenantScope, dict[str, Filed]]:
        return {scope: self.find_filed(scope, ids) for scope, ids in wanted.items()}

    def create_many(self, changes: Sequence[Change], caller: Caller) -> list[bool]:
        self.by_id |= {change.after.incident_id: change.after for change in changes}
        return [True] * len(changes)

    def save(self, change: Change, caller: Caller) -> None:
        self.by_id[change.after.incident_id] = change.after


class Threads:
    """Implements ports.MailThreads."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], Thread] = {}

    def find(self, scope: TenantScope, message_ids: Sequence[str]) -> dict[str, Thread]:
        return {
            each: self.known[scope.tenant_id, each]
            for each in message_ids
            if (scope.tenant_id, each) in self.known
        }

    def record(self, scope: TenantScope, threads: Mapping[str, Thread], now: datetime) -> None:
        for message_id, thread in threads.items():
            known = self.known.get((scope.tenant_id, message_id))
            if known is None or known.tie < thread.tie:
                self.known[scope.tenant_id, message_id] = thread

    def record_across(self, seen: Mapping[TenantScope, Mapping[str, Thread]], now: datetime) -> None:
        for scope, threads in seen.items():
            self.record(scope, threads, now)


class _Numbers:
    def __init__(self) -> None:
        self._last: Counter[TenantScope] = Counter()

    def reserve_across(
        self, wanted: Mapping[TenantScope, Sequence[str]], now: datetime
    ) -> dict[TenantScope, dict[str, int]]:
        return {scope: {key: self._next(scope) for key in keys} for scope, keys in wanted.items()}

    def settle(self, scope: TenantScope, submission_ids: Iterable[str]) -> None:
        pass

    def _next(self, scope: TenantScope) -> int:
        self._last[scope] += 1
        return self._last[scope]


class _Tenants:
    def number_prefix(self, scope: TenantScope) -> str:
        return scope.tenant_id.removeprefix("ten_").upper()


class _Rules:
    def at(self, scope: TenantScope, moment: datetime) -> Any:
        return DEFAULT_RULES


class _NoFiles:
    def with_attachments(self, scope: TenantScope, submission: Submission, caller: Caller) -> Submission:
        return submission


class Record:
    """Accepting over dicts, and a clock that a test sets."""

    def __init__(self) -> None:
        self.incidents, self.threads, self.now = Records(), Threads(), NOON
        self.tokens = ReplyTokens(b"s" * 32)
        stores: Any = self.incidents
        nothing: Any = None
        numbers: Any = _Numbers()
        files: Any = _NoFiles()
        tenants: Any = _Tenants()
        opening = Opening(stores, numbers, tenants, nothing, nothing, nothing, new_id, lambda: self.now)
        self._accepting = Accepting(
            stores, self.threads, _Rules(), nothing, self.tokens, opening, files, lambda: self.now
        )
        self._intake = Caller("service:intake", PROVIDER, None, frozenset({Role.SERVICE}))

    def accept(self, *submissions: Submission) -> list[Accepted]:
        self.now += timedelta(minutes=1)
        return self._accepting.accept(self._intake, submissions)


def _number(incident: Incident) -> int:
    return int(incident.number.rpartition("-")[2])
