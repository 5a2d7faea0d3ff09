"""Which worker runs what: one of three begins with the short files, while the others run the long ones.

Long files keep browsers busy, short ones mostly wait for servers. All long ones at a time crowd two processors, and
leave them idle when only short ones are left.
"""

from typing import Any

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

from tests.harness.pace import known_files

_ENOUGH = 3
_BROWSERS = "tests/e2e/"


def first_short(files: list[str], long: frozenset[str]) -> str | None:
    """The first that is neither long nor drives a browser."""
    return next((name for name in files if name not in long and not name.startswith(_BROWSERS)), None)


class Lanes(LoadFileScheduling):
    """Files in their order, but the last of the workers takes the short ones as long as there are any."""

    def _assign_work_unit(self, node: WorkerController) -> None:
        if len(self.nodes) >= _ENOUGH and node is self.nodes[-1]:
            short = first_short(list(self.workqueue), known_files())
            if short:
                self.workqueue.move_to_end(short, last=False)
        super()._assign_work_unit(node)


class LanesPlugin:
    """Has `--dist loadfile` go by lanes. Only where xdist is at work: nothing else asks for a scheduler."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Producer) -> Any:
        return Lanes(config, log) if config.getvalue("dist") == "loadfile" else None
