"""How much automatic mail systems that answer each other may have of us. Pure.

RFC 3834 asks responders to mark their mail and to answer once; some do neither, and two of those write to each other
for ever. What a mail brought is told so many times an hour, and no more.
"""

from datetime import timedelta

WINDOW = timedelta(hours=1)
# Acknowledgements to one address, whatever incidents its mail opens. A busy mailbox may well write so often.
MOST_ACKNOWLEDGEMENTS = 1000
# The same, for mail whose subject quotes one of ours: answers that name no thread, as bad responders write them.
MOST_TO_ANSWERS = 20
# Mails to one recipient about what was said on one incident.
MOST_WORDS = 100

ACKNOWLEDGEMENT = "incident_opened"
WORDS = frozenset({"replied", "answered"})


def most_acknowledgements(title: str, number: str) -> int:
    """How many an hour an address is sent that wrote a mail of this subject. number: of the incident it opened."""
    prefix = number.rpartition("-")[0]
    return MOST_TO_ANSWERS if f"[{prefix}-" in title else MOST_ACKNOWLEDGEMENTS
