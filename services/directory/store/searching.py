"""Finding by a part of a text."""

import re
from typing import Any


def containing(part: str, *fields: str) -> dict[str, Any]:
    """A filter for documents in one of whose fields the text stands, in any case; its marks mean only themselves."""
    pattern = {"$regex": re.escape(part.strip()), "$options": "i"}
    return {"$or": [{field: pattern} for field in fields]}
