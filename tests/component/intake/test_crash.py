"""Intake as a process of its own, killed under load: what was answered 250 is there."""

import os
import smtplib
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from chassis.tokens import make_keys
from tests.harness.fakes.incidents import FakeIncidents
from tests.harness.intake import NORTH, mail, peopled
from tests.harness.servers import accepts, free_port
from tests.harness.waiting import wait_until

ROOT = Path(__file__).parents[3]


class Senders:
    """Threads that send mail after mail, remember what was answered 250, and try again elsewhere."""

    def __init__(self, port: int, count: int = 4) -> None:
        self.port = port
        self.promised: set[str] = set()
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._send, args=(worker,)) for worker in range(count)]

    def _send(self, worker: int) -> None:
        number = 0
        while not self.stopping.is_set():
            number += 1
            subject = f"mail {worker}-{number}"
            try:
                with smtplib.SMTP("127.0.0.1", self.port, timeout=5) as connection:
                    raw = mail(subject).as_bytes()
                    connection.sendmail("jane@acme.example", ["support@acme.northstar.example"], raw)
                    self.promised.add(subject)
            except (smtplib.SMTPException, OSError):
                self.stopping.wait(0.05)


@pytest.mark.faults
@pytest.mark.slow
def test_killed_three_times_under_load_no_promised_mail_is_lost_and_none_is_doubled(
    mongod, nats, installation, tmp_path
):
    make_keys(tmp_path / "keys", ["intake"])
    smtp, rpc = free_port(), free_port()
    incidents = FakeIncidents(NORTH)
    with peopled() as directory, incidents.serving() as incidents_address:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("FAIRLEAD_")},
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "gen")]),
            "MONGODB_URI": mongod,
            "NATS_URL": nats,
            "FAIRLEAD_INSTALLATION": installation,
            "FAIRLEAD_KEY_DIR": str(tmp_path / "keys"),
            "FAIRLEAD_SMTP_PORT": str(smtp),
            "FAIRLEAD_LMTP_PORT": "-1",
            "FAIRLEAD_INTAKE_ADDRESS": f"127.0.0.1:{rpc}",
            "FAIRLEAD_DIRECTORY_ADDRESS": directory.address,
            "FAIRLEAD_INCIDENTS_ADDRESS": incidents_address,
        }
        senders = Senders(smtp)
        process = _start(environment, smtp, tmp_path)
        for thread in senders.threads:
            thread.start()
        try:
            for round_ in range(1, 4):
                wait_until(lambda wanted=round_ * 60: len(senders.promised) >= wanted, timeout=40)
                process.kill()
                process.wait()
                process = _start(environment, smtp, tmp_path)
        finally:
            senders.stopping.set()
            for thread in senders.threads:
                thread.join()
        try:
            # The lease of what was in hand at the moment of a kill has to run out first.
            wait_until(lambda: senders.promised <= _subjects(incidents), timeout=100, pause=0.5)
        finally:
            process.terminate()
            process.wait()
    taken = [one.subject for one in incidents.submissions.values()]
    assert len(taken) == len(set(taken))
    assert len(incidents.incidents) == len(taken)


def _subjects(incidents: FakeIncidents) -> set[str]:
    return {one.subject for one in list(incidents.submissions.values())}


def _start(environment: dict[str, str], port: int, folder: Path) -> subprocess.Popen:
    with (folder / "intake.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.intake.main"], env=environment, cwd=ROOT, stdout=log, stderr=log
        )
    wait_until(lambda: accepts(port), timeout=30)
    return process
