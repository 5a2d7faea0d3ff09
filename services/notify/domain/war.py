"""How much automatic mail systems that answer each other may have of us. Pure.

RFC 3834 asks responders to mark their mail and to answer once; some do neither, and two of those write to each other
for ever. What a mail brought is told so many times an hour, and no more. Machines repeat themselves: what reads like
what was acknowledged before is acknowledged a few times, whatever its numbers are.
"""

import re
from collections.abc import Iterable
from datetime import timedelta

WINDOW = timedelta(hours=1)
# Acknowledgements to one address, whatever incidents its mail opens.
MOST_ACKNOWLEDGEMENTS = 100
# The same, for mail whose subjects differ by numbers alone.
MOST_ALIKE = 10
# The same, for mail whose subject quotes one of ours: answers that name no thread, as bad responders write them.
MOST_TO_ANSWERS = 5
# Mails to one recipient about what was said by mail on one incident.
MOST_WORDS = 20

ACKNOWLEDGEMENT = "incident_opened"
WORDS = frozenset({"replied", "answered"})

_QUOTED = re.compile(r"\[[A-Z][A-Z0-9]{1,9}-\d+\]")
_NUMBERS = re.compile(r"[\W\d_]+")


def acknowledges_too_often(title: str, number: str, former: Iterable[str]) -> bool:
    """Whether a mail of this subject is acknowledged no more. number: of the incident it opened.

    former: the subjects acknowledged to the same address within the hour.
    """
    titles = list(former)
    if len(titles) >= MOST_ACKNOWLEDGEMENTS:
        return True
    prefix = number.rpartition("-")[0]
    if f"[{prefix}-" in title and sum(f"[{prefix}-" in one for one in titles) >= MOST_TO_ANSWERS:
        return True
    gist = _gist(title)
    return sum(_gist(one) == gist for one in titles) >= MOST_ALIKE


def _gist(title: str) -> str:
    """A subject without our numbers, anybody's numbers, and what stands between words."""
    return _NUMBERS.sub(" ", _QUOTED.sub(" ", title)).strip().casefold()
