"""python -m tests.fuzz [--seconds N] [--seed S]: reads hostile mail for so long, and keeps what hurt.

Exit status: 0 when nothing did. Each failure is a file in test-results/fuzz/, named after its number:
`fairlead intake parse FILE` shows it, `python -m tests.fuzz --number N` tries that one again.
"""

import argparse
import json
import resource
import sys
import time
import traceback
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.mails import mail
from tests.fuzz.reading import limit_memory, read
from tests.fuzz.strategies import hostile

FOLDER = Path("test-results") / "fuzz"
_TOLD_SECONDS = 5.0
_ROUND = 100
# As many are drawn by Hypothesis, which also makes a failing one small.
_DRAWN = 25


class Run:
    """Counts what was read, and keeps what hurt."""

    def __init__(self) -> None:
        self.spent: list[float] = []
        self.failures = 0
        self.slowest = (0.0, "")

    def try_number(self, number: int) -> None:
        """The mail of this number."""
        self._try(mail(number), str(number))

    def draw(self, number: int) -> None:
        """A batch by Hypothesis; of those that fail the smallest is kept."""
        smallest: list[bytes] = []

        @seed(number)
        @settings(
            max_examples=_DRAWN,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
        )
        @given(hostile())
        def drawn(raw: bytes) -> None:
            smallest[:] = [raw]
            self.spent.append(read(raw))

        try:
            drawn()
        except Exception as error:
            self._keep(smallest[0], f"drawn-{number}", error)

    def _try(self, raw: bytes, name: str) -> None:
        try:
            spent = read(raw)
        except Exception as error:
            self._keep(raw, name, error)
            return
        self.spent.append(spent)
        self.slowest = max(self.slowest, (spent, name))

    def _keep(self, raw: bytes, name: str, error: Exception) -> None:
        self.failures += 1
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{name}.eml").write_bytes(raw)
        print(f"failed: {name}: {FOLDER / name}.eml", file=sys.stderr)
        traceback.print_exception(error, limit=-4, file=sys.stderr)

    def figures(self) -> dict[str, object]:
        """What was measured."""
        ordered = sorted(self.spent) or [0.0]
        return {
            "mails": len(self.spent) + self.failures,
            "failures": self.failures,
            "cpu_p50_ms": round(1000 * ordered[len(ordered) // 2], 2),
            "cpu_p99_ms": round(1000 * ordered[len(ordered) * 99 // 100], 1),
            "cpu_max_ms": round(1000 * ordered[-1], 1),
            "slowest": self.slowest[1],
            "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }


def main() -> int:
    """Runs until the time is over, or so many were read."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--count", type=int, default=0, help="end after about so many, whatever the time")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000_000)
    parser.add_argument("--number", type=int, help="only the mail of this number")
    options = parser.parse_args()
    limit_memory()
    run = Run()
    if options.number is not None:
        run.try_number(options.number)
        print(json.dumps(run.figures()))
        return 1 if run.failures else 0
    print(f"seed {options.seed}", file=sys.stderr)
    began = told = time.monotonic()
    number = options.seed * 1_000_000
    while time.monotonic() - began < options.seconds and not 0 < options.count <= len(run.spent):
        for _ in range(_ROUND - _DRAWN):
            run.try_number(number)
            number += 1
        run.draw(number)
        if time.monotonic() - told > _TOLD_SECONDS:
            told = time.monotonic()
            print(f"{told - began:5.0f} s  {json.dumps(run.figures())}", file=sys.stderr)
    print(json.dumps({"seed": options.seed, **run.figures()}))
    return 1 if run.failures else 0


if __name__ == "__main__":
    sys.exit(main())
