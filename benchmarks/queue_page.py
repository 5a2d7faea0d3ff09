"""Fifty rows of the queue among ten thousand incidents of a hundred clients, as REST and as a console page; then among ten
times as many, which must not take twice as long.
"""

from collections.abc import Iterator
from typing import Any

from benchmarks.api_create import warm_up
from benchmarks.context import Context
from benchmarks.desk import more_tenants
from benchmarks.figures import line
from benchmarks.library import programs_of_staff, sign_in
from benchmarks.reading import read
from benchmarks.rows import LongQueue
from benchmarks.stage import Progress

# The best of four established help desks, measured on a machine like this.
BEST, BEST_P95 = 32.0, 349.0
TENANTS = 100
_LONGER = 10
_ORDERS = ("", "&sort=due_time", "&sort=update_time")


def run(context: Context) -> Iterator[dict[str, Any]]:
    """REST first, then HTML; the short queue, then the long one."""
    with Progress(context.installation) as progress:
        warm_up(context, progress)
    programs, sessions = programs_of_staff(context), [sign_in(context, place) for place in range(4)]
    requests = {
        "rest": [
            (f"/api/v1/queue?page_size=50{order}", headers) for headers in programs for order in _ORDERS
        ],
        "html": [("/console", session) for session in sessions],
    }
    needles = {"rest": '"next_page_token"', "html": "</html>"}
    with LongQueue(context, more_tenants(context, TENANTS)) as queue:
        found: dict[str, dict[str, Any]] = {}
        for length in (context.incidents, _LONGER * context.incidents):
            queue.lengthen(length)
            of_many = "" if length == context.incidents else f"_of_{length}"
            for face, asked in requests.items():
                name = f"queue_page_{face}{of_many}"
                for each in read(context, name, asked, needles[face], BEST, BEST_P95):
                    found[each["name"]] = each
                    yield each
    for face in requests:
        yield _growth(found, f"queue_page_{face}", f"_of_{_LONGER * context.incidents}")


def _growth(found: dict[str, dict[str, Any]], name: str, of_many: str) -> dict[str, Any]:
    """How many times as long a page takes in a queue ten times as long."""
    before, after = found[f"{name}_p95"], found[f"{name}{of_many}_p95"]
    used, more = (found[f"{each}_server_cpu"]["value"] for each in (name, f"{name}{of_many}"))
    return line(
        f"{name}_growth",
        after["p50"] / before["p50"],
        "times",
        target=2.0,
        p95=round(after["value"] / before["value"], 2),
        server_cpu=round(more / used, 2),
    )
