"""How mail programs put it, language by language: all in lower case, compared with what stands before a colon or alone."""

from services.intake.domain.mail.reply.words.dividers import FORWARDED, ORIGINAL
from services.intake.domain.mail.reply.words.fields import FROM, OTHERS
from services.intake.domain.mail.reply.words.phrases import (
    ABOVE,
    DEVICE,
    DEVICE_END,
    FOOTER,
    ON,
    QUOTING,
    THIS_LINE,
    WROTE,
)

__all__ = [
    "ABOVE",
    "DEVICE",
    "DEVICE_END",
    "FOOTER",
    "FORWARDED",
    "FROM",
    "ON",
    "ORIGINAL",
    "OTHERS",
    "QUOTING",
    "THIS_LINE",
    "WROTE",
]
