"""Two hundred clocks due each second: how late the breach of each is told (see breaches.py for what that means).

Once spread evenly over each second, as goals of whole seconds from any moment give them; once all two hundred of a second
at the same instant, as a calendar's opening hour or an alert storm gives them.
"""

import os
from collections.abc import Iterator
from typing import Any

from benchmarks import floor
from benchmarks.breaches import measured
from benchmarks.context import Context
from benchmarks.figures import line
from benchmarks.planting import Garden
from benchmarks.sla_alone import SlaAlone

PER_SECOND = 200
AIM_MS = 1000


def run(context: Context) -> Iterator[dict[str, Any]]:
    """p99 from due to announced, spread and all at once; the floor is one bare durable insert."""
    bare = floor.inserts_per_second(context.installation, 1)
    seconds = round(context.seconds)
    with SlaAlone(context.installation) as sla:
        sla.start()
        garden = Garden(sla.database, sla.signer)
        for name, plan in (
            ("breach_lag", spread(PER_SECOND, seconds)),
            ("breach_lag_at_once", at_once(PER_SECOND, seconds)),
        ):
            context.progress(f"{name}: {len(plan)} clocks over {seconds} s")
            found, facts = measured(sla, garden, plan, "s" if name == "breach_lag" else "b")
            yield lag_line(name, found, bare) | facts


def lag_line(name: str, found: Any, bare: float) -> dict[str, Any]:
    """p99 in milliseconds with the other shares; bare: durable inserts a second, one after another."""
    floor_ms = 1000 / bare
    return line(name, found.p99, "ms p99", aim=AIM_MS, **found.shares()) | {
        "floor": round(floor_ms, 2), "ratio": round(found.p99 / floor_ms, 1), "load_average": round(os.getloadavg()[0], 1)
    }  # fmt: skip


def spread(per_second: int, seconds: int) -> list[float]:
    """Seconds from the beginning at which one is due, evenly."""
    return [place / per_second for place in range(per_second * seconds)]


def at_once(per_second: int, seconds: int) -> list[float]:
    """The same number, all of a second at its beginning."""
    return [float(second) for second in range(seconds) for _ in range(per_second)]
