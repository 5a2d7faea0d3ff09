"""Processes that save and relay are killed at seeded moments; the stream must hold each event once, in order."""

import asyncio
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import nats as nats_client
import pytest
from nats.js.api import StreamConfig

from chassis.config import Settings
from chassis.mongo import connect
from chassis.outbox import AggregateStore, Relay
from chassis.streams import ensure_stream
from tests.harness.callers import Identities
from tests.harness.streams import Verdict, judge, read_stream
from tests.harness.waiting import wait_until

ROOT = Path(__file__).parents[3]
KILLS = 6


class Fleet:
    """Two replicas of one service, a ledger of what was acknowledged to them, and the stream's witness."""

    def __init__(self, settings: Settings, folder: Path, careless: bool) -> None:
        self.settings = settings
        self.ledger = folder / "ledger"
        self.ledger.touch()
        self.identities = Identities(folder / "keys", "incidents")
        self.careless = careless
        self.started = 0
        self.running: list[subprocess.Popen[bytes]] = []
        self.marks: list[Path] = []

    def start(self) -> None:
        """One more replica."""
        self.started += 1
        self.marks.append(Path(f"{self.ledger}.{self.started}"))
        arguments = [self.settings.installation, self.ledger, self.started]
        way = "careless" if self.careless else "careful"
        script = Path(__file__).with_name("saver.py")
        command = [sys.executable, script, self.identities.key_dir, *arguments, way]
        addresses = {"MONGODB_URI": self.settings.mongodb_uri, "NATS_URL": self.settings.nats_url}
        paths = {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "gen")])}
        self.running.append(
            subprocess.Popen(
                [str(part) for part in command],
                env={**os.environ, **addresses, **paths},
                stderr=subprocess.DEVNULL,
            )
        )

    def kill(self, which: int) -> None:
        """kill -9: no handler runs, nothing is flushed."""
        process = self.running.pop(which)
        self.marks.pop(which)
        assert process.poll() is None, "it ended by itself"
        process.kill()
        process.wait()

    def wait_until_it_hurts(self, which: int) -> None:
        """Until what it published is not struck out yet."""
        wait_until(
            self.marks[which].exists, 20, pause=0.005, what="a relay between publishing and striking out"
        )

    def acknowledged(self) -> list[tuple[str, int]]:
        """What was acknowledged, whole lines only: a kill may cut the last one short."""
        whole = self.ledger.read_text().rpartition("\n")[0].splitlines()
        return [(id, int(seq)) for id, seq in map(str.split, whole)]

    def drain(self) -> None:
        """A fresh relay in this process publishes what the killed ones left behind."""
        database = connect(self.settings)
        store = AggregateStore(database["incidents"], "incident", self.identities.signer("incidents"))
        pending = {"pending_events.0": {"$exists": True}}
        relay = Relay(self.settings, [store])
        relay.start()
        try:
            wait_until(lambda: not database["incidents"].count_documents(pending), 20, what="an empty outbox")
            archived = {document["_id"] for document in database["incidents_history"].find({}, ["_id"])}
            assert archived >= {f"{id}:{seq}" for id, seq in self.acknowledged()}
        finally:
            relay.stop()
            database.client.close()


def run_and_kill(settings: Settings, folder: Path, careless: bool = False) -> tuple[Verdict, int]:
    """Two replicas, several kills and restarts, a fresh relay; returns the verdict and how much was acknowledged."""
    asyncio.run(_forgetful_stream(settings))
    fleet = Fleet(settings, folder, careless)
    dice = random.Random(1042)
    try:
        fleet.start()
        fleet.start()
        for number in range(KILLS):
            before = len(fleet.acknowledged())
            wait_until(lambda before=before: len(fleet.acknowledged()) > before + 200, 20)
            time.sleep(dice.random() * 0.5)  # any moment will do: this is the seeded part
            victim = dice.randrange(2)
            if number % 2:
                fleet.wait_until_it_hurts(victim)
            fleet.kill(victim)
            fleet.start()
    finally:
        while fleet.running:
            fleet.kill(0)
    fleet.drain()
    acknowledged = fleet.acknowledged()
    return judge(read_stream(settings.nats_url, settings.stream_name), acknowledged), len(acknowledged)


async def _forgetful_stream(settings: Settings) -> None:
    # JetStream's own memory of message ids ends with its window; with a short one only the relay's rule is left.
    client = await nats_client.connect(settings.nats_url)
    name, subjects = settings.stream_name, [f"{settings.subject_root}.>"]
    await client.jetstream().add_stream(StreamConfig(name=name, subjects=subjects, duplicate_window=0.1))
    await ensure_stream(client, settings.installation, settings.service)
    await client.close()


@pytest.mark.faults
def test_what_was_acknowledged_is_published_once_and_in_order_whoever_is_killed(settings, tmp_path):
    verdict, acknowledged = run_and_kill(settings, tmp_path)

    assert not verdict, verdict
    assert acknowledged > KILLS * 100


@pytest.mark.faults
def test_the_witness_notices_a_relay_that_does_not_skip_what_is_published(settings, tmp_path):
    verdict, _ = run_and_kill(settings, tmp_path, careless=True)

    assert verdict.doubled
