"""Key figures on real MongoDB, against a count by hand over random incidents; and what they read."""

import random
from datetime import timedelta

import pytest
from pymongo.database import Database

from chassis.errors import InvalidArgument, InvalidState, NotFound, PermissionDenied
from chassis.ids import new_id
from chassis.tenancy import Caller, Role
from services.incidents.domain import conversation, rating, work
from services.incidents.domain.decisions import Assignment, assign
from services.incidents.domain.ending import reopen
from services.incidents.domain.incident import AwaitedParty, Decision, Incident, State
from services.incidents.domain.kpi import Kpis, Sums
from services.incidents.domain.lifecycle import Side
from services.incidents.domain.opening import open_incident
from services.incidents.store import FigureStore
from services.incidents.store.translation import to_state
from services.incidents.use_cases import Counting
from tests.harness.counting import NOW, TENANTS, staff
from tests.harness.incident_values import REQUESTER, TECH, submission

GROUPS = (("grp_net", "Network"), ("grp_desk", "Desk"), ("", ""))


def a_life(dice: random.Random, provider: str, position: int) -> list:
    """One incident's changes, the first its opening."""
    when = NOW - timedelta(seconds=dice.randrange(90 * 86_400))
    asked = submission(
        tenant_id=dice.choice(TENANTS), submission_id=new_id("sub"), channel=dice.choice(["email", "alert"])
    )
    changes = [
        open_incident(
            asked,
            now=when,
            provider_id=provider,
            incident_id=new_id("inc"),
            number=f"{provider.upper()}-{position}",
            actor=TECH,
        )
    ]
    steps = ["assign", "answer", "reply", "hold", "resume", "resolve", "reopen", "resolve", "rate"]
    for step in steps:
        last: Incident = changes[-1].after
        when = min(NOW, when + timedelta(seconds=dice.randrange(6 * 86_400)))
        if dice.random() < 0.3 or (step == "resume" and last.hold is None):
            continue
        try:
            changes.append(_step(step, last, dice, when))
        except InvalidState:
            continue  # what the lifecycle refuses here
    return changes


def _step(step: str, last: Incident, dice: random.Random, when):
    client = REQUESTER
    if step == "assign":
        group_id, name = dice.choice(GROUPS)
        return assign(last, Assignment(group_id, name), Decision("technician"), TECH, Side.STAFF, when)
    if step == "answer":
        return conversation.answer(last, "Yes?", TECH, Side.STAFF, when)
    if step == "reply":
        return conversation.reply(last, "Well?", client, Side.CLIENT, when)
    if step == "hold":
        return work.hold(last, AwaitedParty.VENDOR, "Parts.", TECH, Side.STAFF, when)
    if step == "resume":
        return work.resume(last, "", TECH, Side.STAFF, when)
    if step == "resolve":
        return work.resolve(last, "fixed", "Done.", when, TECH, Side.STAFF, when)
    if step == "reopen":
        return reopen(last, "Again.", TECH, Side.STAFF, when)
    return rating.rate(last, dice.randint(1, 5), "", last.requester, client, Side.CLIENT, when)


def by_hand(incidents: list[Incident], start, end) -> Sums:
    total = Sums()
    for each in incidents:
        if start <= each.create_time < end:
            total += Sums(arrived=1, asked=each.channel != "alert")
            if each.acknowledge_time:
                seconds = int((each.acknowledge_time - each.create_time).total_seconds())
                total += Sums(acknowledged=1, acknowledge_seconds=seconds)
        if each.resolution and start <= each.resolution.resolve_time < end:
            seconds = int((each.resolution.resolve_time - each.create_time).total_seconds())
            total += Sums(
                resolved=1,
                resolve_seconds=seconds,
                hold_seconds=each.held_seconds,
                reopened=each.reopen_count > 0,
                reported=each.channel != "alert",
                first_contact=each.channel != "alert" and each.contact_count == 1 and not each.reopen_count,
            )
            if each.rating:
                score = each.rating.score
                total += Sums(rated=1, score_sum=score, satisfied=score > 3)
        if each.state in (State.NEW, State.ASSIGNED, State.IN_PROGRESS, State.ON_HOLD):
            age = NOW - each.create_time
            days = age / timedelta(days=1)
            part = "day" if days < 1 else "week" if days < 7 else "month" if days < 30 else "older"
            total += Sums(backlog=1, backlog_seconds=int(age.total_seconds()), **{f"backlog_{part}": 1})
    return total


@pytest.fixture
def incidents(database: Database, provider: str) -> list[Incident]:
    dice = random.Random(8)
    lived = [a_life(dice, provider, position)[-1].after for position in range(1, 121)]
    # As the store leaves them: figures read the records alone, and writing each step would take long.
    database["incidents"].insert_many(
        {"_id": each.incident_id, "provider_id": provider, "tenant_id": each.tenant_id, "revision": 1}
        | to_state(each)
        for each in lived
    )
    return lived


@pytest.mark.parametrize(("days", "last_day"), [(7, ""), (30, ""), (31, "2026-03-10")])
def test_key_figures_are_those_of_a_count_by_hand(
    provider: str,
    counting: Counting,
    incidents: list[Incident],
    days: int,
    last_day: str,
) -> None:
    for tenants in ((), TENANTS[:1], TENANTS[1:]):
        seen = [each for each in incidents if not tenants or each.tenant_id in tenants]
        for caller, asked in ((staff(provider, *tenants), []), (staff(provider), list(tenants))):
            period, kpis = counting.kpis(caller, asked, days, "Europe/Paris", last_day)
            between = period.start_time, period.end_time
            assert kpis.total == by_hand(seen, *between)
            assert {part.tenant_id: part.sums for part in kpis.tenants} == _told(seen, "tenant_id", between)
            assert {part.group_id: part.sums for part in kpis.groups} == _told(
                seen, "assignment_group_id", between
            )
            assert {part.group_name for part in kpis.groups} <= {name for _, name in GROUPS}
    assert kpis.total.resolved and kpis.total.rated and kpis.total.hold_seconds and kpis.total.backlog_week


def _told(incidents: list[Incident], name: str, between) -> dict[str, Sums]:
    keys = {getattr(each, name) for each in incidents}
    sums = {
        key: by_hand([each for each in incidents if getattr(each, name) == key], *between) for key in keys
    }
    return {key: value for key, value in sums.items() if value != Sums()}


def test_only_who_sees_whole_clients_reads_key_figures(
    provider: str,
    counting: Counting,
    incidents: list[Incident],
) -> None:
    granted = frozenset(TENANTS[:1])
    requester = Caller("person:per_ana", provider, granted, frozenset({Role.REQUESTER}))
    with pytest.raises(PermissionDenied):
        counting.kpis(requester, [], 7, "UTC", "")
    with pytest.raises(NotFound):
        counting.kpis(staff(provider, *TENANTS[:1]), [TENANTS[1]], 7, "UTC", "")
    stranger = staff("prv_elsewhere")
    assert counting.kpis(stranger, [], 366, "UTC", "")[1] == Kpis(Sums(), (), ())


@pytest.mark.parametrize("last_day", ["yesterday", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_a_last_day_that_is_none_is_refused(counting: Counting, provider: str, last_day: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        counting.kpis(staff(provider), [], 7, "UTC", last_day)
    assert refused.value.reason == "date_invalid"


def test_key_figures_read_the_records_of_the_period_and_what_is_open(
    database: Database,
    provider: str,
    incidents: list[Incident],
) -> None:
    figures, asked = FigureStore(database), []
    figures.incidents.aggregate = lambda scope, pipeline, **hint: asked.append((pipeline, hint)) or []
    scope, start = staff(provider, *TENANTS[:2]).granted(), NOW - timedelta(days=7)
    figures.parts(scope, start, NOW, NOW)
    mine = [each for each in incidents if each.tenant_id in TENANTS[:2]]
    expected = by_hand(mine, start, NOW)
    read = []
    for pipeline, hint in asked:
        stages = [{"$match": {**scope.filter(), **pipeline[0]["$match"]}}, *pipeline[1:]]
        told = database.command(
            "explain",
            {"aggregate": "incidents", "pipeline": stages, "cursor": {}, **hint},
            verbosity="executionStats",
        )
        stats = told.get("executionStats") or told["stages"][0]["$cursor"]["executionStats"]
        read.append(stats["totalDocsExamined"])
    assert read == [expected.arrived, expected.resolved, expected.backlog]
