"""How much automatic mail systems that answer each other may have of us. Pure.

RFC 3834 asks responders to mark their mail and to answer once; some do neither, and two of those write to each other
for ever. What a mail brought is told so many times an hour, and no more.
"""

from datetime import timedelta

WINDOW = timedelta(hours=1)
# Acknowledgements to one address, whatever incidents its mail opens.
MOST_ACKNOWLEDGEMENTS = 50
# Mails to one recipient about what was said on one incident.
MOST_WORDS = 25

ACKNOWLEDGEMENT = "incident_opened"
WORDS = frozenset({"replied", "answered"})
