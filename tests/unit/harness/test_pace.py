"""In what order test files run, and what is said of the long ones."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.harness.pace import known, rank, remarks, sharing, woven

TESTS = Path(__file__).resolve().parents[2]
SECONDS = {"tests/a.py": 20.0, "tests/b.py": 90.0, "tests/e2e/c.py": 16.0}


@dataclass
class Item:
    nodeid: str
    fixturenames: list[str] = field(default_factory=list)


def test_files_of_the_shared_platform_go_first_then_the_longest_and_a_file_stays_as_it_is() -> None:
    asked = ["tests/a.py::z", "tests/a.py::y", "tests/n.py::x", "tests/b.py::w[1]", "tests/e2e/c.py::v"]
    items = sorted(map(Item, asked), key=rank(SECONDS, {"tests/e2e/c.py"}, {}))
    assert [item.nodeid for item in items] == [asked[4], asked[3], asked[0], asked[1], asked[2]]


def test_short_files_that_compute_stand_among_those_that_wait() -> None:
    waiting = [f"tests/store/{letter}.py" for letter in "abcd"]
    computing = [f"tests/unit/{letter}.py" for letter in "ef"]
    places = woven([*waiting, *computing, waiting[0]])
    a, b, c, d = waiting
    e, f = computing
    assert sorted(places, key=lambda name: places[name]) == [a, e, b, c, f, d]


def test_whoever_asks_for_the_shared_platform_shares_it_and_a_platform_elsewhere_is_another() -> None:
    asks = ["browser", "platform"]
    items = [
        Item("tests/e2e/c.py::v"), Item("tests/e2e/c.py::u", asks), Item("tests/e2e/d.py::t"), Item("tests/a.py::s", asks),
    ]  # fmt: skip
    assert sharing(items) == {"tests/e2e/c.py"}


def test_a_file_that_is_long_and_not_known_and_one_that_takes_twice_as_long_are_named() -> None:
    took = {"tests/a.py": 61.0, "tests/b.py": 95.0, "tests/new.py": 30.0, "tests/short.py": 3.0}
    assert [line.split() for line in remarks(took, SECONDS)] == [
        ["95", "s", "tests/b.py"],
        ["61", "s", "tests/a.py", "was", "20"],
        ["30", "s", "tests/new.py", "new", "among", "the", "long", "ones"],
    ]


def test_the_table_names_files_that_are_there_the_longest_first() -> None:
    table = known((TESTS / "long_files.txt").read_text())
    assert [name for name in table if not (TESTS.parent / name).is_file()] == []
    assert list(table.values()) == sorted(table.values(), reverse=True)
