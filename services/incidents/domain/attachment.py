"""Files that belong to messages: what is known of them, how many there may be, and who may read which."""

from dataclasses import dataclass
from enum import StrEnum

from chassis.errors import InvalidArgument

# One file; the largest mail that intake takes is no larger.
MAX_BYTES = 25 * 1024 * 1024
MAX_PER_MESSAGE = 20
# An incident remembers which attachments are its own, and a document has a bound.
MAX_PER_INCIDENT = 500
MAX_SOURCE_KEY = 200


class Scan(StrEnum):
    """What the virus scanner said of a file; unscanned: there was none when it came."""

    UNSCANNED = ""
    CLEAN = "clean"
    WAITING = "waiting"
    INFECTED = "infected"


@dataclass(frozen=True, slots=True)
class Attachment:
    """What is told of a file. content_type was found in its bytes; size in bytes; sha256 hexadecimal.

    finding: the name of what was found in an infected one.
    """

    attachment_id: str
    name: str
    content_type: str
    size: int
    sha256: str
    scan: Scan = Scan.UNSCANNED
    finding: str = ""


@dataclass(frozen=True, slots=True)
class AttachmentRef:
    """An incident's word that an attachment is its own. internal: it came with a note, so it is for staff alone."""

    attachment_id: str
    internal: bool = False


def check_count(count: int) -> None:
    """Raises InvalidArgument("too_many_attachments") for more than one message may carry."""
    if count > MAX_PER_MESSAGE:
        message = f"A message carries {MAX_PER_MESSAGE} files at most."
        raise InvalidArgument("too_many_attachments", message, field="attachment_ids", limit=MAX_PER_MESSAGE)


def joined_refs(
    refs: tuple[AttachmentRef, ...], attachments: tuple[Attachment, ...], internal: bool
) -> tuple[AttachmentRef, ...]:
    """An incident's attachments with those of one more message.

    Raises InvalidArgument: attachment_used (each serves one message), too_many_attachments.
    """
    check_count(len(attachments))
    known = {ref.attachment_id for ref in refs}
    for attachment in attachments:
        if attachment.attachment_id in known:
            message = "This file belongs to another message already. Upload it again."
            raise InvalidArgument("attachment_used", message, field="attachment_ids")
        known.add(attachment.attachment_id)
    if len(known) > MAX_PER_INCIDENT:
        message = f"An incident has {MAX_PER_INCIDENT} files at most."
        raise InvalidArgument("too_many_attachments", message, field="attachment_ids", limit=MAX_PER_INCIDENT)
    return (*refs, *(AttachmentRef(attachment.attachment_id, internal) for attachment in attachments))


def that_fit(refs: tuple[AttachmentRef, ...], attachments: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Of what came by itself, as mail does, as much as there is room for: it must not keep the words out."""
    known = {ref.attachment_id for ref in refs}
    new = tuple(each for each in attachments if each.attachment_id not in known)
    return new[: max(min(MAX_PER_INCIDENT - len(known), MAX_PER_MESSAGE), 0)]
