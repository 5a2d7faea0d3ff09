"""A slice of what `make fuzz` reads for as long as one likes."""

import pytest

from tests.fuzz.mails import SHAPES, mail
from tests.fuzz.reading import read

# Some hundred of every run's; which ones is settled, so that a failure can be tried again (`python -m tests.fuzz --number N`).
FIRST = 3_000_000
# Mails that once hurt: HTML of nothing but broken character references, a Message-ID of a million letters.
ONCE_HURT = (1_001_200, 2_000_172)


@pytest.mark.parametrize("number", [*range(FIRST, FIRST + 100), *ONCE_HURT])
def test_hostile_mail_is_read(number: int):
    read(mail(number))


def test_the_shapes_that_hurt_readers_are_among_them():
    assert len(SHAPES) >= 10


def test_a_long_domain_in_a_bounce_takes_no_time():
    """Cut into labels in every possible way, this one line took half a minute."""
    line = b"       kijitora@example.8692-498e8a19f323-1417217587540@3capp-mailcom-lxa02>"
    read(
        b"From: MAILER-DAEMON@x.example\r\nSubject: Undelivered mail\r\nReturn-Path: <>\r\n\r\n"
        + line
        + b"\r\n"
    )
