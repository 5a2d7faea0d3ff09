"""Numbers such as ACME-1042: what people say on the phone. Per tenant, from 1, without gaps once quiet."""

import re

_SHAPE = re.compile(r"[A-Z0-9]{1,16}-[1-9][0-9]{0,11}")


def format_number(prefix: str, position: int) -> str:
    """The number at a position (from 1) of a tenant with this prefix."""
    return f"{prefix}-{position}"


def is_number(text: str) -> bool:
    """Whether a text has the shape of a number, in any case of letters."""
    return bool(_SHAPE.fullmatch(text.upper()))
