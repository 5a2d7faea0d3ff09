"""Which changes to list."""

from dataclasses import dataclass

from services.incidents.domain.change.record import ChangeState


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeQuery:
    """An empty field does not narrow. for_client: only what a client's managers are shown."""

    states: frozenset[ChangeState] = frozenset()
    words: str = ""
    item_id: str = ""
    for_client: bool = False
    page_size: int = 50
    page_token: str = ""
