"""Contracts and calendars."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from pymongo.database import Database

from chassis.errors import AlreadyExists
from chassis.outbox import AggregateStore
from chassis.tenancy import Caller, Scope, TenantScope
from chassis.tokens import CallerSigner
from services.sla.domain.versions import CalendarRecord, ContractRecord
from services.sla.events import contract_changed
from services.sla.store.translation import calendar_from, calendar_state, contract_from, contract_state


class ContractStore:
    """Implements ports.Contracts. A new version and the word of it are saved in one write."""

    def __init__(self, database: Database, signer: CallerSigner) -> None:
        self.records = AggregateStore(database["contracts"], noun="contract", signer=signer)

    def add(self, scope: TenantScope, record: ContractRecord, caller: Caller) -> ContractRecord:
        events = contract_changed(record.latest, 1, caller, _made(record))
        self.records.create(scope, record.contract_id, contract_state(record), events)
        return replace(record, revision=1)

    def save(self, scope: TenantScope, record: ContractRecord, caller: Caller) -> ContractRecord:
        events = contract_changed(record.latest, record.revision + 1, caller, _made(record))
        revision = self.records.save(
            scope, record.contract_id, record.revision, contract_state(record), events
        )
        return replace(record, revision=revision)

    def get(self, scope: Scope, contract_id: str) -> ContractRecord:
        return contract_from(self.records.load(scope, contract_id))

    def get_many(self, scope: Scope, contract_ids: Iterable[str]) -> list[ContractRecord]:
        criteria = {"_id": {"$in": sorted(contract_ids)}}
        return [contract_from(document) for document in self.records.find(scope, criteria)]

    def all_of(self, scope: Scope) -> list[ContractRecord]:
        found = self.records.find(scope, sort=[("provider_id", 1), ("tenant_id", 1)])
        return sorted(map(contract_from, found), key=lambda r: (r.tenant_id != "", r.latest.name))


class CalendarStore:
    """Implements ports.Calendars. Nothing is announced about them: incidents keep the version they began with."""

    def __init__(self, database: Database) -> None:
        self.records = AggregateStore(database["calendars"], noun="calendar")

    def add(self, scope: TenantScope, record: CalendarRecord) -> CalendarRecord:
        try:
            self.records.create(scope, record.calendar_id, calendar_state(record), [])
        except AlreadyExists as error:
            raise _name_taken() from error
        return replace(record, revision=1)

    def save(self, scope: TenantScope, record: CalendarRecord) -> CalendarRecord:
        try:
            revision = self.records.save(
                scope, record.calendar_id, record.revision, calendar_state(record), []
            )
        except AlreadyExists as error:
            raise _name_taken() from error
        return replace(record, revision=revision)

    def get(self, scope: Scope, calendar_id: str) -> CalendarRecord:
        return calendar_from(self.records.load(scope, calendar_id))

    def get_many(self, scope: Scope, calendar_ids: Iterable[str]) -> list[CalendarRecord]:
        criteria = {"_id": {"$in": sorted(calendar_ids)}}
        return [calendar_from(document) for document in self.records.find(scope, criteria)]

    def all_of(self, scope: Scope) -> list[CalendarRecord]:
        return [calendar_from(document) for document in self.records.find(scope, sort=[("name", 1)])]


def _made(record: ContractRecord) -> datetime:
    made = record.latest.create_time
    if made is None:
        raise ValueError("a version that is saved was made at some time")
    return made


def _name_taken() -> AlreadyExists:
    return AlreadyExists("calendar_name_taken", "The provider has a calendar of this name.", field="name")
