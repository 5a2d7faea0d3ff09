"""Calendars of shifts that people subscribe to: each with a link of its own, which its person can revoke."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from chassis.errors import NotFound, ResourceExhausted
from chassis.tenancy import Caller, Role, TenantScope
from services.triage import ports
from services.triage.domain.link import Links
from services.triage.domain.oncall.feed import MOST_FEEDS, Feed, FeedShift, shown
from services.triage.use_cases.rooms import read_room


@dataclass(frozen=True)
class OpenFeed:
    """A feed, the name of its schedule ("" for a person's own shifts), and what opens it."""

    feed: Feed
    schedule_name: str
    token: str


@dataclass(frozen=True)
class KeepFeeds:
    """Raises PermissionDenied("role_required") for whoever is not staff."""

    feeds: ports.Feeds
    schedules: ports.Schedules
    staff: ports.Staff
    callers: ports.Callers
    links: Links
    now: ports.Clock

    def create(self, caller: Caller, schedule_id: str) -> OpenFeed:
        """Of the caller's own shifts without a schedule. Raises NotFound, ResourceExhausted."""
        room = read_room(caller)
        if schedule_id:
            self.schedules.get(room, schedule_id)
        if len(self.feeds.of_person(room, caller.person_id)) >= MOST_FEEDS:
            raise ResourceExhausted("too_many_feeds", "Revoke a link that nobody uses any more.")
        # An id of its tag's shape: 13 random bytes.
        made = Feed(f"fed_{secrets.token_hex(13)}", caller.person_id, schedule_id, self.now())
        self.feeds.add(room, made)
        return self._opened(made, self._names(room))

    def all(self, caller: Caller) -> list[OpenFeed]:
        """The caller's own."""
        room = read_room(caller)
        names = self._names(room)
        return [self._opened(one, names) for one in self.feeds.of_person(room, caller.person_id)]

    def delete(self, caller: Caller, feed_id: str) -> None:
        """Raises NotFound("feed_not_found") also for another's."""
        self.feeds.delete(read_room(caller), feed_id, caller.person_id)

    def read(self, caller: Caller, token: str) -> tuple[OpenFeed, list[FeedShift]]:
        """Raises NotFound("feed_not_found") for what is revoked, not genuine, or of somebody who works here no more."""
        caller.require(Role.SERVICE)
        feed_id = self.links.read(token)
        provider_id, feed = (self.feeds.opened(feed_id) if feed_id else None) or ("", None)
        if feed is None or caller.provider_id not in ("", provider_id) or not self._works(provider_id, feed):
            raise NotFound("feed_not_found", "There is no such link.")
        schedules = self.schedules.all(TenantScope(provider_id, provider_id))
        names = {one.schedule_id: one.name for one in schedules}
        return self._opened(feed, names), shown(feed, schedules, self.now())

    def _works(self, provider_id: str, feed: Feed) -> bool:
        return feed.person_id in self.staff.reach(self.callers.of(provider_id), [feed.person_id])

    def _names(self, room: TenantScope) -> Mapping[str, str]:
        return {one.schedule_id: one.name for one in self.schedules.all(room)}

    def _opened(self, feed: Feed, names: Mapping[str, str]) -> OpenFeed:
        return OpenFeed(feed, names.get(feed.schedule_id, ""), self.links.tag(feed.feed_id))
