"""What is answered and sent about configuration items."""

# Fields describe a model; they show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from services.gateway.api import words
from services.gateway.api.incidents.shapes import Incident
from services.gateway.api.shapes import Body, Id, Line, PageQuery, Query, Revision, Shape, Time
from services.gateway.backends import item_sheets


class ItemRelation(Shape):
    kind: words.RelationKind
    item_id: str
    name: str | None = Field(None, description="Of the other item.")


class ConfigurationItem(Shape):
    item_id: str
    tenant_id: str | None = Field(None, description="Absent for one that is the provider's own.")
    shared: bool = Field(description="The provider's own: clients' items may depend on it.")
    type: str
    name: str
    aliases: list[str]
    description: str
    criticality: words.Criticality
    attributes: dict[str, str]
    state: words.ItemState
    relations: list[ItemRelation] = Field(description="As far as the caller may see the others.")
    create_time: Time | None = None
    update_time: Time | None = None
    revision: int


class RelatedItem(Shape):
    kind: words.RelationKind
    incoming: bool = Field(description="The other one says so of this one.")
    item: ConfigurationItem


class ItemActor(Shape):
    subject: str
    name: str


class ItemEntry(Shape):
    time: Time | None = None
    actor: ItemActor | None = None
    changed: list[str] = Field(description="Names of the fields that changed; none: it was made.")


class ItemWithRelated(ConfigurationItem):
    entries: list[ItemEntry] = Field([], description="Who changed what, the newest first. For staff.")
    related: list[RelatedItem] = Field(description="Both ways, as far as the caller may see the others.")


class ItemList(Shape):
    items: list[ConfigurationItem]
    next_page_token: str | None = None


class ImpactStep(Shape):
    kind: words.RelationKind
    as_whole: bool = Field(description="The one before is a part of it.")
    item_id: str
    name: str


class ImpactedItem(Shape):
    item: ConfigurationItem
    depth: int = Field(description="1: directly.")
    path: list[ImpactStep] = Field(description="A shortest way, which ends with the item itself.")


class Impact(Shape):
    impacted: list[ImpactedItem]
    tenant_ids: list[str] = Field(description="Clients affected, the item's own included.")
    cut: bool = Field(description="There is more than was followed.")


class ItemIncidentList(Shape):
    incidents: list[Incident]


class ItemIncident(Shape):
    incident: Incident
    item_ids: list[str] = Field(description="Which of the items both are about.")


class IncidentItems(Shape):
    items: list[ConfigurationItem]
    related: list[ItemIncident] = Field(
        description="Other incidents about these: open, or of the last 90 days."
    )


class NamedItems(Shape):
    items: list[ConfigurationItem]
    revision: int


class ImportedRow(Shape):
    outcome: words.ImportOutcome
    item_id: str | None = None
    reason: str | None = None
    message: str | None = None
    field: str | None = None


class ImportedItems(Shape):
    results: list[ImportedRow] = Field(description="One for each row, in order.")


class RelationBody(Body):
    kind: words.RelationKind
    item_id: Id | None = None
    name: Line | None = Field(None, description="Or by one of its names.", max_length=200)


class ItemChange(Body):
    name: Line = Field(max_length=200)
    type: Line = Field(
        "other",
        max_length=40,
        description="server, service, network, application, workstation, other or a word of your own.",
    )
    aliases: list[Line] = Field(
        [], max_length=50, description="What else it is called, by monitoring above all."
    )
    description: str = Field("", max_length=5_000)
    criticality: words.Criticality = "medium"
    attributes: dict[str, Annotated[str, StringConstraints(max_length=500)]] = Field({}, max_length=50)
    state: words.ItemState = "in_use"
    relations: list[RelationBody] = Field([], max_length=200)
    revision: Revision = 0


class ItemBody(ItemChange):
    tenant_id: Id | None = Field(None, description="Id or slug of the client it belongs to.")
    shared: bool = Field(False, description="It is the provider's own.")


class OwnerQuery(Query):
    tenant_id: Id | None = None
    shared: bool = False


class ItemQuery(PageQuery):
    tenant_id: Id | None = None
    shared: bool = Field(False, description="Only the provider's own.")
    query: str = Field("", max_length=200, description="Words; each stands in one of its names.")
    type: str = Field("", max_length=40)
    state: words.ItemState | None = None


class ImportBody(Body):
    tenant_id: Id | None = Field(None, description="Id or slug of the client they belong to.")
    shared: bool = Field(False, description="They are the provider's own.")
    csv: str = Field(
        min_length=1,
        max_length=500_000,
        description="With a head. " + ", ".join(item_sheets.COLUMNS) + ", attribute:…",
    )
    dry_run: bool = Field(False, description="Say what would be done.")


class ItemsOfIncident(Body):
    item_ids: list[Id] = Field(max_length=50)
    revision: Revision = 0
