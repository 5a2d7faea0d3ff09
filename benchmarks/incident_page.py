"""One incident among ten thousand, as REST and as a console page with its conversation and clocks."""

from collections.abc import Iterator
from typing import Any

from benchmarks.context import Context
from benchmarks.library import fill, incident_numbers, programs_of_staff, sign_in
from benchmarks.reading import read

BEST, BEST_P95 = 40.0, 278.0
_SPREAD = 500


def run(context: Context) -> Iterator[dict[str, Any]]:
    """REST first, then HTML."""
    fill(context)
    incidents = incident_numbers(context, _SPREAD)
    programs, sessions = programs_of_staff(context), [sign_in(context, place) for place in range(4)]
    requests = [
        (f"/api/v1/incidents/{one['incident_id']}", programs[place % len(programs)])
        for place, one in enumerate(incidents)
    ]
    yield from read(context, "incident_page_rest", requests, '"number"', BEST, BEST_P95)
    pages = [
        (f"/console/incidents/{one['number']}", sessions[place % len(sessions)])
        for place, one in enumerate(incidents)
    ]
    yield from read(context, "incident_page_html", pages, "</html>", BEST, BEST_P95)
