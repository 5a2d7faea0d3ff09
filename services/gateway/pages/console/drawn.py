"""Rows that were drawn a moment ago are not drawn again.

A row of the queue is the same for everybody who reads the same language in the same zone, as long as what it shows is
the same; and drawing fifty of them was two thirds of the page's time (measured: 20 ms of CPU a page, 4 with this).
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from flask import current_app
from markupsafe import Markup

from fairlead.triage.v1.queue_pb2 import QueueEntry
from services.gateway.auth.context import gateway
from services.gateway.pages.language import current_language
from services.gateway.pages.moments import current_zone

_ROWS = 1_000
# Chips count minutes; scripts count on from what is in the page.
_SECONDS = 10


class DrawnRows:
    """The newest rows, each under all that it was drawn from."""

    def __init__(self) -> None:
        self._rows: OrderedDict[tuple[Any, ...], Markup] = OrderedDict()
        self._lock = threading.Lock()

    def row(self, draw: Callable[[QueueEntry, str], Markup], entry: QueueEntry, tenant_name: str) -> Markup:
        """The row as `draw` makes it, from memory if it was made within seconds."""
        moment = int(gateway().clock().timestamp()) // _SECONDS
        # The whole entry, not its id and revision: nobody is shown a row that was not given to them.
        key = (entry.SerializeToString(), tenant_name, current_language(), str(current_zone()), moment)
        with self._lock:
            if key in self._rows:
                return self._rows[key]
        drawn = draw(entry, tenant_name)
        with self._lock:
            self._rows[key] = drawn
            if len(self._rows) > _ROWS:
                self._rows.popitem(last=False)
        return drawn


def drawn_row(draw: Callable[[QueueEntry, str], Markup], entry: QueueEntry, tenant_name: str) -> Markup:
    """For templates; `draw` is the macro `row`."""
    rows: DrawnRows = current_app.extensions["drawn_rows"]
    return rows.row(draw, entry, tenant_name)
