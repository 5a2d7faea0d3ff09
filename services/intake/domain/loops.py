"""Mail of our own that comes back: sent round by a forwarding, or to where its reports go."""

import re

from services.intake.domain.arrival import Arrival
from services.intake.domain.mail import NormalizedMail

# How our mails' ids begin, and the tag of their return paths. Whoever made them tells whether they are genuine.
_OUR_MESSAGE_ID = re.compile(r"dlv_[0-9a-f]{26}")
_RETURN_PATH = re.compile(r"b-[a-z2-7]{37}")
# The address by which a page is answered.
_ANSWER_TAG = re.compile(r"p-[a-z2-7]{37}")


def is_our_own(arrival: Arrival, mail: NormalizedMail, mark: str) -> bool:
    """Whether this is a mail that we sent. mark: what ours are marked with, "" for nothing.

    Servers on the way may remove a field they do not know; the Message-ID stays, in the domain of our own mailbox.
    """
    if mark and mail.loop_header.strip() == mark:
        return True
    name, _, domain = mail.message_id.rpartition("@")
    return bool(_OUR_MESSAGE_ID.fullmatch(name)) and domain.lower() in {
        one.rpartition("@")[2].lower() for one in arrival.recipients
    }


def return_path(arrival: Arrival) -> str:
    """The tag of the return path that a mail came to; "" when it came to none."""
    return _tag(arrival, _RETURN_PATH)


def answer_tag(arrival: Arrival) -> str:
    """The tag of the address by which somebody who was called answers; "" when a mail came to none."""
    return _tag(arrival, _ANSWER_TAG)


def _tag(arrival: Arrival, shape: re.Pattern[str]) -> str:
    tags = (address.rpartition("@")[0].partition("+")[2].lower() for address in arrival.recipients)
    return next((tag for tag in tags if shape.fullmatch(tag)), "")
