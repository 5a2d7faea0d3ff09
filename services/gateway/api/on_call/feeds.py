"""Calendar links: shifts as iCalendar, for whoever has the link."""

# A route describes its handler; it shows in the OpenAPI document.
# ruff: noqa: D103

from __future__ import annotations

from typing import Any

from fairlead.triage.v1 import on_call_pb2
from services.gateway.api.on_call.bodies import OnCallFeedBody
from services.gateway.api.on_call.own_routes import routes
from services.gateway.api.on_call.shapes import OnCallFeed, OnCallFeedList
from services.gateway.api.routes import Answer, Call, backends
from services.gateway.auth.context import gateway


@routes.get("/on-call/feeds", "List your calendar links", scope="on-call:read", returns=OnCallFeedList)
def list_feeds(call: Call) -> Answer:
    return {"feeds": [_feed(one) for one in backends().on_call.feeds(call.caller)]}


@routes.post(
    "/on-call/feeds",
    "Make a calendar link",
    scope="on-call:write",
    body=OnCallFeedBody,
    returns=OnCallFeed,
    status=201,
    conflicts=True,
)
def create_feed(call: Call) -> Answer:
    """iCalendar (RFC 5545): two weeks back, three months ahead."""
    return _feed(backends().on_call.create_feed(call.caller, call.body.schedule_id or ""))


@routes.delete("/on-call/feeds/{feed_id}", "Revoke a calendar link", scope="on-call:write")
def delete_feed(call: Call, feed_id: str) -> Answer:
    backends().on_call.delete_feed(call.caller, feed_id)


def _feed(feed: on_call_pb2.OnCallFeed) -> dict[str, Any]:
    return OnCallFeed.of(feed, url=f"{gateway().settings.origin}/on-call/{feed.token}.ics")
