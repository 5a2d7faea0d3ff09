"""A saved view: a filter and an order of the queue that somebody kept under a name."""

from dataclasses import dataclass, replace
from datetime import datetime

from chassis.errors import InvalidArgument
from services.triage.domain.queue import QueueFilter, QueueSort
from services.triage.domain.text import fold

# As many as one person, or all of a provider's staff together, find their way in.
MOST_VIEWS = 50
_LONGEST_NAME = 60
_MOST_NAMED = 200


@dataclass(frozen=True)
class View:
    """owner: the subject of whoever keeps it for themselves; "" where all staff share it."""

    view_id: str
    name: str
    filter: QueueFilter
    sort: QueueSort = QueueSort.PRIORITY
    owner: str = ""
    revision: int = 0
    update_time: datetime | None = None

    @property
    def shared(self) -> bool:
        return not self.owner

    @property
    def name_key(self) -> str:
        """Names that differ in nothing but letter case, accents and spaces are the same name."""
        return " ".join(fold(self.name).split())


def check_view(view: View) -> View:
    """The view with its name tidied. Raises InvalidArgument, naming the field, for one that could not be shown."""
    name = " ".join(view.name.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise InvalidArgument(
            "view_name_invalid", f"A view needs a name of at most {_LONGEST_NAME} characters.", field="name"
        )
    wanted = view.filter
    if len(wanted.tenant_ids) > _MOST_NAMED or len(wanted.channels) > 20 or len(wanted.category) > 100:
        raise InvalidArgument("view_filter_too_long", "This filter names too much.", field="filter")
    return replace(view, name=name)


def as_seen_with(view: View, granted: frozenset[str] | None) -> View | None:
    """The view without clients that are not the reader's to know; None if it looks at no other.

    granted: None means every client of the provider.
    """
    named = view.filter.tenant_ids
    if granted is None or not named:
        return view
    known = named & granted
    return replace(view, filter=replace(view.filter, tenant_ids=known)) if known else None
