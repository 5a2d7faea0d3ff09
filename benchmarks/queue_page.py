"""Fifty rows of the queue among ten thousand incidents of twenty clients, as REST and as a console page."""

from collections.abc import Iterator
from typing import Any

from benchmarks.context import Context
from benchmarks.library import fill, programs_of_staff, sign_in
from benchmarks.reading import read

# The best of four established help desks, measured on a machine like this.
BEST, BEST_P95 = 32.0, 349.0


def run(context: Context) -> Iterator[dict[str, Any]]:
    """REST first, then HTML."""
    fill(context)
    orders = ("", "&sort=due_time", "&sort=update_time")
    requests = [
        (f"/api/v1/queue?page_size=50{order}", headers)
        for headers in programs_of_staff(context)
        for order in orders
    ]
    yield from read(context, "queue_page_rest", requests, '"next_page_token"', BEST, BEST_P95)
    sessions = [sign_in(context, place) for place in range(4)]
    pages = [("/console", session) for session in sessions]
    yield from read(context, "queue_page_html", pages, "</html>", BEST, BEST_P95)
