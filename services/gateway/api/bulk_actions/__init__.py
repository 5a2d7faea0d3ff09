"""Bulk actions: `shapes` is what is sent and answered, `asking` reads what is meant, `routes` are the routes."""

from services.gateway.api.bulk_actions.routes import routes

__all__ = ["routes"]
