"""What a mail says, as a person would read it: a pure function over bytes that never raises."""

from services.intake.domain.mail.model import (
    Address,
    Attachment,
    Bounce,
    FailedRecipient,
    Limits,
    NormalizedMail,
)
from services.intake.domain.mail.normalize import attached, normalize

__all__ = [
    "Address",
    "Attachment",
    "Bounce",
    "FailedRecipient",
    "Limits",
    "NormalizedMail",
    "attached",
    "normalize",
]
