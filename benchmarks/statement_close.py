"""Closing a month of ten thousand incidents: from the request to the sealed statement, read back and verified.

The worker that services run, in this process, on the installation's mongod and a database of its own, which is dropped.
Each incident has two promises, a hold and a change of priority, so a statement has twenty thousand lines.
"""

import json
import os
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks import floor
from benchmarks.context import Context
from benchmarks.figures import line, per_second, require
from chassis import mongo
from chassis.config import Settings
from chassis.tenancy import Caller, TenantScope
from chassis.tokens import CallerSigner
from services.sla import store
from services.sla.clients.signing import StatementKeys, is_signed
from services.sla.domain.business_time import BusinessTime
from services.sla.domain.calendar import Calendar
from services.sla.domain.clock_set import ClockSet, Header, settle
from services.sla.domain.contract import AwaitedParty, Contract, Target, TargetKind, Terms
from services.sla.domain.facts import Fact, FactKind
from services.sla.domain.statements.forms import json_form
from services.sla.domain.statements.objection import Somebody
from services.sla.domain.statements.period import month
from services.sla.domain.statements.statement import Statement, StatementState, statement_id
from services.sla.domain.statements.verifying import verify_files
from services.sla.domain.versions import CalendarRecord, ContractRecord
from services.sla.ports import Settled
from services.sla.use_cases import Closing, TermsBook

_PROVIDER, _TENANT, _BATCH = "prv_bench", "ten_bench", 500
_AGREED, _JUNE = datetime(2023, 1, 1, tzinfo=UTC), datetime(2024, 6, 1, tzinfo=UTC)
_NOW = datetime(2024, 7, 2, tzinfo=UTC)
_WEEK = dict.fromkeys(range(1, 6), ((9 * 3600, 12 * 3600), (13 * 3600, 17 * 3600)))
_CALENDAR = Calendar("cal", "Europe/Paris", name="Office", hours=_WEEK, country="FR", create_time=_AGREED)


def run(context: Context) -> Iterator[dict[str, Any]]:
    """One statement of `incidents` incidents."""
    given = context.installation
    bare = floor.inserts_per_second(given, 1)
    settings = Settings(
        service="sla",
        installation=f"bench{os.getpid()}",
        mongodb_uri=given.mongodb_uri,
        key_dir=given.data_dir / "keys",
    )
    database = mongo.connect(settings)
    try:
        store.prepare()
        yield from _measured(context, settings, database, bare)
    finally:
        database.client.drop_database(database.name)


def _measured(context: Context, settings: Settings, database: Any, bare: float) -> Iterator[dict[str, Any]]:
    signer = CallerSigner.load(settings.key_dir, "sla")
    keys = StatementKeys(settings.key_dir)
    scope = TenantScope(_PROVIDER, _TENANT)
    _fill(context, database, signer)
    statements, lines = store.StatementStore(database, signer), store.StatementLineStore(database)
    contracts, calendars = store.ContractStore(database, signer), store.CalendarStore(database)
    closing = Closing(
        statements,
        lines,
        store.StatementSourceStore(database),
        store.ObjectionStore(database),
        store.CreditBookStore(database),
        store.LateFactStore(database),
        store.ClockSetStore(database, signer),
        TermsBook(contracts, calendars),
        keys,
        lambda provider_id: signer.service_caller(_NOW, provider_id),
        lambda: _NOW,
    )
    id = statement_id(_PROVIDER, _TENANT, "ctr", "2024-06", 1)
    asked = Statement(id, _PROVIDER, _TENANT, "ctr", "Gold", month("2024-06", [_contract()]))
    asked = statements.add(scope, asked, _NOW)
    statements.save(scope, asked.closing(Somebody("person:per_bench"), _NOW), _NOW)
    used, began = _cpu(), time.monotonic()
    closing.work(lambda: True)
    taken, used = time.monotonic() - began, _cpu() - used
    sealed = statements.get(scope, id)
    require(sealed.state is StatementState.CLOSED and sealed.seal is not None, "it is not closed")
    count = 2 * context.incidents
    assert sealed.seal is not None
    text = b"".join(json_form(sealed.content, sealed.seal, lines.iterate(scope, id, sealed.build.number)))
    began = time.monotonic()
    [found] = verify_files([("it", json.loads(text))], lambda _, embedded: embedded, is_signed)
    require(found.lines == count, f"{found.lines} lines instead of {count}")
    rate = per_second(count, taken)
    facts = {"incidents": context.incidents, "lines": count, "file_mb": round(len(text) / 1e6, 1)}
    yield line("statement_close", taken, "s", **facts)
    yield line("statement_close_lines", rate, "1/s", floor=bare)
    yield line("statement_close_cpu", 1000 * used / count, "ms/line")
    yield line("statement_verify", time.monotonic() - began, "s", lines=count)


def _contract() -> Contract:
    pausing = frozenset({AwaitedParty.REQUESTER})
    targets = [
        Target(kind, priority, goal, "cal", 0, pausing if kind is TargetKind.RESOLUTION else frozenset())
        for kind, goal in ((TargetKind.FIRST_RESPONSE, 3600), (TargetKind.RESOLUTION, 28_800))
        for priority in (2, 3)
    ]
    return Contract(
        "ctr", _PROVIDER, _TENANT, "Gold", tuple(targets), effective_time=_AGREED, create_time=_AGREED
    )


def _fill(context: Context, database: Any, signer: CallerSigner) -> None:
    context.progress(f"{context.incidents} incidents of one month")
    caller: Caller = signer.service_caller(_NOW, _PROVIDER)
    made = _contract()
    room, tenant = TenantScope(_PROVIDER, _PROVIDER), TenantScope(_PROVIDER, _TENANT)
    store.CalendarStore(database).add(room, CalendarRecord("cal", _PROVIDER, (_CALENDAR,)))
    contracts = store.ContractStore(database, signer)
    contracts.add(
        tenant, ContractRecord("ctr", _PROVIDER, _TENANT, (made,)), signer.service_caller(_AGREED, _PROVIDER)
    )
    sets, terms = store.ClockSetStore(database, signer), Terms(made, {"cal": BusinessTime(_CALENDAR)})
    for start in range(0, context.incidents, _BATCH):
        changes = []
        for number in range(start, min(start + _BATCH, context.incidents)):
            settled, _ = settle(_incident(number).with_terms(terms), terms, _NOW)
            changes.append(Settled(settled, made, [], caller, _NOW))
        require(not sets.put(changes), "an incident was there already")


def _incident(number: int) -> ClockSet:
    """Opened somewhere in the first three weeks of June; about one in five is resolved too late."""
    id, opened = f"inc_{number:06}", _JUNE + timedelta(minutes=number * 30_000 // 10_000 % 30_000)
    happened = (
        (FactKind.OPENED, 0, {"priority": 3}),
        (FactKind.RESPONDED, 20 + number % 60, {}),
        (FactKind.HELD, 120, {"awaiting": "requester"}),
        (FactKind.RESUMED, 120 + number % 700, {}),
        (FactKind.PRIORITIZED, 900, {"priority": 2}),
        (FactKind.RESOLVED, 1_000 + number % 5 * 500, {}),
    )
    facts = [
        Fact(f"{id}:{place}", 1000 * place, kind, opened + timedelta(minutes=minutes), **fields)
        for place, (kind, minutes, fields) in enumerate(happened, 1)
    ]
    header = Header(f"BENCH-{number}", revision=len(facts))
    return ClockSet(id, _PROVIDER, _TENANT, header).with_facts(facts)


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
