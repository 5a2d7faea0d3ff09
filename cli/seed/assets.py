"""What Northstar's clients have that may be down, and what of it hangs on Northstar's own. Names that are there stay."""

from dataclasses import dataclass

from cli.seed.office import Office
from fairlead.incidents.v1 import configuration_item_pb2 as items
from fairlead.incidents.v1 import configuration_item_service_pb2 as messages


@dataclass(frozen=True)
class Asset:
    """One configuration item; relations: kind and the other's name."""

    name: str
    type: str
    criticality: str = "medium"
    aliases: tuple[str, ...] = ()
    description: str = ""
    relations: tuple[tuple[str, str], ...] = ()


# By client; "" is Northstar itself, whose things several clients hang on.
ASSETS: dict[str, tuple[Asset, ...]] = {
    "": (
        Asset("Leeds core switch", "network", "critical", ("sw-core-01",)),
        Asset(
            "ESX cluster 1", "server", "critical", ("esx-01",), "", (("connects_to", "Leeds core switch"),)
        ),
        Asset("Backup vault", "service", "high", ("vault",), "", (("runs_on", "ESX cluster 1"),)),
    ),
    "acme": (
        Asset("ACME-APP1", "server", "high", ("app1.acme.example",), "", (("runs_on", "ESX cluster 1"),)),
        Asset("ACME-DB1", "server", "high", ("db1.acme.example",), "", (("runs_on", "ESX cluster 1"),)),
        Asset(
            "Warehouse system",
            "application",
            "critical",
            ("WMS",),
            "Picks, packs and prints labels at every site.",
            (("runs_on", "ACME-APP1"), ("depends_on", "ACME-DB1")),
        ),
        Asset("Label printing", "service", "medium", (), "", (("depends_on", "Warehouse system"),)),
        Asset("Bay 4 label printer", "other", "low", ("PRN-BAY4",), "", (("part_of", "Label printing"),)),
    ),
    "lumen": (
        Asset(
            "Lumen file server", "server", "high", ("fs1.lumen.example",), "", (("runs_on", "ESX cluster 1"),)
        ),
        Asset("Case files", "service", "critical", (), "", (("depends_on", "Lumen file server"),)),
    ),
}
_FIELDS = ("type", "aliases", "criticality", "description", "relations")


def make_items(office: Office, tenants: dict[str, str]) -> None:
    """The shared ones first, as clients' hang on them."""
    for slug, assets in ASSETS.items():
        rows = [messages.ImportRow(item=_item(asset)) for asset in assets]
        request = messages.ImportItemsRequest(
            tenant_id=tenants.get(slug, ""), shared=not slug, rows=rows, fields=_FIELDS
        )
        office.call(office.items.ImportItems, request)


def _item(asset: Asset) -> items.ConfigurationItem:
    return items.ConfigurationItem(
        name=asset.name,
        type=asset.type,
        aliases=asset.aliases,
        criticality=items.Criticality.Value(f"CRITICALITY_{asset.criticality.upper()}"),
        description=asset.description,
        relations=[
            items.ItemRelation(kind=items.RelationKind.Value(f"RELATION_KIND_{kind.upper()}"), name=name)
            for kind, name in asset.relations
        ],
    )
