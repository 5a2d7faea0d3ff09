"""Leases against a real MongoDB: one holder at a time, by the database's clock."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pymongo.database import Database

from chassis.config import Settings
from chassis.leases import Lease
from chassis.mongo import connect
from tests.harness.waiting import wait_until


@pytest.fixture
def database(mongod: str, installation: str) -> Iterator[Database]:
    database = connect(Settings(service="sla", installation=installation, mongodb_uri=mongod))
    yield database
    database.client.close()


def test_one_holds_a_lease_until_it_gives_it_back(database):
    first, second = (Lease(database, "due-times", holder, seconds=60) for holder in ("a", "b"))

    assert first.acquire()
    assert not second.acquire()
    assert first.renew()
    second.release()
    assert not second.acquire()
    first.release()
    assert second.acquire()


def test_a_lease_that_ran_out_goes_to_the_next(database):
    first, second = (Lease(database, "due-times", holder, seconds=0.3) for holder in ("a", "b"))
    assert first.acquire()

    wait_until(second.acquire)

    assert not first.acquire()


@pytest.mark.parametrize("holders_seconds", [60, 3600])
def test_a_lease_lasts_no_longer_than_it_was_taken_for_when_the_databases_clock_steps_back(
    database, holders_seconds
):
    first = Lease(database, "due-times", "a", holders_seconds)
    second = Lease(database, "due-times", "b", seconds=60)
    assert first.acquire()
    assert not second.acquire()

    # What a step back of an hour leaves: the end of the lease lies an hour further ahead.
    later = {"expire_time": {"$add": ["$expire_time", 3_600_000]}}
    database["leases"].update_one({"_id": "due-times"}, [{"$set": later}])

    assert second.acquire()
    assert not first.acquire()


def test_leases_of_different_names_do_not_touch(database):
    assert Lease(database, "due-times", "a", 60).acquire()
    assert Lease(database, "digests", "b", 60).acquire()


def test_of_many_who_ask_at_once_one_gets_it(database):
    leases = [Lease(database, "due-times", f"holder-{n}", 60) for n in range(32)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda lease: lease.acquire(), leases))

    assert answers.count(True) == 1
