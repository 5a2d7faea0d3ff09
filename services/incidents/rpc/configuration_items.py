"""`fairlead.incidents.v1.ConfigurationItemService`."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import grpc

from chassis.errors import InvalidArgument
from chassis.rpc import caller_of
from fairlead.incidents.v1 import configuration_item_pb2 as messages
from fairlead.incidents.v1 import configuration_item_service_pb2 as answers
from fairlead.incidents.v1.configuration_item_service_pb2_grpc import ConfigurationItemServiceServicer
from services.incidents.domain.configuration_item import (
    ConfigurationItem,
    Criticality,
    ItemState,
    Relation,
    RelationKind,
)
from services.incidents.domain.item_query import ItemQuery
from services.incidents.events import incident_message
from services.incidents.events.configuration_items import entry_message, impacted_message, item_message
from services.incidents.use_cases import CommandTarget, ImportItems, ItemIncidents, KeepItems, ReadItems
from services.incidents.use_cases.importing_items import Row, RowResult

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_WORDS = 200


class ConfigurationItemServicer(ConfigurationItemServiceServicer):
    """Translates; the rules live in the use cases."""

    def __init__(
        self, keeping: KeepItems, reading: ReadItems, importing: ImportItems, incidents: ItemIncidents
    ) -> None:
        self._keeping = keeping
        self._reading = reading
        self._importing = importing
        self._incidents = incidents

    def CreateItem(self, request: Any, context: grpc.ServicerContext) -> messages.ConfigurationItem:
        wanted = request.item
        return item_message(
            self._keeping.create(
                caller_of(context), wanted.tenant_id, wanted.shared, _item(wanted), _named(wanted)
            )
        )

    def UpdateItem(self, request: Any, context: grpc.ServicerContext) -> messages.ConfigurationItem:
        wanted = request.item
        return item_message(
            self._keeping.update(caller_of(context), _item(wanted), wanted.revision, _named(wanted))
        )

    def GetItem(self, request: Any, context: grpc.ServicerContext) -> answers.GetItemResponse:
        caller = caller_of(context)
        item, related = self._reading.get(caller, request.item_id)
        names = {one.item.item_id: one.item.name for one in related}
        return answers.GetItemResponse(
            item=item_message(item, names),
            related=[
                messages.RelatedItem(
                    kind=messages.RelationKind.Value(f"RELATION_KIND_{one.kind.name}"),
                    incoming=one.incoming,
                    item=item_message(one.item, {}),
                )
                for one in related
            ],
            entries=[entry_message(one) for one in self._reading.entries(caller, request.item_id)],
        )

    def ListItems(self, request: Any, context: grpc.ServicerContext) -> answers.ListItemsResponse:
        query = ItemQuery(
            words=request.words[:_LONGEST_WORDS],
            type=request.type,
            state=_STATES.get(request.state),
            item_ids=tuple(request.item_ids) or None,
            page_size=request.page_size,
            page_token=request.page_token,
        )
        found, token, names = self._reading.page(caller_of(context), request.tenant_id, request.shared, query)
        return answers.ListItemsResponse(
            items=[item_message(one, names) for one in found], next_page_token=token
        )

    def WalkImpact(self, request: Any, context: grpc.ServicerContext) -> answers.WalkImpactResponse:
        impact = self._reading.impact(caller_of(context), request.item_id)
        return answers.WalkImpactResponse(
            impacted=[impacted_message(one) for one in impact.impacted],
            tenant_ids=impact.tenant_ids,
            cut=impact.cut,
        )

    def ImportItems(self, request: Any, context: grpc.ServicerContext) -> answers.ImportItemsResponse:
        results = self._importing.run(
            caller_of(context),
            request.tenant_id,
            request.shared,
            [_row(one.item) for one in request.rows],
            request.fields,
            request.dry_run,
        )
        return answers.ImportItemsResponse(results=[_result(one) for one in results])

    def ListItemIncidents(
        self, request: Any, context: grpc.ServicerContext
    ) -> answers.ListItemIncidentsResponse:
        found = self._incidents.of_item(caller_of(context), request.item_id)
        return answers.ListItemIncidentsResponse(
            incidents=[incident_message(one, with_description=False) for one in found]
        )

    def ListIncidentItems(
        self, request: Any, context: grpc.ServicerContext
    ) -> answers.ListIncidentItemsResponse:
        items, related = self._incidents.of_incident(caller_of(context), request.incident_id)
        return answers.ListIncidentItemsResponse(
            items=_plain(items),
            related=[
                answers.ItemIncident(
                    incident=incident_message(one.incident, with_description=False), item_ids=one.item_ids
                )
                for one in related
            ],
        )

    def SetIncidentItems(
        self, request: Any, context: grpc.ServicerContext
    ) -> answers.SetIncidentItemsResponse:
        target = CommandTarget(request.incident_id, request.idempotency_key, request.revision)
        items, revision = self._incidents.name(caller_of(context), target, request.item_ids, request.names)
        return answers.SetIncidentItemsResponse(items=_plain(items), revision=revision)


_STATES = {messages.ItemState.Value(f"ITEM_STATE_{one.name}"): one for one in ItemState}
_CRITICALITIES = {messages.Criticality.Value(f"CRITICALITY_{one.name}"): one for one in Criticality}
_KINDS = {messages.RelationKind.Value(f"RELATION_KIND_{one.name}"): one for one in RelationKind}


def _plain(items: Iterable[ConfigurationItem]) -> list[messages.ConfigurationItem]:
    """In lists, without where their relations lead: that is for whoever may see the others."""
    return [item_message(one, {}) for one in items]


def _item(message: messages.ConfigurationItem) -> ConfigurationItem:
    """What was sent; owner, times and revision are the service's to say."""
    return ConfigurationItem(
        item_id=message.item_id,
        provider_id="",
        tenant_id="",
        type=message.type or "other",
        name=message.name,
        aliases=tuple(message.aliases),
        description=message.description,
        criticality=_CRITICALITIES.get(message.criticality, Criticality.MEDIUM),
        attributes=dict(message.attributes),
        state=_STATES.get(message.state, ItemState.IN_USE),
        relations=tuple(Relation(_kind(one), one.item_id) for one in message.relations if one.item_id),
        create_time=_NEVER,
        update_time=_NEVER,
    )


def _row(message: messages.ConfigurationItem) -> Row:
    return Row(_item(message), _named(message))


def _named(message: messages.ConfigurationItem) -> tuple[tuple[RelationKind, str], ...]:
    """Relations that say the other's name and no id."""
    return tuple((_kind(one), one.name) for one in message.relations if one.name and not one.item_id)


def _kind(relation: messages.ItemRelation) -> RelationKind:
    kind = _KINDS.get(relation.kind)
    if kind is None:
        raise InvalidArgument("value_missing", "A relation has a kind.", field="relations")
    return kind


def _result(result: RowResult) -> answers.ImportResult:
    error = result.error
    if error is None:
        return answers.ImportResult(outcome=result.outcome, item_id=result.item_id)
    field = error.values.get("field", "")
    return answers.ImportResult(
        outcome=result.outcome, reason=error.reason, message=error.message, field=field
    )
