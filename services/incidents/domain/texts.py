"""Limits of what people and machines may write into an incident."""

from chassis.errors import InvalidArgument

MAX_TITLE = 300
MAX_TEXT = 100_000
# Every later event carries the resolution; an event has 512 KiB at most.
MAX_RESOLUTION = 10_000
MAX_REASON = 2_000
MAX_COMMENT = 2_000
MAX_NAME = 200
MAX_CATEGORY = 100


def required(field: str, text: str, limit: int) -> str:
    """The text without surrounding space. Raises InvalidArgument("value_missing" or "value_too_long")."""
    text = optional(field, text, limit)
    if not text:
        raise InvalidArgument("value_missing", f"{field} is needed.", field=field)
    return text


def optional(field: str, text: str, limit: int) -> str:
    """As `required`, but it may be empty."""
    text = text.strip()
    if len(text) > limit:
        message = f"{field} may have {limit} characters at most."
        raise InvalidArgument("value_too_long", message, field=field, limit=limit)
    return text


def shortened(text: str, limit: int) -> str:
    """A text that came by itself, as a mail does: cut with an ellipsis rather than refused. Intake has it whole."""
    text = text.strip()
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
