"""Calendars of shifts: whose shifts they hold, what stays the same in them, and who reads them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from chassis.errors import NotFound, PermissionDenied, ResourceExhausted
from chassis.tenancy import Caller, Role, Scope, TenantScope
from services.triage.domain.link import Links
from services.triage.domain.oncall.feed import Feed, shown
from services.triage.domain.oncall.layer import Layer
from services.triage.domain.oncall.piece import Watcher
from services.triage.domain.oncall.schedule import Override, Schedule
from services.triage.use_cases.feeds import KeepFeeds
from tests.unit.triage.schedules import KeptSchedules, Names

NOW = datetime(2026, 6, 3, 12, tzinfo=UTC)
ANA, BEN = Watcher("per_ana", "Ana"), Watcher("per_ben", "Ben")
WEEKLY = Schedule(
    "ocs_1", "Desk", "Europe/Paris", (Layer("Primary", (ANA, BEN), datetime(2026, 1, 5, 9)),), revision=3
)
OF_DESK, OF_ANA = Feed("fed_1", "per_ben", "ocs_1", NOW), Feed("fed_2", "per_ana", "", NOW)


def test_a_schedules_feed_holds_everybodys_shifts_and_a_persons_their_own():
    assert {one.piece.watcher for one in shown(OF_DESK, [WEEKLY], NOW)} == {ANA, BEN}
    own = shown(OF_ANA, [WEEKLY, replace(WEEKLY, schedule_id="ocs_2", name="Nights")], NOW)
    assert {one.piece.watcher for one in own} == {ANA}
    assert {one.schedule_name for one in own} == {"Desk", "Nights"}
    assert min(one.piece.end_time for one in own) > NOW - timedelta(days=14)
    assert max(one.piece.end_time for one in own) <= NOW + timedelta(days=92)


def test_a_shift_keeps_its_name_from_day_to_day_and_its_sequence_grows_with_the_schedule():
    today = {one.uid: one.piece for one in shown(OF_DESK, [WEEKLY], NOW)}
    later = {one.uid: one.piece for one in shown(OF_DESK, [WEEKLY], NOW + timedelta(days=9))}
    common = today.keys() & later.keys()
    assert len(common) >= 12
    # The last one may be cut where one looks.
    assert all(today[uid].start_time == later[uid].start_time for uid in common)
    changed = WEEKLY.with_override(
        Override("ovr_1", BEN, NOW + timedelta(hours=1), NOW + timedelta(hours=2)), NOW
    )
    again = shown(OF_DESK, [replace(changed, revision=4)], NOW)
    assert {one.sequence for one in again} == {4}


def test_a_shift_without_an_end_in_sight_is_told_by_months():
    alone = replace(WEEKLY, layers=(replace(WEEKLY.layers[0], people=(ANA,)),))
    today = [one.uid for one in shown(OF_ANA, [alone], NOW)]
    tomorrow = [one.uid for one in shown(OF_ANA, [alone], NOW + timedelta(days=1))]
    assert today == tomorrow
    assert len(today) == 5


class KeptFeeds:
    """ports.Feeds in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, Feed]] = {}

    def add(self, scope: TenantScope, feed: Feed) -> None:
        self.kept[feed.feed_id] = scope.provider_id, feed

    def of_person(self, scope: Scope, person_id: str) -> list[Feed]:
        return [feed for _, feed in self.kept.values() if feed.person_id == person_id]

    def delete(self, scope: TenantScope, feed_id: str, person_id: str) -> None:
        if feed_id not in self.kept or self.kept[feed_id][1].person_id != person_id:
            raise NotFound("feed_not_found")
        del self.kept[feed_id]

    def opened(self, feed_id: str) -> tuple[str, Feed] | None:
        return self.kept.get(feed_id)


def caller(subject: str, provider: str, *roles: Role) -> Caller:
    return Caller(subject, provider, None, frozenset(roles))


def keep(staff: Names) -> KeepFeeds:
    schedules = KeptSchedules()
    schedules.add(TenantScope("prv_1", "prv_1"), WEEKLY)
    own = caller("service:triage", "prv_1", Role.SERVICE)
    return KeepFeeds(
        KeptFeeds(),
        schedules,
        staff,
        SimpleNamespace(of=lambda provider_id: own),
        Links(b"s" * 32, "f", "fed"),
        lambda: NOW,
    )


ANA_CALLS = caller("person:per_ana", "prv_1", Role.TECHNICIAN)
GATEWAY = caller("service:gateway", "", Role.SERVICE)


def test_whoever_has_the_link_reads_until_it_is_revoked():
    feeds = keep(Names("per_ana"))
    made = feeds.create(ANA_CALLS, "ocs_1")
    opened, shifts = feeds.read(GATEWAY, made.token)
    assert (opened.schedule_name, bool(shifts)) == ("Desk", True)
    with pytest.raises(NotFound):
        feeds.delete(caller("person:per_ben", "prv_1", Role.DISPATCHER), made.feed.feed_id)
    feeds.delete(ANA_CALLS, made.feed.feed_id)
    with pytest.raises(NotFound):
        feeds.read(GATEWAY, made.token)


def test_nobody_reads_a_link_of_another_provider_or_of_somebody_who_left_or_a_made_up_one():
    feeds = keep(Names("per_ana"))
    token = feeds.create(ANA_CALLS, "").token
    with pytest.raises(PermissionDenied):
        feeds.read(ANA_CALLS, token)
    for refused, asker, link in (
        (feeds, caller("service:gateway", "prv_2", Role.SERVICE), token),
        (replace(feeds, staff=Names("per_ben")), GATEWAY, token),
        (feeds, GATEWAY, "f-" + "a" * 37),
        (feeds, GATEWAY, Links(b"s" * 32, "p", "pag").tag("pag_" + "0" * 26)),
    ):
        with pytest.raises(NotFound):
            refused.read(asker, link)


def test_nobody_gathers_links_without_end():
    feeds = keep(Names("per_ana"))
    for _ in range(20):
        feeds.create(ANA_CALLS, "")
    with pytest.raises(ResourceExhausted):
        feeds.create(ANA_CALLS, "")
