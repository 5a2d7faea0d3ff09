"""The routes that opening and reading share."""

from services.gateway.api.routes import Routes

routes = Routes("incidents", "The record: what happened, who asked, who works on it.")
