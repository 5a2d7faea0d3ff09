"""Delivery reports: RFC 3464 where it is followed, and the words of mailers that never heard of it.

`verdict` says whether a mail is a report of failure at all, `report` reads the fields of RFC 3464, `prose` the words
around them, `reasons` what a diagnostic means, and `status` the enhanced status code (RFC 3463) that follows.
"""

from services.intake.domain.mail.bounce.reading import bounce_of

__all__ = ["bounce_of"]
