"""What a mail says, as a person would read it: a pure function over bytes that never raises."""

from services.intake.domain.mail.model import (
    Address,
    Attachment,
    Bounce,
    FailedRecipient,
    Leaf,
    Limits,
    NormalizedMail,
)
from services.intake.domain.mail.normalize import attached, leaf_parts, normalize

__all__ = [
    "Address",
    "Attachment",
    "Bounce",
    "FailedRecipient",
    "Leaf",
    "Limits",
    "NormalizedMail",
    "attached",
    "leaf_parts",
    "normalize",
]
