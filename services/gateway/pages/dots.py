"""A client's dot: a color and a shape by which its provider's staff know it at a glance.

Clients are counted in the order in which they came, so a client keeps its dot, and the first forty of a provider have
forty different ones: eight colors, then the same eight in other shapes.
"""

from flask import g

from chassis.errors import FairleadError
from services.gateway.auth.access import current_session
from services.gateway.auth.context import gateway

COLORS, SHAPES = 8, 5


def dot_of(tenant_id: str) -> str:
    """The classes of a client's dot for the reader's provider: "fl-dot-3", later "fl-dot-3 fl-dot-round"."""
    return dots_of_clients().get(tenant_id, "fl-dot-none")


def dots_of_clients() -> dict[str, str]:
    """Tenant id → classes, for every client of the reader's provider; {} for visitors, and while nobody answers."""
    if "dots" not in g:
        g.dots = _dots()
    return g.dots


def _dots() -> dict[str, str]:
    session = current_session()
    if session is None:
        return {}
    try:
        clients = gateway().directory.tenants(session.provider_id)
    except FairleadError:
        return {}
    return {client.tenant_id: _classes(place) for place, client in enumerate(clients)}


def _classes(place: int) -> str:
    shape = ("", "fl-dot-round", "fl-dot-diamond", "fl-dot-ring", "fl-dot-bar")[place // COLORS % SHAPES]
    return f"fl-dot-{place % COLORS} {shape}".strip()
