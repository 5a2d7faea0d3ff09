"""The floor: how many bare inserts of a kilobyte the same mongod makes durable in a second, at the same concurrency."""

import os
import threading
import time
from typing import Any

from pymongo import MongoClient
from pymongo.write_concern import WriteConcern

from benchmarks.figures import per_second
from benchmarks.installation import Installation

_DURABLE = WriteConcern("majority", j=True)
_BODY = "x" * 1000


def inserts_per_second(installation: Installation, threads: int, seconds: float = 5.0) -> float:
    """In a database of its own, which is dropped."""
    client: MongoClient[dict[str, Any]] = MongoClient(installation.mongodb_uri)
    name = f"floor_{os.getpid()}"
    with client:
        records = client[name].get_collection("records", write_concern=_DURABLE)
        records.insert_one({"body": _BODY})
        counts = [0] * threads
        end = time.perf_counter() + seconds

        def insert(place: int) -> None:
            while time.perf_counter() < end:
                records.insert_one({"body": _BODY})
                counts[place] += 1

        began = time.perf_counter()
        workers = [threading.Thread(target=insert, args=(place,)) for place in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        taken = time.perf_counter() - began
        client.drop_database(name)
    return per_second(sum(counts), taken)
