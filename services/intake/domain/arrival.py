"""An arrival: a mail as it came over SMTP or LMTP, before anybody has looked into it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

# A larger one is refused while its sender's server holds it. Where nobody can be told any more, it was fetched from a
# mailbox, it waits in quarantine: whole, or its first LARGEST_KEPT bytes.
LARGEST_MAIL = 25 * 1024 * 1024
LARGEST_KEPT = 2 * LARGEST_MAIL


@dataclass(frozen=True, slots=True)
class Arrival:
    """The envelope of a mail whose bytes are kept. Its id becomes the submission's id.

    envelope_sender: MAIL FROM, empty for the null sender. size: bytes kept. truncated: more came than we keep.
    peer: the address it was sent from, helo: the name that was greeted with; empty where nobody knows.
    attempts: how often filing it was begun.
    """

    arrival_id: str
    envelope_sender: str
    recipients: tuple[str, ...]
    receive_time: datetime
    size: int
    truncated: bool = False
    peer: str = ""
    helo: str = ""
    attempts: int = 0

    @property
    def too_large(self) -> bool:
        """Whether a person must decide what becomes of it."""
        return self.truncated or self.size > LARGEST_MAIL


def fingerprint(message_id: str, raw: bytes, recipients: Iterable[str]) -> str:
    """The same for the same message delivered again to the same recipients; "" without a Message-ID.

    A sender's server that missed our 250 sends the very same bytes again.
    """
    if not message_id:
        return ""
    digest = hashlib.sha256(raw)
    for part in (message_id, *sorted({address.lower() for address in recipients})):
        digest.update(b"\0" + part.encode("utf-8", "replace"))
    return digest.hexdigest()
