"""Whether words for one client name another: staff are warned before they go out."""

import re
from collections.abc import Iterable

from services.incidents.domain.major.wording import Reader

# Shorter names are found in too many words that mean something else.
_SHORTEST = 3


def others_named(text: str, own: Reader, others: Iterable[Reader]) -> tuple[str, ...]:
    """The names of other clients of which it says the name, a mail domain, or an incident's number."""
    rest = _plain(text)
    # A name of its own may hold another's: "Acme" and "Acme Labs".
    for sign in sorted(_signs(own), key=len, reverse=True):
        rest = re.sub(sign, " ", rest)
    found = {
        other.name
        for other in others
        if other.tenant_id != own.tenant_id and any(re.search(sign, rest) for sign in _signs(other))
    }
    return tuple(sorted(found))


def _signs(client: Reader) -> list[str]:
    words = [client.name, *client.domains]
    signs = [rf"(?<!\w){re.escape(_plain(one))}(?!\w)" for one in words if len(one.strip()) >= _SHORTEST]
    return [*signs, rf"(?<!\w){re.escape(_plain(client.prefix))}-[0-9]+"] if client.prefix else signs


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
