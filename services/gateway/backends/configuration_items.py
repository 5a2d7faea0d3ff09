"""Configuration items, and the incidents about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.incidents.v1 import configuration_item_pb2 as items
from fairlead.incidents.v1 import configuration_item_service_pb2 as messages
from fairlead.incidents.v1 import incident_pb2
from fairlead.incidents.v1.configuration_item_service_pb2_grpc import ConfigurationItemServiceStub

_WHOLE_PAGE = 200
# A sheet of more rows than this is no sheet any more.
MOST_EXPORTED = 10_000
_IMPORT_SECONDS = 30.0


class ConfigurationItems:
    """Client of fairlead.incidents.v1.ConfigurationItemService."""

    def __init__(self, channel: Any) -> None:
        self._stub = ConfigurationItemServiceStub(channel)

    def create(self, caller: Caller, new: items.ConfigurationItem) -> items.ConfigurationItem:
        return call(self._stub.CreateItem, messages.CreateItemRequest(item=new), caller)

    def update(self, caller: Caller, changed: items.ConfigurationItem) -> items.ConfigurationItem:
        return call(self._stub.UpdateItem, messages.UpdateItemRequest(item=changed), caller)

    def get(self, caller: Caller, item_id: str) -> messages.GetItemResponse:
        """With what it is tied to."""
        return call(self._stub.GetItem, messages.GetItemRequest(item_id=item_id), caller)

    def list(self, caller: Caller, **wanted: Any) -> messages.ListItemsResponse:
        """By name; `wanted` are the request's fields."""
        return call(self._stub.ListItems, messages.ListItemsRequest(**wanted), caller)

    def all(self, caller: Caller, **wanted: Any) -> Iterator[items.ConfigurationItem]:
        """Page after page, up to MOST_EXPORTED."""
        token = ""
        for _ in range(MOST_EXPORTED // _WHOLE_PAGE):
            page = self.list(caller, **wanted, page_size=_WHOLE_PAGE, page_token=token)
            yield from page.items
            token = page.next_page_token
            if not token:
                return

    def impact(self, caller: Caller, item_id: str) -> messages.WalkImpactResponse:
        """What is affected when it is down."""
        return call(self._stub.WalkImpact, messages.WalkImpactRequest(item_id=item_id), caller)

    def incidents(self, caller: Caller, item_id: str) -> Sequence[incident_pb2.Incident]:
        """Those about it, the newest first."""
        request = messages.ListItemIncidentsRequest(item_id=item_id)
        return call(self._stub.ListItemIncidents, request, caller).incidents

    def of_incident(self, caller: Caller, incident_id: str) -> messages.ListIncidentItemsResponse:
        """What it is about, and what else is said of that."""
        request = messages.ListIncidentItemsRequest(incident_id=incident_id)
        return call(self._stub.ListIncidentItems, request, caller)

    def name(
        self,
        caller: Caller,
        incident_id: str,
        item_ids: Iterable[str],
        key: str = "",
        revision: int = 0,
        names: Iterable[str] = (),
    ) -> messages.SetIncidentItemsResponse:
        """What it is about from now on."""
        request = messages.SetIncidentItemsRequest(
            incident_id=incident_id,
            item_ids=item_ids,
            idempotency_key=key,
            revision=revision,
            names=names,
        )
        return call(self._stub.SetIncidentItems, request, caller)

    def take(
        self,
        caller: Caller,
        owner: str,
        rows: Iterable[items.ConfigurationItem],
        fields: Iterable[str],
        dry_run: bool,
    ) -> Sequence[messages.ImportResult]:
        """owner: the client, "" for the provider itself. What became of each row, in their order."""
        request = messages.ImportItemsRequest(
            tenant_id=owner,
            shared=not owner,
            rows=[messages.ImportRow(item=one) for one in rows],
            fields=fields,
            dry_run=dry_run,
        )
        return call(self._stub.ImportItems, request, caller, timeout=_IMPORT_SECONDS).results
