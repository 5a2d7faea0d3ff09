"""Fifty rows of the queue among ten thousand incidents of twenty clients, as REST and as a console page."""

from collections.abc import Iterator
from typing import Any

from benchmarks.context import Context
from benchmarks.library import fill, program_headers, sign_in
from benchmarks.reading import read

# The best of four established help desks, measured on a machine like this.
BEST, BEST_P95 = 32.0, 349.0


def run(context: Context) -> Iterator[dict[str, Any]]:
    """REST first, then HTML."""
    fill(context)
    addresses = [f"/api/v1/queue?page_size=50{more}" for more in ("", "&sort=due_time", "&sort=update_time")]
    headers = program_headers(context)
    yield from read(context, "queue_page_rest", addresses, headers, '"next_page_token"', BEST, BEST_P95)
    session = sign_in(context)
    yield from read(context, "queue_page_html", ["/console"], session, "</html>", BEST, BEST_P95)
