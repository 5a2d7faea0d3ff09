"""What is on the internet, and what stands beside us."""

import pytest

from services.intake.domain.reach import is_public


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808"])
def test_what_is_on_the_internet_may_be_asked(address: str):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::7f00:1", "64:ff9b::7f00:1",
        "64:ff9b:1::1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_what_stands_beside_us_may_not_whatever_it_is_called(address: str):
    assert not is_public(address)
