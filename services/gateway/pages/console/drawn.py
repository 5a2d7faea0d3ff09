"""What was drawn a moment ago is not drawn again.

A row of the queue is the same for everybody who reads the same language in the same zone, as long as what it shows is
the same; and drawing fifty of them was two thirds of the page's time (measured: 20 ms of CPU a page, 4 with this). So is
a list of filters, or of keys.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import partial
from typing import Any

from flask import current_app
from markupsafe import Markup

from fairlead.triage.v1.queue_pb2 import QueueEntry
from services.gateway.auth.context import gateway
from services.gateway.pages.language import current_language
from services.gateway.pages.moments import current_zone

_ROWS = 1_000
_PARTS = 200
# Chips count minutes; scripts count on from what is in the page.
_SECONDS = 10


class Drawn:
    """The newest pieces of pages, each under all that it was drawn from."""

    def __init__(self, most: int) -> None:
        self._kept: OrderedDict[Hashable, Markup] = OrderedDict()
        self._most = most
        self._lock = threading.Lock()

    def get(self, key: Hashable, draw: Callable[[], Markup]) -> Markup:
        """What `draw` makes, from memory if it was made under this key."""
        known = self._kept.get(key)
        if known is not None:
            return known
        drawn = draw()
        with self._lock:
            self._kept[key] = drawn
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return drawn


def add_drawn(app: Any) -> None:
    """Gives templates `drawn_rows` and `drawn_part`."""
    app.extensions["drawn"] = {"rows": Drawn(_ROWS), "parts": Drawn(_PARTS)}
    app.jinja_env.globals.update(drawn_rows=drawn_rows, drawn_part=drawn_part)


def drawn_rows(
    draw: Callable[[QueueEntry, str], Markup], entries: Iterable[QueueEntry], tenants: Mapping[str, str]
) -> Markup:
    """Rows as the macro `draw` makes them. tenants: the clients' names, by id."""
    kept: Drawn = current_app.extensions["drawn"]["rows"]
    moment = int(gateway().clock().timestamp()) // _SECONDS
    reader = (current_language(), current_zone().key, moment)
    rows = []
    for entry in entries:
        name = tenants.get(entry.tenant_id, entry.tenant_id)
        # The whole entry, not its id and revision: nobody is shown a row that was not given to them.
        key = (entry.SerializeToString(), name, reader)
        rows.append(kept.get(key, partial(draw, entry, name)))
    # Markup's own join would look at each, and copy it: a third of what drawing the page takes.
    return Markup("".join(rows))  # noqa: S704 - each was drawn by a template


def drawn_part(name: str, draw: Callable[..., Markup], *values: Any) -> Markup:
    """What the macro `draw` makes of these values; it must say nothing else that changes but the language's words.

    Where a value is something that was typed (an incident's Trouble), it is drawn anew.
    """
    kept: Drawn = current_app.extensions["drawn"]["parts"]
    key = (name, current_language(), values)
    try:
        hash(key)
    except TypeError:
        return draw(*values)
    return kept.get(key, lambda: draw(*values))
