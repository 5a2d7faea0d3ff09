"""Deliveries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pymongo.database import Database

from chassis.gathering import Gathering
from chassis.mongo import decode_cursor, encode_cursor, page_after
from chassis.outbox import AggregateStore, ChangedAggregate, Result
from chassis.tenancy import Scope, SystemScope, TenantScope
from chassis.tokens import CallerSigner
from services.notify import events
from services.notify.domain import war
from services.notify.domain.delivery import Channel, Delivery, State
from services.notify.domain.notification import Side

_NEWEST_FIRST = [("create_time", -1), ("_id", 1)]
# Lists show none of it, and a webhook's is large.
_IN_LISTS = dict.fromkeys(("content", "pending_events", "published"), False)
_DUE = SystemScope("senders work through what is due of every tenant")
_SAVED_TOGETHER = 50
# While several are being sent: a write for each two of them would cost twice what one for all does.
_COMPANY_SECONDS = 0.008
_KEYS = frozenset({"delivery_id", "provider_id", "tenant_id", "revision"})
# What is told to whom never changes.
_FIXED = frozenset(
    {
        *("incident_id", "incident_number", "channel", "notification", "event_id", "create_time"),
        *("recipient_person_id", "recipient_name", "side", "content"),
    }
)


class DeliveryStore:
    """ports.Deliveries on MongoDB."""

    def __init__(self, database: Database, signer: CallerSigner) -> None:
        # A delivery says by itself what became of it: its events need no history beside it.
        self.records = AggregateStore(database["deliveries"], noun="delivery", signer=signer, archive=False)
        self._signer = signer
        # Senders save each mail as soon as it was taken; those who save at the same moment share the write.
        self._saving: Gathering[None, ChangedAggregate, Result] = Gathering(
            lambda _, changes: self.records.save_many(changes),
            most=_SAVED_TOGETHER,
            linger=_COMPANY_SECONDS,
        )

    def add_many(self, deliveries: Sequence[Delivery]) -> list[Delivery]:
        # The same event handed over twice in one batch plans the same delivery twice.
        distinct = list({delivery.delivery_id: delivery for delivery in deliveries}.values())
        results = self.records.create_many(
            [(_scope(one), one.delivery_id, _state(one), []) for one in distinct]
        )
        return [
            replace(one, revision=result.revision)
            for one, result in zip(distinct, results, strict=True)
            if result.ok
        ]

    def acknowledged_since(
        self, scope: TenantScope, addresses: Iterable[str], since: datetime
    ) -> dict[str, list[str]]:
        wanted = {
            "recipient": {"$in": sorted(addresses)},
            "create_time": {"$gte": since},
            "notification": war.ACKNOWLEDGEMENT,
            "state": {"$ne": State.SUPPRESSED.value},
        }
        titles: dict[str, list[str]] = defaultdict(list)
        for kept in self.records.find(scope, wanted, projection=["recipient", "content.title"]):
            titles[kept["recipient"]].append(kept["content"].get("title", ""))
        return titles

    def words_since(
        self, scope: TenantScope, incident_ids: Iterable[str], since: datetime
    ) -> dict[tuple[str, str], int]:
        wanted = {"incident_id": {"$in": sorted(incident_ids)}, "create_time": {"$gte": since}}
        is_staff = {"$eq": ["$side", Side.STAFF.value]}
        to = {"$cond": [is_staff, "$recipient_person_id", "$recipient"]}
        by = {"incident_id": "$incident_id", "to": to}
        counted = self._counted(scope, {**wanted, "notification": {"$in": sorted(war.WORDS)}}, by)
        return {(each["_id"]["incident_id"], each["_id"]["to"]): each["count"] for each in counted}

    def _counted(self, scope: TenantScope, wanted: Mapping[str, Any], by: Any) -> list[dict[str, Any]]:
        sent = {**wanted, "state": {"$ne": State.SUPPRESSED.value}}
        return self.records.aggregate(
            scope, [{"$match": sent}, {"$group": {"_id": by, "count": {"$sum": 1}}}]
        )

    def due(
        self, now: datetime, limit: int, channel: Channel, closed: frozenset[str] = frozenset()
    ) -> list[Delivery]:
        # The type is in the index's own filter: without it the whole collection would be read.
        criteria: dict[str, Any] = {"channel": channel.value, "due_time": {"$lte": now, "$type": "date"}}
        if closed:
            criteria["recipient"] = {"$nin": sorted(closed)}
        found = self.records.find(_DUE, criteria, sort=[("due_time", 1)], limit=limit)
        return [_delivery(kept) for kept in found]

    def save_many(self, deliveries: Sequence[Delivery], now: datetime) -> list[Delivery]:
        saved = [replace(delivery, revision=delivery.revision + 1) for delivery in deliveries]
        changes = []
        for before, after in zip(deliveries, saved, strict=True):
            caller = self._signer.service_caller(now, after.provider_id, frozenset({after.tenant_id}))
            facts = events.end_of(after, now, caller)
            changes.append((_scope(before), before.delivery_id, before.revision, _progress(before), facts))
        if len(changes) == 1:
            results = [self._saving.do(None, changes[0])]
        else:
            results = self.records.save_many(changes) if changes else []
        return [delivery for delivery, result in zip(saved, results, strict=True) if result.ok]

    def get(self, scope: Scope, delivery_id: str) -> Delivery:
        return _delivery(self.records.load(scope, delivery_id))

    def page(
        self,
        scope: Scope,
        incident_id: str,
        state: str,
        page_size: int,
        page_token: str,
        recipient: str = "",
    ) -> tuple[list[Delivery], str]:
        criteria: dict[str, Any] = {}
        if incident_id:
            criteria["incident_id"] = incident_id
        if recipient:
            criteria["recipient"] = recipient
        if state:
            criteria["state"] = {"$in": ["pending", "sending"]} if state == "pending" else state
        if page_token:
            criteria |= page_after(_NEWEST_FIRST, decode_cursor(page_token, 2))
        found = self.records.find(
            scope, criteria, sort=_NEWEST_FIRST, limit=page_size + 1, projection=_IN_LISTS
        )
        token = ""
        if len(found) > page_size:
            token = encode_cursor([found[page_size - 1]["create_time"], found[page_size - 1]["_id"]])
        return [_delivery({**kept, "content": {}}) for kept in found[:page_size]], token


def _scope(delivery: Delivery) -> TenantScope:
    return TenantScope(delivery.provider_id, delivery.tenant_id)


def _state(delivery: Delivery) -> dict[str, Any]:
    state = {name: getattr(delivery, name) for name in Delivery.__dataclass_fields__ if name not in _KEYS}
    return {
        **state,
        "channel": delivery.channel.value,
        "state": delivery.state.value,
        "content": dict(delivery.content),
    }


def _progress(delivery: Delivery) -> dict[str, Any]:
    return {name: value for name, value in _state(delivery).items() if name not in _FIXED}


def _delivery(kept: Mapping[str, Any]) -> Delivery:
    plain = {name: kept[name] for name in Delivery.__dataclass_fields__ if name != "delivery_id"}
    return Delivery(
        **{
            **plain,
            "delivery_id": kept["_id"],
            "channel": Channel(kept["channel"]),
            "state": State(kept["state"]),
        }
    )
