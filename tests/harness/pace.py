"""How long test files take: who begins first, and who has become slow without anybody noticing.

`tests/long_files.txt` names the files that take long, with their seconds. They begin first, the longest before the
others, so that in the end no worker is left alone with one of them; and a run names at its end every file that takes
long and does not stand there, or takes twice what stands there. Before all go the files that share a platform.

Of the short ones, those that compute (tests/unit, tests/property) are woven among those that wait for servers: all of
one kind at a time would leave the processors idle first, and crowded then.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

LONG = 15.0
_TABLE = Path(__file__).resolve().parents[1] / "long_files.txt"
# The fixture of a platform that goes on running as long as a file of this folder is left that asks for it.
_SHARED = ("tests/e2e/", "platform")
_COMPUTING = ("tests/unit/", "tests/property/")


def known(table: str) -> dict[str, float]:
    """File → its seconds, of lines such as `95 tests/matrix/test_probes.py`."""
    pairs = (line.split() for line in table.splitlines() if line.strip() and not line.startswith("#"))
    return {name: float(seconds) for seconds, name in pairs}


def known_files() -> frozenset[str]:
    """The long ones."""
    return frozenset(known(_TABLE.read_text()))


def file_of(nodeid: str) -> str:
    return nodeid.partition("::")[0]


def sharing(items: Iterable[Any]) -> set[str]:
    """The files with a test that asks for the shared platform."""
    folder, fixture = _SHARED
    names = {file_of(item.nodeid) for item in items if fixture in getattr(item, "fixturenames", ())}
    return {name for name in names if name.startswith(folder)}


def woven(names: Iterable[str]) -> dict[str, float]:
    """File → its place between 0 and 1, each kind spread evenly, in the order in which its files came."""
    kinds: dict[bool, list[str]] = {True: [], False: []}
    for name in dict.fromkeys(names):
        kinds[name.startswith(_COMPUTING)].append(name)
    return {name: (place + 0.5) / len(files) for files in kinds.values() for place, name in enumerate(files)}


def rank(
    seconds: dict[str, float], first: set[str], places: dict[str, float]
) -> Callable[[Any], tuple[bool, float, float]]:
    """Sorts tests without parting those of a file, nor changing their order in it."""

    def place(item: Any) -> tuple[bool, float, float]:
        name = file_of(item.nodeid)
        return name not in first, -seconds.get(name, 0.0), places.get(name, 0.0)

    return place


def remarks(took: dict[str, float], seconds: dict[str, float]) -> list[str]:
    """The long ones, longest first, each with what the table should say otherwise."""
    lines = []
    for name, here in sorted(took.items(), key=lambda pair: -pair[1]):
        before = seconds.get(name)
        if here < LONG:
            break
        news = "" if before else "  new among the long ones"
        if before and here > 2 * max(before, LONG):
            news = f"  was {before:.0f}"
        lines.append(f"{here:7.0f} s  {name}{news}")
    return lines


class Pace:
    """The plugin: orders what was collected, adds up what was reported."""

    def __init__(self) -> None:
        self._known = known(_TABLE.read_text())
        self._took: defaultdict[str, float] = defaultdict(float)

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        short = (name for item in items if (name := file_of(item.nodeid)) not in self._known)
        items.sort(key=rank(self._known, sharing(items), woven(short)))

    def pytest_runtest_logreport(self, report: Any) -> None:
        self._took[file_of(report.nodeid)] += report.duration

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        lines: Iterable[str] = remarks(self._took, self._known)
        if lines:
            terminalreporter.section(f"files of more than {LONG:.0f} s (tests/long_files.txt)")
            for line in lines:
                terminalreporter.write_line(line)
