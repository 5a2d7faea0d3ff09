"""Statements made without a store: incidents, terms, and the way from facts to a sealed file."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chassis.tokens import make_keys
from services.sla.clients.signing import StatementKeys
from services.sla.domain.business_time import BusinessTime
from services.sla.domain.calendar import Calendar
from services.sla.domain.clock_set import ClockSet, Header
from services.sla.domain.contract import AwaitedParty, Contract, Target, TargetKind, Terms
from services.sla.domain.facts import Fact, FactKind
from services.sla.domain.statements.credit import Band, Clause, ClauseBasis, CreditTerms
from services.sla.domain.statements.forms import json_form
from services.sla.domain.statements.line import lines_of
from services.sla.domain.statements.objection import Somebody
from services.sla.domain.statements.period import month
from services.sla.domain.statements.statement import (
    Link,
    Statement,
    Summary,
    content_of,
    hash_of,
    statement_id,
)

ADA, BEN = Somebody("person:per_ada", "Ada"), Somebody("person:per_ben", "Ben")
START = datetime(2024, 6, 1, tzinfo=UTC)
CONTRACT = Contract(
    "ctr_a",
    "prv_a",
    "ten_a",
    "Gold",
    (
        Target(TargetKind.FIRST_RESPONSE, 3, 1800, "cal_a"),
        Target(
            TargetKind.RESOLUTION,
            1,
            900,
            "cal_a",
            0,
            frozenset({AwaitedParty.REQUESTER, AwaitedParty.VENDOR}),
        ),
        Target(
            TargetKind.RESOLUTION,
            3,
            3600,
            "cal_a",
            0,
            frozenset({AwaitedParty.REQUESTER, AwaitedParty.VENDOR}),
        ),
    ),
    effective_time=datetime(2024, 1, 1, tzinfo=UTC),
)
TERMS = Terms(CONTRACT, {"cal_a": BusinessTime(Calendar("cal_a", "UTC", always_open=True))})
JUNE = month("2024-06", [CONTRACT])
CREDITS = CreditTerms(
    "ctr_a",
    "prv_a",
    "ten_a",
    "EUR",
    fee_minor=500_000,
    clauses=(
        Clause("4.1", "Each P1 resolved late", ClauseBasis.PER_BREACH, ("resolution",), (1,), amount_minor=25_000),
        Clause(
            "4.2",
            "Resolution attainment",
            ClauseBasis.ATTAINMENT,
            ("resolution",),
            bands=(Band(9_900, fee_bp=200), Band(9_500, fee_bp=500), Band(9_000, fee_bp=1_000)),
            floor_minor=12_000,
            cap_minor=60_000,
        ),
    ),
    cap_minor=75_000,
)  # fmt: skip


def at(minutes):
    """Minutes after the tenth of June, noon."""
    return START + timedelta(days=9, hours=12, minutes=minutes)


def incident(name, *facts, number="ACME-1"):
    """An incident of (kind, minutes, fields) facts."""
    made = [
        Fact(
            f"{name}:{place + 1}000",
            (place + 1) * 1000,
            FactKind(kind),
            at(minutes),
            **(more[0] if more else {}),
        )
        for place, (kind, minutes, *more) in enumerate(facts)
    ]
    record = ClockSet(name, "prv_a", "ten_a", Header(number=number, revision=1)).with_facts(made)
    return record.with_terms(TERMS)


def opened(minutes=0, priority=3):
    return ("opened", minutes, {"priority": priority})


def lines(*records, exclusions=(), contests=(), period=JUNE, terms=TERMS):
    by_promise = {one.promise: one for one in exclusions}
    result = []
    for record in sorted(records, key=lambda one: one.incident_id):
        own = {one.pause_id: one for one in contests if one.incident_id == record.incident_id}
        result += lines_of(record, terms, period, by_promise, own)
    return result


def line(name="inc_a", target="resolution", outcome="met", priority=3, **more):
    """A line as credits and sums see it."""
    return {
        "incident_id": name,
        "target": target,
        "cycle": 1,
        "priority": priority,
        "outcome": outcome,
        "elapsed_seconds": 100,
        "paused_seconds": 0,
        "pauses": [],
        **more,
    }


def keys(folder):
    make_keys(folder, ["sla"])
    return StatementKeys(folder)


def sealed_file(stated, signing, last=None, period=JUNE, edition=1, supersedes=None, terms=CREDITS):
    """(file as JSON, the next link) of a statement with these lines."""
    id = statement_id("prv_a", "ten_a", "ctr_a", period.name, edition)
    record = Statement(id, "prv_a", "ten_a", "ctr_a", "Gold", period, edition, closed_by=ADA)
    record = replace(record, supersedes=supersedes)
    summary = Summary(terms)
    for one in stated:
        summary.add(one)
    content = content_of(record, summary, last, signing.key_id, period.end + timedelta(days=1))
    seal = signing.seal(hash_of(content))
    text = b"".join(json_form(content, seal, stated))
    return json.loads(text), Link(content["sequence"], seal.sha256)
