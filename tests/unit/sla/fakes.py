"""The ports in memory."""

from dataclasses import replace

from chassis.tenancy import Caller, Role
from services.sla.domain.calendar import Calendar
from services.sla.domain.clock_set import ClockSet
from services.sla.domain.versions import CalendarRecord, ContractRecord

ALWAYS = CalendarRecord("cal", "prv", (Calendar("cal", "UTC", always_open=True),), 1)


class FakeSets:
    """Clock sets in a dict. `interfere` may change one before the next save, as another process would."""

    def __init__(self):
        self.kept: dict[str, ClockSet] = {}
        self.told: list[tuple[str, str]] = []
        self.puts = 0
        self.interfere = lambda kept: None

    def find(self, scope, incident_ids, person_id=None):
        found = [self.kept[id] for id in incident_ids if id in self.kept]
        return [record for record in found if scope.includes(record.provider_id, record.tenant_id)]

    def put(self, changes):
        self.puts += 1 if changes else 0
        self.interfere(self.kept)
        beaten = set()
        for change in changes:
            record = change.record
            known = self.kept.get(record.incident_id)
            if (known.revision if known else 0) != record.revision:
                beaten.add(record.incident_id)
                continue
            self.kept[record.incident_id] = replace(record, revision=record.revision + 1)
            self.told += [(record.incident_id, announced.fact) for announced in change.announcements]
        return beaten

    def due(self, scope, before, limit, without=()):
        records = [r for r in self.kept.values() if r.next_due_time and r.next_due_time < before]
        return [r for r in sorted(records, key=lambda r: r.next_due_time) if r.incident_id not in without][
            :limit
        ]

    def decided(self, scope, start, limit):
        found = []
        for record in self.kept.values():
            times = [one.decide_time for one in record.standings.values() if one.decide_time]
            if times and max(times) >= start and scope.includes(record.provider_id, record.tenant_id):
                found.append((max(times), record.incident_id, record))
        return [record for _, _, record in sorted(found, reverse=True)[:limit]]

    def next_due_time(self, scope):
        return min((r.next_due_time for r in self.kept.values() if r.next_due_time), default=None)

    def to_look_at(self, scope, before, limit, without=()):
        records = [r for r in self.kept.values() if r.next_look_time and r.next_look_time < before]
        found = [r for r in sorted(records, key=lambda r: r.next_look_time) if r.incident_id not in without]
        return found[:limit]

    def next_look_time(self, scope):
        return min((r.next_look_time for r in self.kept.values() if r.next_look_time), default=None)


class FakeContracts:
    """Contracts in a list; counts its reads."""

    def __init__(self, *records: ContractRecord):
        self.records = list(records)
        self.reads = 0

    def all_of(self, scope):
        self.reads += 1
        return [r for r in self.records if scope.includes(r.provider_id, r.tenant_id or r.provider_id)]

    def get_many(self, scope, contract_ids):
        return [r for r in self.all_of(scope) if r.contract_id in contract_ids]


class FakeCalendars:
    """Calendars in a list."""

    def __init__(self, *records: CalendarRecord):
        self.records = list(records)

    def get_many(self, scope, calendar_ids):
        return [r for r in self.records if r.calendar_id in calendar_ids]


def as_service(provider_id: str) -> Caller:
    return Caller("service:sla", provider_id, None, frozenset({Role.SERVICE}))
