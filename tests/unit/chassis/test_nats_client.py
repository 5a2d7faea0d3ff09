"""Headers are read as nats-py reads them, only quicker."""

import pytest
from nats.aio.client import Client

from chassis.nats_client import QuickClient


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
