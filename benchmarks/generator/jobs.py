"""The kinds of load."""

import itertools
import json
import mmap
import random
import re
import struct
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any

from benchmarks.desk import PEOPLE_PER_TENANT, TOPICS
from benchmarks.generator.loop import Loop, Talk
from benchmarks.generator.talks import HttpTalk, SmtpTalk

_INCIDENT = re.compile(rb'"incident_id":\s*"(\w+)"')
_COUNT = struct.Struct("!q")

Job = dict[str, Any]


def create(job: Job) -> dict[str, Any]:
    """POST /api/v1/incidents, each with an idempotency key. "clients": [{token, tenant_id, slug}], "run": its name.

    "limit" (0: none) ends it after so many. With "gate" (a file with a count of what is done) and "backlog" it waits
    while more than that many are begun and not done.
    """
    acknowledged: list[str] = []

    def note(status: str, body: bytes) -> None:
        if status == "201" and (found := _INCIDENT.search(body)):
            acknowledged.append(found[1].decode())

    result = _drive(job, _creations(job, note), _gate(job))
    return {**result, "acknowledged": acknowledged}


def _creations(job: Job, note: Callable[[str, bytes], None]) -> Iterator[Talk]:
    clients, run = job["clients"], job["run"]
    limit = int(job.get("limit", 0))
    numbers: Iterator[int] = iter(range(limit)) if limit else itertools.count()
    for number in numbers:
        client = clients[number % len(clients)]
        title, text = TOPICS[number // len(clients) % len(TOPICS)]
        person = number // len(clients) % PEOPLE_PER_TENANT
        body = json.dumps(
            {
                "title": f"{title} ({run}-{number})",
                "description": f"{text}\n" * 6,
                "requester": {
                    "email": f"person{person:02d}@{client['slug']}.example",
                    "name": f"Person {person}",
                },
            }
        ).encode()
        head = (
            f"POST /api/v1/incidents HTTP/1.1\r\nHost: localhost:{job['port']}\r\n"
            f"Authorization: Bearer {client['token']}\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {run}-{number}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        yield HttpTalk(head.encode() + body, note)


def note(job: Job) -> dict[str, Any]:
    """A note on each of "incident_ids" in turn, "paced" a second, by the program of "token"."""
    changes: list[tuple[str, int, str]] = []

    def said(status: str, body: bytes) -> None:
        if status == "201":
            answer = json.loads(body)
            changes.append((answer["incident_id"], answer["revision"], answer["update_time"]))

    def talks() -> Iterator[Talk]:
        for incident_id in itertools.cycle(job["incident_ids"]):
            body = b'{"text": "Looked at it again."}'
            head = (
                f"POST /api/v1/incidents/{incident_id}/notes HTTP/1.1\r\nHost: localhost:{job['port']}\r\n"
                f"Authorization: Bearer {job['token']}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            yield HttpTalk(head.encode() + body, said)

    return {**_drive(job, talks()), "changes": changes}


def get(job: Job) -> dict[str, Any]:
    """GET of "requests" (path and headers) in a random order. "needle": text that every good answer contains."""
    needle = job.get("needle", "").encode()
    sizes: list[int] = []
    lacking = 0

    def note(status: str, body: bytes) -> None:
        nonlocal lacking
        sizes.append(len(body))
        lacking += needle not in body

    chosen = random.Random(1)
    made = [_get_request(path, headers, job["port"]) for path, headers in job["requests"]]

    def talks() -> Iterator[Talk]:
        while True:
            yield HttpTalk(chosen.choice(made), note)

    result = _drive(job, talks())
    return {**result, "lacking": lacking, "bytes": sum(sizes) // max(len(sizes), 1)}


def _get_request(path: str, headers: dict[str, str], port: int) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n{lines}\r\n".encode()


def mail(job: Job) -> dict[str, Any]:
    """Mails over SMTP. "clients": [{slug}], "run": its name, which every subject carries."""
    acknowledged: list[str] = []
    times: dict[str, float] = {}

    def talks() -> Iterator[Talk]:
        for number in itertools.count():
            yield _mail(job, number, acknowledged, times)

    result = _drive(job, talks(), _gate(job))
    return {**result, "acknowledged": acknowledged, "accept_times": times}


def _mail(job: Job, number: int, acknowledged: list[str], times: dict[str, float]) -> SmtpTalk:
    clients, run = job["clients"], job["run"]
    slug = clients[number % len(clients)]["slug"]
    person = number // len(clients) % PEOPLE_PER_TENANT
    title, text = TOPICS[number // len(clients) % len(TOPICS)]
    mark = f"({run}-{number})"
    sender = f"person{person:02d}@{slug}.example"
    recipient = f"support@{slug}.northstar.example"
    lines = [
        f"From: Person {person} <{sender}>",
        f"To: {recipient}",
        f"Subject: {title} {mark}",
        f"Date: {formatdate()}",
        f"Message-ID: <{run}.{number}@{slug}.example>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "",
        *[text] * 6,
    ]

    def note(status: str) -> None:
        if status == "250":
            acknowledged.append(mark)
            times[mark] = time.time()

    return SmtpTalk(sender, recipient, "\r\n".join(lines).encode(), note)


def _drive(
    job: Job, talks: Iterator[Talk], may_go_on: Callable[[int], bool] = lambda begun: True
) -> dict[str, Any]:
    loop = Loop(
        int(job["port"]),
        int(job["connections"]),
        float(job["seconds"]),
        talks,
        may_go_on,
        float(job.get("paced", 0)),
    )
    loop.run()
    return {"seconds": loop.seconds, "milliseconds": loop.milliseconds, "statuses": dict(loop.statuses)}


def _gate(job: Job) -> Callable[[int], bool]:
    """Whether another may begin, by what the other process says is done."""
    if not job.get("gate"):
        return lambda begun: True
    with Path(job["gate"]).open("rb") as file:
        shared = mmap.mmap(file.fileno(), _COUNT.size, access=mmap.ACCESS_READ)
    backlog = int(job["backlog"])
    return lambda begun: begun - _COUNT.unpack_from(shared)[0] < backlog


KINDS: dict[str, Callable[[Job], dict[str, Any]]] = {"create": create, "get": get, "mail": mail, "note": note}
