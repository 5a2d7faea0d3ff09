"""The figures on real MongoDB, against a count by hand over random incidents."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from pymongo.database import Database

from chassis.errors import NotFound, PermissionDenied
from chassis.ids import new_id
from chassis.tenancy import Role
from chassis.tokens import CallerSigner
from services.incidents.domain.ending import cancel, reopen
from services.incidents.domain.incident import Incident
from services.incidents.domain.lifecycle import Side
from services.incidents.domain.opening import open_incident, void_number
from services.incidents.domain.work import resolve
from services.incidents.store import FigureStore, IncidentStore
from services.incidents.use_cases import Counting
from tests.harness.counting import NOW, TENANTS, staff
from tests.harness.incident_values import TECH, submission


def some_incidents(store: IncidentStore, provider: str, many: int, seed: int) -> list[Incident]:
    """Incidents of three tenants over a hundred days: open, resolved, resolved twice, reopened, canceled, void."""
    dice, caller, kept, after_that = random.Random(seed), staff(provider), [], []
    for position in range(1, many + 1):
        tenant_id, number = dice.choice(TENANTS), f"{provider.upper()}-{position}"
        when = NOW - timedelta(seconds=dice.randrange(100 * 86_400))
        end = dice.choice(["open", "void", "canceled", "resolved", "resolved", "reopened", "twice"])
        given = {"provider_id": provider, "incident_id": new_id("inc"), "number": number, "actor": TECH}
        if end == "void":
            kept.append(void_number(tenant_id=tenant_id, now=when, **given))
            continue
        asked = submission(tenant_id=tenant_id, submission_id=new_id("sub"))
        kept.append(open_incident(asked, now=when, **given))
        changes, incident = [], kept[-1].after
        steps = {"resolved": 1, "reopened": 2, "twice": 3}.get(end, 0)
        for step in range(steps):
            when = min(NOW, when + timedelta(seconds=dice.randrange(1, 20 * 86_400)))
            if step == 1:
                changes.append(reopen(incident, "again", TECH, Side.STAFF, when))
            else:
                changes.append(resolve(incident, "fixed", "Done.", when, TECH, Side.STAFF, when))
            incident = changes[-1].after
        if end == "canceled":
            changes.append(cancel(incident, "no", TECH, Side.STAFF, when))
        after_that.append(changes)
    assert all(store.create_many(kept, caller))
    for changes in after_that:
        for change in changes:
            store.save(change, caller)
    finals = {change.after.incident_id: change.after for change in kept}
    finals |= {changes[-1].after.incident_id: changes[-1].after for changes in after_that if changes}
    return list(finals.values())


@pytest.mark.parametrize(
    ("zone", "days"), [("UTC", 7), ("Europe/Paris", 30), ("America/New_York", 90), ("Asia/Kathmandu", 30)]
)
def test_what_is_counted_is_what_a_count_by_hand_gives(
    database: Database, signer: CallerSigner, provider: str, counting: Counting, zone: str, days: int
) -> None:
    incidents = some_incidents(IncidentStore(database, signer), provider, 150, seed=days)
    for tenants in ((), TENANTS[:1], TENANTS[1:]):
        seen = [each for each in incidents if not tenants or each.tenant_id in tenants]
        day_of = lambda moment: moment.astimezone(ZoneInfo(zone)).date()  # noqa: E731 - one line says it
        arrived = Counter(day_of(each.create_time) for each in seen if each.title != "Number not used")
        resolved = Counter(day_of(each.resolution.resolve_time) for each in seen if each.resolution)
        # By a grant, and by asking.
        for caller, asked in ((staff(provider, *tenants), []), (staff(provider), list(tenants))):
            period, flow = counting.flow(caller, asked, days, zone)
            assert [day.day for day in flow] == period.dates
            assert [day.arrived for day in flow] == [arrived[day] for day in period.dates]
            assert [day.resolved for day in flow] == [resolved[day] for day in period.dates]
        assert sum(day.arrived for day in flow) and sum(day.resolved for day in flow)


def test_a_reopened_incident_counts_on_the_day_of_its_last_resolution_alone(
    database: Database, signer: CallerSigner, provider: str, counting: Counting
) -> None:
    store, caller = IncidentStore(database, signer), staff(provider)
    given = {"provider_id": provider, "incident_id": new_id("inc"), "number": "R-1", "actor": TECH}
    asked = submission(tenant_id="ten_a", submission_id=new_id("sub"))
    change = open_incident(asked, now=NOW - timedelta(days=5), **given)
    store.create_many([change], caller)

    def resolved() -> list[int]:
        return [day.resolved for day in counting.flow(caller, [], 6, "UTC")[1]]

    def do(step, ago: int) -> None:
        nonlocal change
        change = step(change.after, NOW - timedelta(days=ago))
        store.save(change, caller)

    def solve(incident, when):
        return resolve(incident, "fixed", "Done.", when, TECH, Side.STAFF, when)

    def again(incident, when):
        return reopen(incident, "again", TECH, Side.STAFF, when)

    do(solve, 4)
    assert resolved() == [0, 1, 0, 0, 0, 0]
    do(again, 3)
    assert resolved() == [0] * 6
    do(solve, 1)
    assert resolved() == [0, 0, 0, 0, 1, 0]
    assert [day.arrived for day in counting.flow(caller, [], 6, "UTC")[1]] == [1, 0, 0, 0, 0, 0]


def test_figures_are_read_from_an_index_alone(
    database: Database, signer: CallerSigner, provider: str
) -> None:
    some_incidents(IncidentStore(database, signer), provider, 60, seed=1)
    figures = FigureStore(database)
    pipelines = []
    figures.incidents.aggregate = lambda scope, pipeline, **hint: (
        pipelines.append((scope, pipeline, hint)) or []
    )
    for caller in (staff(provider), staff(provider, *TENANTS[:2])):
        for count in (figures.arrivals, figures.resolutions):
            count(caller.granted(), NOW - timedelta(days=30), NOW)
    for scope, pipeline, hint in pipelines:
        stages = [{"$match": {**scope.filter(), **pipeline[0]["$match"]}}, *pipeline[1:]]
        told = database.command("explain", {"aggregate": "incidents", "pipeline": stages, "cursor": {}, **hint},
                                verbosity="executionStats")  # fmt: skip
        stats = told.get("executionStats") or told["stages"][0]["$cursor"]["executionStats"]
        assert stats["totalDocsExamined"] == 0
        assert stats["totalKeysExamined"] <= stats["nReturned"] + 60


def test_who_sees_single_incidents_only_gets_no_figures(provider: str, counting: Counting) -> None:
    requester = replace(staff(provider, "ten_a"), roles=frozenset({Role.REQUESTER}))
    with pytest.raises(PermissionDenied):
        counting.flow(requester, [], 7, "UTC")
    manager = replace(requester, roles=frozenset({Role.CLIENT_MANAGER}))
    assert len(counting.flow(manager, [], 7, "UTC")[1]) == 7


def test_a_client_that_is_not_granted_is_not_found(provider: str, counting: Counting) -> None:
    with pytest.raises(NotFound):
        counting.flow(staff(provider, "ten_a"), ["ten_a", "ten_b"], 7, "UTC")
