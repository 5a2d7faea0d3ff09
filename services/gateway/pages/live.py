"""Where a page's scripts find the browser's one live connection."""

import hashlib
import time
from functools import cache, lru_cache
from pathlib import Path

from services.gateway.auth.access import SignInRequired, current_session, live_origin
from services.gateway.pages.assets import STATIC

_MODULES = STATIC / "js" / "live"


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
        "worker": _worker(int(time.monotonic())),
    }


@lru_cache(maxsize=1)
def _worker(_second: int) -> str:
    """Its address; whether the modules were changed is looked up once a second."""
    newest = max(file.stat().st_mtime_ns for file in _MODULES.glob("*.js"))
    return f"/static/js/live/worker.js?v={_fingerprint(_MODULES, newest)}"


@cache
def _fingerprint(folder: Path, _changed: int) -> str:
    whole = hashlib.sha256()
    for file in sorted(folder.glob("*.js")):
        whole.update(file.read_bytes())
    return whole.hexdigest()[:8]
