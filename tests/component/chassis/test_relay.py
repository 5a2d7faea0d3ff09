"""The relay on real servers: what it publishes, when, and what it does when it is not alone or something is refused."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager

import nats as nats_client
from google.protobuf.wrappers_pb2 import StringValue

from chassis import headers, telemetry
from chassis.config import Settings
from chassis.outbox import AggregateStore, Relay
from chassis.streams import ensure_stream
from chassis.tenancy import TenantScope
from tests.harness.callers import PROVIDER, TENANT
from tests.harness.streams import Published, judge, read_stream
from tests.harness.waiting import wait_until

ACME = TenantScope(PROVIDER, TENANT)


@contextmanager
def relaying(settings: Settings, *stores: AggregateStore, poll_seconds: float = 0.1) -> Iterator[Relay]:
    relay = Relay(settings, stores, poll_seconds)
    relay.start()
    try:
        yield relay
    finally:
        relay.stop()


def published(settings: Settings, count: int) -> list[Published]:
    """The stream's messages, once there are so many."""

    def enough() -> list[Published] | None:
        found = read_stream(settings.nats_url, settings.stream_name)
        return found if len(found) >= count else None

    return wait_until(enough, what=f"{count} published events")


def is_empty(store: AggregateStore) -> bool:
    return not store.collection.count_documents({"pending_events.0": {"$exists": True}})


def test_a_published_event_says_what_happened_to_what_when_and_by_whom(settings, store, noted, identities):
    with telemetry.span("open"):
        trace = telemetry.traceparent()
        store.create(ACME, "inc_1", {}, [noted("hello")])
    (kept,) = store.history(ACME, "inc_1")
    with relaying(settings, store):
        (message,) = published(settings, 1)

    assert message.subject == f"{settings.installation}.incidents.v1.{TENANT}.inc_1.incident_noted"
    assert StringValue.FromString(message.payload).value == "hello"
    fields = message.headers
    assert fields[headers.MESSAGE_ID] == kept.id == "inc_1:1000"
    assert fields[headers.TYPE] == "google.protobuf.StringValue"
    assert (fields[headers.FACT], fields[headers.SOURCE]) == ("incident_noted", "incidents")
    assert (fields[headers.SEQUENCE], fields[headers.REVISION]) == ("1000", "1")
    assert fields[headers.PROVIDER] == PROVIDER
    assert fields[headers.TRACEPARENT] == trace
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", fields[headers.TIME])
    assert identities.verifier.verify(fields[headers.CALLER], kept.time) == kept.caller


def test_an_event_leaves_the_aggregate_for_the_history(settings, store, noted):
    store.create(ACME, "inc_1", {}, [noted("a"), noted("b")])
    before = store.history(ACME, "inc_1")
    with relaying(settings, store):
        wait_until(lambda: is_empty(store))

    assert store.collection.find_one({"_id": "inc_1"})["pending_events"] == []
    assert store.history(ACME, "inc_1") == before
    assert "published" not in store.load(ACME, "inc_1")


def test_a_save_wakes_the_relay_before_its_next_poll(settings, store, noted):
    with relaying(settings, store, poll_seconds=3600) as relay:
        wait_until(lambda: relay.connected)
        store.create(ACME, "inc_1", {}, [noted("a")])
        published(settings, 1)
        store.save_many([(ACME, "inc_1", 1, {}, [noted("b")])])
        published(settings, 2)


def test_one_relay_serves_several_stores(settings, store, database, noted):
    problems = AggregateStore(database["problems"], "problem", store.signer)
    with relaying(settings, store, problems):
        store.create(ACME, "inc_1", {}, [noted("a")])
        problems.create(ACME, "prb_1", {}, [noted("b")])
        messages = published(settings, 2)

    assert {message.aggregate_id for message in messages} == {"inc_1", "prb_1"}


def test_many_events_of_one_aggregate_stay_in_order_across_batches(settings, store, noted):
    store.create(ACME, "inc_long", {}, [noted(str(n)) for n in range(330)])
    store.create_many([(ACME, f"inc_{n}", {}, [noted("x")] * 7) for n in range(40)])
    acknowledged = [("inc_long", 1000 + n) for n in range(330)]
    acknowledged += [(f"inc_{n}", 1000 + i) for n in range(40) for i in range(7)]
    with relaying(settings, store):
        wait_until(lambda: is_empty(store))

    messages = published(settings, len(acknowledged))
    assert len(messages) == len(acknowledged)
    assert not judge(messages, acknowledged)
    assert len(store.history(ACME, "inc_long", limit=1000)) == 330


def test_several_relays_at_once_publish_each_event_once(settings, store, noted):
    with relaying(settings, store), relaying(settings, store), relaying(settings, store):
        for round_ in range(10):
            store.create_many([(ACME, f"inc_{round_}_{n}", {}, [noted("x")] * 3) for n in range(60)])
            changes = [(ACME, f"inc_{round_}_{n}", 1, {}, [noted("y")] * 2) for n in range(60)]
            assert all(result.ok for result in store.save_many(changes))
        wait_until(lambda: is_empty(store), 20)

    messages = read_stream(settings.nats_url, settings.stream_name)
    assert len(messages) == 10 * 60 * 5
    assert not judge(messages, ())


def test_what_was_published_before_a_crash_is_skipped_and_struck_out(settings, store, noted, database):
    store.create(ACME, "inc_1", {}, [noted("a"), noted("b")])
    as_before = database["incidents"].find_one({"_id": "inc_1"})
    with relaying(settings, store):
        wait_until(lambda: is_empty(store))
    # As if the process had died after publishing, before it struck out; then someone saved again.
    database["incidents"].replace_one({"_id": "inc_1"}, as_before)
    store.save(ACME, "inc_1", 1, {}, [noted("c")])
    with relaying(settings, store):
        wait_until(lambda: is_empty(store))

    messages = read_stream(settings.nats_url, settings.stream_name)
    assert [message.seq for message in messages] == [1000, 1001, 2000]


def test_an_event_that_is_refused_does_not_hold_up_other_aggregates(settings, store, noted, database):
    store.create_many([(ACME, f"inc_{n}", {}, [noted("x")]) for n in range(5)])
    # Larger than the server takes; the store would not let it in.
    oversized = {"$set": {"pending_events.0.payload": b"x" * 2_000_000}}
    database["incidents"].update_one({"_id": "inc_2"}, oversized)
    store.save(ACME, "inc_2", 1, {}, [noted("after it")])
    with relaying(settings, store):
        messages = published(settings, 4)

    assert {message.aggregate_id for message in messages} == {"inc_0", "inc_1", "inc_3", "inc_4"}
    pending = database["incidents"].find_one({"_id": "inc_2"})["pending_events"]
    assert [event["seq"] for event in pending] == [1000, 2000]


def test_an_id_used_in_two_collections_is_refused_rather_than_taken_for_published(
    settings, store, database, noted
):
    shadows = AggregateStore(database["shadows"], "shadow", store.signer)
    with relaying(settings, store, shadows):
        store.create_many([(ACME, "inc_1", {}, [noted("a")]), (ACME, "inc_2", {}, [noted("b")])])
        wait_until(lambda: is_empty(store))
        shadows.create_many([(ACME, "inc_1", {}, [noted("lost?")]), (ACME, "shd_2", {}, [noted("c")])])
        messages = published(settings, 3)

    assert {message.aggregate_id for message in messages} == {"inc_1", "inc_2", "shd_2"}
    assert len(database["shadows"].find_one({"_id": "inc_1"})["pending_events"]) == 1


def test_a_stream_that_vanished_is_made_again(settings, store, noted):
    with relaying(settings, store):
        store.create(ACME, "inc_1", {}, [noted("a")])
        wait_until(lambda: is_empty(store))
        with_client(settings, lambda client: client.jetstream().delete_stream(settings.stream_name))
        store.save(ACME, "inc_1", 1, {}, [noted("b")])
        wait_until(lambda: is_empty(store))

    assert [message.seq for message in published(settings, 1)] == [2000]


def test_a_relay_stops_while_it_still_waits_for_its_first_connection(store):
    nowhere = Settings(service="incidents", nats_url="nats://127.0.0.1:1")
    relay = Relay(nowhere, [store])
    relay.start()

    relay.stop()

    assert not relay.connected
    relay.stop()


def test_an_existing_stream_keeps_what_an_operator_tuned_but_gets_what_the_relay_needs(settings):
    name, subject = settings.stream_name, f"{settings.subject_root}.>"

    async def tuned(client: nats_client.NATS) -> dict:
        await client.jetstream().add_stream(
            name=name, subjects=["elsewhere"], max_msgs=5000, allow_direct=False
        )
        for _ in range(2):
            assert await ensure_stream(client, settings.installation, "incidents") == name
        return (await client.jetstream().stream_info(name)).config

    config = with_client(settings, tuned)

    assert (config.subjects, config.allow_direct, config.max_msgs) == ([subject], True, 5000)


def with_client(settings: Settings, use):
    async def run():
        client = await nats_client.connect(settings.nats_url)
        try:
            return await use(client)
        finally:
            await client.close()

    return asyncio.run(run())
