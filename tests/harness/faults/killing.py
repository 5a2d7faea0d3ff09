"""kill -9 at random: who and when follow from a seed, so a run that failed can be run again."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.harness.platform import SERVICES, Platform

EVERYBODY = (*SERVICES, "nats", "mongod", "mail_catcher")


@dataclass(frozen=True)
class Kill:
    """Who, and how many seconds after the beginning."""

    at: float
    name: str


def plan(seed: int, seconds: float, victims: Sequence[str] = EVERYBODY) -> list[Kill]:
    """Everybody once in a random order, then whoever the dice name, until the time is over."""
    dice = random.Random(seed)
    order = list(victims)
    dice.shuffle(order)
    kills, at = [], 1.0
    pause = seconds / (len(victims) + 3)
    while at < seconds - 0.5:
        name = order.pop() if order else dice.choice(victims)
        kills.append(Kill(round(at, 2), name))
        at += pause * dice.uniform(0.6, 1.3)
    return kills


@dataclass
class Killer:
    """Carries a plan out on a thread of its own. Who is not back yet when its turn comes is waited for."""

    platform: Platform
    kills: Sequence[Kill]
    done: list[str] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    def start(self) -> Killer:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def join(self, timeout: float = 60.0) -> None:
        self._thread.join(timeout)
        if self.errors:
            raise self.errors[0]
        assert not self._thread.is_alive(), "the killer hangs"

    def _run(self) -> None:
        begin = time.monotonic()
        try:
            for kill in self.kills:
                time.sleep(max(0.0, begin + kill.at - time.monotonic()))
                self.platform.kill(kill.name)
                self.done.append(kill.name)
        except Exception as error:
            self.errors.append(error)
