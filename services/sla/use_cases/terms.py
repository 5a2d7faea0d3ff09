"""Finds the terms that incidents are timed on, in few reads for many incidents."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime
from typing import Generic, TypeVar

from chassis.tenancy import GrantedScope
from services.sla.domain.business_time import BusinessTime
from services.sla.domain.calendar import Calendar
from services.sla.domain.clock_set import ClockSet
from services.sla.domain.contract import Contract, Terms
from services.sla.domain.versions import CalendarRecord, ContractRecord, agreed
from services.sla.ports import Calendars, Contracts

_CACHED = 2000
Value = TypeVar("Value")
# Versions never change, so what stands under such a key is good for ever.
_Key = tuple[str, int, tuple[tuple[str, int], ...]]


class TermsBook:
    """Terms by version, remembered: only the choice for a new incident asks the store every time."""

    def __init__(self, contracts: Contracts, calendars: Calendars) -> None:
        self._contracts = contracts
        self._calendars = calendars
        self._terms: _Recent[_Key, Terms] = _Recent()
        self._times: _Recent[tuple[str, int], BusinessTime] = _Recent()

    def choose(
        self, provider_id: str, openings: Mapping[str, tuple[str, datetime]]
    ) -> dict[str, Terms | None]:
        """By incident id, the terms in force for its tenant when it was opened: (tenant id, time).

        None where the tenant has no contract and the provider no default.
        """
        tenants = frozenset(tenant_id for tenant_id, _ in openings.values())
        records = self._contracts.all_of(GrantedScope(provider_id, tenants | {provider_id}))
        chosen = {id: agreed(records, *opening) for id, opening in openings.items()}
        wanted = {t.calendar_id for contract in chosen.values() if contract for t in contract.targets}
        calendars = self._calendars_of(provider_id, wanted)
        result: dict[str, Terms | None] = {}
        for incident_id, contract in chosen.items():
            result[incident_id] = None
            if contract:
                opened = openings[incident_id][1]
                keys = {target.calendar_id for target in contract.targets}
                result[incident_id] = self._bind(contract, {key: calendars[key].at(opened) for key in keys})
        return result

    def of(self, provider_id: str, records: Iterable[ClockSet]) -> dict[str, Terms | None]:
        """By incident id, the terms that these clock sets were settled on."""
        records = list(records)
        keys = {record.incident_id: _key(record) for record in records if record.has_contract}
        missing = {key for key in keys.values() if self._terms.get(key) is None}
        if missing:
            self._load(provider_id, missing)
        return {
            r.incident_id: self._terms.get(keys[r.incident_id]) if r.has_contract else None for r in records
        }

    def _load(self, provider_id: str, keys: set[_Key]) -> None:
        scope = GrantedScope(provider_id, None)
        found = self._contracts.get_many(scope, {contract_id for contract_id, _, _ in keys})
        contracts: dict[str, ContractRecord] = {record.contract_id: record for record in found}
        calendars = self._calendars_of(provider_id, {id for _, _, pairs in keys for id, _ in pairs})
        for contract_id, version, pairs in keys:
            versions = {id: calendars[id].version(number) for id, number in pairs}
            self._bind(contracts[contract_id].version(version), versions)

    def _calendars_of(self, provider_id: str, ids: set[str]) -> dict[str, CalendarRecord]:
        if not ids:
            return {}
        room = GrantedScope(provider_id, frozenset({provider_id}))
        return {record.calendar_id: record for record in self._calendars.get_many(room, ids)}

    def _bind(self, contract: Contract, calendars: Mapping[str, Calendar]) -> Terms:
        key = _key_of(contract, {id: calendar.version for id, calendar in calendars.items()})
        terms = self._terms.get(key)
        if terms is None:
            terms = Terms(contract, {id: self._time(calendar) for id, calendar in calendars.items()})
            self._terms.put(key, terms)
        return terms

    def _time(self, calendar: Calendar) -> BusinessTime:
        key = (calendar.calendar_id, calendar.version)
        time = self._times.get(key)
        if time is None:
            time = BusinessTime(calendar)
            self._times.put(key, time)
        return time


def _key(record: ClockSet) -> _Key:
    return record.contract_id, record.contract_version, tuple(sorted(record.calendar_versions.items()))


def _key_of(contract: Contract, versions: Mapping[str, int]) -> _Key:
    return contract.contract_id, contract.version, tuple(sorted(versions.items()))


K = TypeVar("K", bound=Hashable)


class _Recent(Generic[K, Value]):
    """The values asked for most recently."""

    def __init__(self) -> None:
        self._values: OrderedDict[K, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K) -> Value | None:
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, key: K, value: Value) -> None:
        with self._lock:
            self._values[key] = value
            if len(self._values) > _CACHED:
                self._values.popitem(last=False)
