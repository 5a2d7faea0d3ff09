"""Configuration items as messages, the same in calls and in events."""

from collections.abc import Iterable, Mapping

from google.protobuf.timestamp_pb2 import Timestamp

from chassis.outbox import OutboundEvent, StoredEvent
from chassis.tenancy import Caller
from fairlead.incidents.v1 import configuration_item_events_pb2, incident_pb2
from fairlead.incidents.v1 import configuration_item_pb2 as messages
from services.incidents.domain.configuration_item import ConfigurationItem, ItemEntry, Relation
from services.incidents.domain.impact_walk import Impacted
from services.incidents.domain.incident import Actor

_TOLD = (*("name", "type", "aliases", "description", "criticality", "state", "attributes", "relations"),)


def item_changed(item: ConfigurationItem, actor: Actor, caller: Caller) -> OutboundEvent:
    """What is announced when it was made or changed."""
    who = incident_pb2.Actor(subject=actor.subject, name=actor.name)
    message = configuration_item_events_pb2.ConfigurationItemChanged(item=item_message(item), actor=who)
    return OutboundEvent("configuration_item_changed", message, item.update_time, caller)


def item_entries(events: Iterable[StoredEvent]) -> list[ItemEntry]:
    """Kept events, oldest first, as lines of the history, the newest first."""
    lines: list[ItemEntry] = []
    before: messages.ConfigurationItem | None = None
    for event in events:
        message = event.parse(configuration_item_events_pb2.ConfigurationItemChanged)
        after = message.item
        changed = [one for one in _TOLD if before and getattr(before, one) != getattr(after, one)]
        actor = Actor(message.actor.subject, message.actor.name)
        lines.append(ItemEntry(event.time, actor, tuple(changed)))
        before = after
    return lines[::-1]


def entry_message(entry: ItemEntry) -> messages.ItemEntry:
    """A line of the history."""
    actor = incident_pb2.Actor(subject=entry.actor.subject, name=entry.actor.name)
    message = messages.ItemEntry(actor=actor, changed=entry.changed)
    message.time.FromDatetime(entry.time)
    return message


def item_message(
    item: ConfigurationItem, names: Mapping[str, str] | None = None
) -> messages.ConfigurationItem:
    """names: of the items that its relations lead to, as far as the reader may see them; None: all, without names."""
    message = messages.ConfigurationItem(
        item_id=item.item_id,
        tenant_id="" if item.is_shared else item.tenant_id,
        shared=item.is_shared,
        type=item.type,
        name=item.name,
        aliases=item.aliases,
        description=item.description,
        criticality=messages.Criticality.Value(f"CRITICALITY_{item.criticality.name}"),
        attributes=dict(item.attributes),
        state=messages.ItemState.Value(f"ITEM_STATE_{item.state.name}"),
        relations=_relations(item.relations, names),
        create_time=_stamp(item),
        revision=item.revision,
    )
    message.update_time.FromDatetime(item.update_time)
    return message


def impacted_message(impacted: Impacted) -> messages.ImpactedItem:
    """An affected item and the way to it."""
    return messages.ImpactedItem(
        item=item_message(impacted.item, {}),
        depth=impacted.depth,
        path=[
            messages.ImpactStep(
                kind=messages.RelationKind.Value(f"RELATION_KIND_{step.kind.name}"),
                as_whole=step.as_whole,
                item_id=step.item.item_id,
                name=step.item.name,
            )
            for step in impacted.path
        ],
    )


def _relations(relations: Iterable[Relation], names: Mapping[str, str] | None) -> list[messages.ItemRelation]:
    return [
        messages.ItemRelation(
            kind=messages.RelationKind.Value(f"RELATION_KIND_{one.kind.name}"),
            item_id=one.item_id,
            name=(names or {}).get(one.item_id, ""),
        )
        for one in relations
        if names is None or one.item_id in names
    ]


def _stamp(item: ConfigurationItem) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(item.create_time)
    return stamp
