"""One incident among ten thousand, as REST and as a console page with its conversation and clocks."""

from collections.abc import Iterator
from typing import Any

from benchmarks.context import Context
from benchmarks.library import fill, incident_numbers, program_headers, sign_in
from benchmarks.reading import read

BEST, BEST_P95 = 40.0, 278.0
_SPREAD = 500


def run(context: Context) -> Iterator[dict[str, Any]]:
    """REST first, then HTML."""
    fill(context)
    incidents = incident_numbers(context, _SPREAD)
    addresses = [f"/api/v1/incidents/{one['incident_id']}" for one in incidents]
    headers = program_headers(context)
    yield from read(context, "incident_page_rest", addresses, headers, '"number"', BEST, BEST_P95)
    pages = [f"/console/incidents/{one['number']}" for one in incidents]
    session = sign_in(context)
    yield from read(context, "incident_page_html", pages, session, "</html>", BEST, BEST_P95)
