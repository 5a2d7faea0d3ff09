"""From `fairlead up` to everything ready, on a data directory that has been worked in."""

from collections.abc import Iterator
from typing import Any

from benchmarks.context import Context
from benchmarks.figures import line

_TARGET_SECONDS = 6.0
_TIMES = 3


def run(context: Context) -> Iterator[dict[str, Any]]:
    """The middle one of three starts, each after a clean stop; the command's own start counts."""
    installation = context.installation
    taken = []
    for _ in range(_TIMES):
        installation.down()
        taken.append(installation.up())
    # Ports stay as they are remembered, so who keeps addresses may go on; tokens live on in the store.
    yield line(
        "cold_start",
        sorted(taken)[_TIMES // 2],
        "s",
        target=_TARGET_SECONDS,
        all=[round(one, 2) for one in taken],
    )
