"""Places in a macro's text that are filled for each incident: "Hello {requester}, we look at {number}."."""

import re
from collections.abc import Mapping

from chassis.errors import InvalidArgument

PLACEHOLDERS = ("number", "title", "requester", "client", "technician")
_PLACE = re.compile(r"\{([^{}\n]{0,40})\}")


def check_placeholders(text: str, field: str) -> None:
    """Raises InvalidArgument("placeholder_unknown") for a name in braces that nothing fills."""
    for name in _PLACE.findall(text):
        if name not in PLACEHOLDERS:
            raise InvalidArgument(
                "placeholder_unknown",
                f"Nothing fills {{{name}}}. There are {', '.join(PLACEHOLDERS)}.",
                field=field,
                placeholder=name,
            )


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with every known place filled, in one pass: what is filled in is never filled again."""
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), text)
