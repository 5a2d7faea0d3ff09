"""What a request can reach, asked for explicitly: `gateway().backends`, `gateway().directory`, …"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app

if TYPE_CHECKING:
    from chassis.clock import Clock
    from services.gateway.auth.callers import Callers
    from services.gateway.auth.sessions import Sessions
    from services.gateway.backends import Backends
    from services.gateway.backends.directory_cache import DirectoryCache
    from services.gateway.bulk import BulkActions, BulkRunner
    from services.gateway.bulk.macros import Macros, Planner
    from services.gateway.config import GatewaySettings


@dataclass(frozen=True)
class Gateway:
    """The parts of one gateway, wired once at start."""

    settings: GatewaySettings
    clock: Clock
    backends: Backends
    directory: DirectoryCache
    callers: Callers
    sessions: Sessions
    # Derived from the gateway's private key; signs form tokens.
    secret: bytes
    # The rest of auth/ (credentials, clients, tokens, keys, limits); pages need none of it.
    auth: Any
    # Actions on many incidents, and what does them once they can be undone no more.
    bulk: BulkActions
    bulk_runner: BulkRunner
    macros: Macros
    planner: Planner


def gateway() -> Gateway:
    """The gateway that serves the current request."""
    return current_app.extensions["fairlead"]
