"""Which configuration items to list."""

from dataclasses import dataclass

from services.incidents.domain.configuration_item import ItemState


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemQuery:
    """By name; an empty field does not narrow. shared: with the provider's own. words: each in one of its names.

    item_ids: None narrows nothing, none of them leaves nothing.
    """

    words: str = ""
    type: str = ""
    state: ItemState | None = None
    shared: bool = False
    item_ids: tuple[str, ...] | None = None
    page_size: int = 50
    page_token: str = ""
