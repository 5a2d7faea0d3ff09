"""How the forms of an incident's actions begin: their address and what they send unseen; templates close them.

{{ act("reply", "fl-compose-form", files=true) }} … </form>
"""

from collections.abc import Callable
from itertools import count

from markupsafe import Markup, escape

from chassis.ids import new_id
from fairlead.incidents.v1.incident_pb2 import Incident
from services.gateway.auth.csrf import csrf_token


def keys_for_forms() -> Callable[[], str]:
    """A new idempotency key at each call: one id a page, and which of its forms it is."""
    page, places = new_id("req"), count(1)
    return lambda: f"{page}-{next(places)}"


# A page has a dozen of them, which differ in three words: as a macro they were a tenth of what drawing it took.
def beginnings(incident: Incident, heading: int, once: Callable[[], str]) -> Callable[..., Markup]:
    """The function `act` of an incident's templates. once: gives each form its idempotency key."""
    number = escape(incident.number)
    token, revision, level = escape(csrf_token()), escape(incident.revision), escape(heading)

    def act(action: str, look: str = "fl-act-form", files: bool = False) -> Markup:
        name = escape(action)
        return Markup(  # noqa: S704 - all that stands in it is escaped
            f'<form class="{escape(look)}" method="post"{_FILES if files else ""}'
            f' action="/console/incidents/{number}/{name}" data-fl-act="{name}">\n'
            f'  <input type="hidden" name="csrf_token" value="{token}">\n'
            f'  <input type="hidden" name="once" value="{escape(once())}">\n'
            f'  <input type="hidden" name="revision" value="{revision}">\n'
            f'  <input type="hidden" name="heading" value="{level}">'
        )

    return act


_FILES = ' enctype="multipart/form-data"'
