"""Bugs for the fault test to find. Python runs this file at its start when the folder is on PYTHONPATH; what
FAIRLEAD_TEST_PLANTED names is broken as soon as its module is imported. No file of the product knows of it.
"""

import importlib.abc
import importlib.machinery
import os
import sys
import threading
from pathlib import Path


def acknowledge_before_write(module):
    """Mail is answered 250 and written a moment later, as somebody would do who wants a faster benchmark."""
    from concurrent.futures import Future

    keep = module.Receiving.receive_mail

    def receive_mail(self, *arguments, **more):
        threading.Timer(2.0, keep, (self, *arguments), more).start()
        acknowledged = Future()
        acknowledged.set_result(None)
        return acknowledged

    module.Receiving.receive_mail = receive_mail


def no_deduplication_of_mail(module):
    """What a sender's server hands over again is filed again."""
    module.Filing._without_repeats = lambda self, read: read


def no_deduplication_of_commands(module):
    """A reply that is repeated with its idempotency key is said again."""
    module._fingerprint = lambda caller, target, command: ""


def relay_that_skips(module):
    """A relay that was restarted begins with what is new, and passes over what waited."""
    publish = module.Publisher.publish

    async def publish_or_skip(self, aggregates):
        started = Path(os.environ["FAIRLEAD_DATA_DIR"]) / f"started-{self._service}"
        mine = f"{os.getpid()}"
        first, started_by = not started.exists(), started.read_text() if started.exists() else mine
        started.write_text(mine)
        if first or started_by == mine:
            await publish(self, aggregates)
            return
        for aggregate in aggregates:
            if aggregate.unpublished:
                aggregate.published(len(aggregate.unpublished), aggregate.stream_seq)

    module.Publisher.publish = publish_or_skip


PLANTED = {
    "acknowledge_before_write": {"services.intake.use_cases.receiving": acknowledge_before_write},
    "no_deduplication": {
        "services.intake.use_cases.filing": no_deduplication_of_mail,
        "services.incidents.use_cases.commands": no_deduplication_of_commands,
    },
    "relay_that_skips": {"chassis.outbox.publisher": relay_that_skips},
}


class Planter(importlib.abc.MetaPathFinder):
    """Lets the usual finders find a module, then breaks it once it is loaded."""

    def __init__(self, bugs):
        self._bugs = bugs

    def find_spec(self, name, path, target=None):
        if name not in self._bugs:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        load = spec.loader.exec_module

        def load_and_break(module):
            load(module)
            self._bugs[name](module)

        spec.loader.exec_module = load_and_break
        return spec


if bugs := PLANTED.get(os.environ.get("FAIRLEAD_TEST_PLANTED", "")):
    sys.meta_path.insert(0, Planter(bugs))
