"""A process that saves and relays until it is killed; started by test_relay_survives_kills.py.

Every acknowledged save is written to a ledger file right after, which outlives the process.
"""

import os
import random
import sys
import threading
import time
from pathlib import Path

from google.protobuf.wrappers_pb2 import StringValue

from chassis.clock import now
from chassis.config import Settings
from chassis.errors import Unavailable
from chassis.ids import new_id
from chassis.mongo import connect
from chassis.outbox import AggregateStore, OutboundEvent, Relay, ledger
from chassis.outbox.publisher import Publisher
from chassis.tenancy import Caller, Role, TenantScope
from chassis.tokens import CallerSigner

SCOPE = TenantScope("prv_northstar", "ten_acme")
THREADS = 4


def work(store: AggregateStore, account: int, seed: int) -> None:
    """Opens aggregates and changes each a few times, with one to three events a save, for ever."""
    dice = random.Random(seed)
    caller = Caller("service:incidents", SCOPE.provider_id, None, frozenset({Role.SERVICE}))
    while True:
        aggregate_id = new_id("inc")
        for revision in range(dice.randint(2, 8)):
            message = StringValue(value="x" * 100)
            count = dice.randint(1, 3)
            events = [OutboundEvent("incident_noted", message, now(), caller) for _ in range(count)]
            try:
                if revision:
                    store.save(SCOPE, aggregate_id, revision, {"n": revision}, events)
                else:
                    store.create(SCOPE, aggregate_id, {"n": 0}, events)
            except Unavailable:
                break
            lines = [f"{aggregate_id} {(revision + 1) * 1000 + place}\n" for place in range(count)]
            os.write(account, "".join(lines).encode())


def _linger_before_striking(dice: random.Random, mark: Path) -> None:
    """Lengthens the moment between publishing and striking out, which is when a kill hurts; the mark is there meanwhile."""
    strike = ledger.strike

    def lingering(store: AggregateStore, aggregates: list[ledger.Waiting]) -> None:
        mark.touch()
        time.sleep(0.1 + dice.random() * 0.5)
        mark.unlink()
        strike(store, aggregates)

    ledger.strike = lingering


def main(key_dir: str, installation: str, ledger_path: str, seed: int, careless: bool) -> None:
    """Runs until killed. A careless relay refreshes what it expects of the stream, but skips nothing."""
    if careless:
        Publisher.skip = staticmethod(lambda aggregate, event_seq: None)
    _linger_before_striking(random.Random(seed), Path(f"{ledger_path}.{seed}"))
    settings = Settings(service="incidents", installation=installation)
    signer = CallerSigner.load(Path(key_dir), "incidents")
    store = AggregateStore(connect(settings)["incidents"], "incident", signer)
    Relay(settings, [store]).start()
    account = os.open(ledger_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    savers = [
        threading.Thread(target=work, args=(store, account, seed * THREADS + number))
        for number in range(THREADS)
    ]
    for saver in savers:
        saver.start()
    for saver in savers:
        saver.join()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5] == "careless")
