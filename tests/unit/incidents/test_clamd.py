"""ClamAV's protocol, on real sockets."""

from pathlib import Path

import pytest

from chassis.errors import Unavailable
from services.incidents.clients import ClamdScanner
from tests.harness.clamd import FINDING, VIRUS, clamd, closed_port


def test_what_is_clean_and_what_is_not():
    with clamd() as address:
        scanner = ClamdScanner(address, 10)
        assert scanner.scan([b"all", b"", b"is well"]) == ""
        # A virus may lie across two pieces.
        assert scanner.scan([b"x" + VIRUS[:4], VIRUS[4:]]) == FINDING
        assert scanner.scan([]) == ""


def test_over_a_unix_socket(tmp_path: Path):
    with clamd(path=str(tmp_path / "clamd.sock")) as address:
        assert ClamdScanner(address, 10).scan([VIRUS]) == FINDING


@pytest.mark.parametrize("address", ["127.0.0.1:{port}", "/nowhere/clamd.sock", "no address"])
def test_a_scanner_that_is_away_says_nothing_is_clean(address: str):
    with pytest.raises(Unavailable, match="scanner_unavailable"):
        ClamdScanner(address.format(port=closed_port()), 10).scan([b"x"])


def test_a_scanner_that_cannot_tell_says_nothing_is_clean():
    with clamd(longest=10) as address, pytest.raises(Unavailable, match="scanner_unavailable"):
        ClamdScanner(address, 10).scan([b"x" * 100_000] * 50)
