"""Amazon SES tells bounces as JSON, also by mail when its topic has a mailbox among its subscribers."""

import json
import re
from typing import Any

from services.intake.domain.mail.bounce.report import Group, address_in
from services.intake.domain.mail.bounce.status import CODE

_BEGINS = re.compile(r'\{\s{0,20}"(notificationType|eventType)"\s{0,20}:')
_WRAPPED = re.compile(r"!\n[ \t]?")
_LENGTH = 200_000
_RECIPIENTS = 100


def groups_in(text: str) -> list[Group]:
    """A group for each recipient that the notification names; none when the text is no such notification."""
    begins = _BEGINS.search(text[:_LENGTH])
    if not begins:
        return []
    written = _WRAPPED.sub("", text[begins.start() : begins.start() + _LENGTH]).replace("\n", " ")
    try:
        told, _ = json.JSONDecoder(strict=False).raw_decode(written)
    except (ValueError, RecursionError):
        return []
    bounce, delivery = told.get("bounce"), told.get("delivery")
    if isinstance(bounce, dict):
        return [_group(one) for one in _listed(bounce, "bouncedRecipients") if isinstance(one, dict)]
    if isinstance(delivery, dict):
        named = (address_in(one) for one in _listed(delivery, "recipients") if isinstance(one, str))
        return [Group(one, "delivered", "", "") for one in named]
    return []


def _listed(values: dict[str, Any], name: str) -> list[Any]:
    found = values.get(name)
    return found[:_RECIPIENTS] if isinstance(found, list) else []


def _group(values: dict[str, Any]) -> Group:
    said = {name: value[:2_000] for name, value in values.items() if isinstance(value, str)}
    status = CODE.search(said.get("status", ""))
    diagnostic = said.get("diagnosticCode", "")
    return Group(
        address_in(said.get("emailAddress", "")),
        said.get("action", "failed").lower(),
        ".".join(status.groups()) if status else "",
        diagnostic.partition(";")[2].strip() or diagnostic,
    )
