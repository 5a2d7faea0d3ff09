"""Which worker runs what."""

from collections import OrderedDict
from typing import Any

from tests.harness.lanes import Lanes, first_short

LONG = frozenset({"tests/e2e/a.py", "tests/matrix/b.py"})


def test_the_short_lane_takes_what_is_neither_long_nor_drives_a_browser() -> None:
    files = ["tests/e2e/a.py", "tests/matrix/b.py", "tests/e2e/c.py", "tests/unit/d.py", "tests/unit/e.py"]
    assert first_short(files, LONG) == "tests/unit/d.py"
    assert first_short(files[:3], LONG) is None


def test_the_last_of_three_begins_with_the_short_ones_and_helps_with_the_long_ones_then(
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr("tests.harness.lanes.known_files", lambda: LONG)
    lanes = Lanes.__new__(Lanes)
    files = ["tests/e2e/a.py", "tests/matrix/b.py", "tests/unit/d.py"]
    lanes.workqueue = OrderedDict((name, {f"{name}::t": False}) for name in files)
    taken: list[str] = []
    lanes.assigned_work = OrderedDict((Worker(), OrderedDict()) for _ in range(3))
    lanes.registered_collections = {node: [f"{name}::t" for name in files] for node in lanes.assigned_work}
    for place in (2, 0, 2):
        node = lanes.nodes[place]
        before = set(lanes.workqueue)
        lanes._assign_work_unit(node)
        taken += before - set(lanes.workqueue)
    assert taken == ["tests/unit/d.py", "tests/e2e/a.py", "tests/matrix/b.py"]


class Worker:
    """As far as it is handed work."""

    def send_runtest_some(self, places: list[int]) -> None:
        assert len(places) == 1
