"""Where a page's scripts find the browser's one live connection."""

from services.gateway.auth.access import SignInRequired, current_session, live_origin
from services.gateway.pages.scripts import script_address


def live_place(tenant_id: str = "") -> dict[str, str]:
    """For static/js/live/client.js; tenant_id for a page of that client's portal. Raises SignInRequired."""
    session = current_session()
    if session is None:
        raise SignInRequired
    return {
        "origin": live_origin(),
        "session": session.tag,
        "tenant": tenant_id,
        # A worker goes on as long as one page is open: pages of a newer version get one of their own.
        "worker": script_address("live/worker.js"),
    }
