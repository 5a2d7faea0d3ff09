"""What goes out and what comes in is what nats-py makes of it, only quicker."""

import asyncio
from typing import Any

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.nats_client import QuickClient, delivered


@pytest.mark.parametrize(
    "raw",
    [
        b"Nats-Msg-Id: inc_1:1000\r\nFl-Time: 2026-11-30T17:00:00.000Z\r\ntraceparent: 00-ab-cd-00\r\n\r\n",
        b"Name:value\r\nOther:\tvalue \r\nEmpty:\r\n\r\n",
        b"Two Words: refused\r\nno colon\r\n: nameless\r\nTwice: 1\r\nTwice: 2\r\n",
        "Näme: refused\r\nName: é ü\r\n".encode(),
        b"Name: \xff broken\r\nIn\xff: refused\r\n",
        b"",
    ],
)
def test_headers_are_read_as_the_library_reads_them(raw: bytes) -> None:
    assert QuickClient._parse_header_lines(raw) == Client._parse_header_lines(raw)


def test_the_library_still_asks_there() -> None:
    assert "_parse_header_lines" in Client._process_headers.__code__.co_names


def sent(kind: type[Client], *arguments: Any) -> bytes:
    """What a client that is connected nowhere would send."""
    client = kind()
    asyncio.run(client._send_publish(*arguments))
    return b"".join(client._pending)


@pytest.mark.parametrize(
    "headers",
    [
        {"Nats-Msg-Id": "inc_1:1000", "Fl-Time": "2026-11-30T17:00:00.000Z", "traceparent": "00-ab-cd-00"},
        {"Name": "é ü", "Empty": ""},
        {"Name": " spaces ", "Other": "a\r\nInjected: yes", "Tab": "a\tb"},
        {" Name ": "value", "": "nameless"},
        {},
        None,
    ],
)
def test_a_message_goes_out_as_the_library_sends_it(headers: dict[str, str] | None) -> None:
    arguments = ("fl.x.v1.ten.inc.opened", "_INBOX.1", b"payload", 7, headers)
    assert sent(QuickClient, *arguments) == sent(Client, *arguments)


def test_many_acks_are_what_as_many_messages_would_send() -> None:
    replies = ["$JS.ACK.s.c.1.10.5.1700000000000000000.3", "$JS.ACK.s.c.2.11.6.1700000000000000000.0"]
    client = QuickClient()
    asyncio.run(client.acknowledge(replies))
    assert b"".join(client._pending) == b"".join(sent(Client, reply, "", b"", 0, None) for reply in replies)


@pytest.mark.parametrize(
    "reply",
    [
        "$JS.ACK.stream.consumer.1.10.5.1700000000000000000.3",
        "$JS.ACK.hub.account.stream.consumer.2.11.6.1700000000000000000.7",
        "$JS.ACK._.account.stream.consumer.2.11.6.1700000000000000000.7.token",
    ],
)
def test_where_a_message_comes_from_is_read_as_the_library_reads_it(reply: str) -> None:
    told, known = delivered(reply), Msg.Metadata._from_reply(reply)
    assert told == (known.stream, known.sequence.stream, known.num_delivered, known.num_pending)
