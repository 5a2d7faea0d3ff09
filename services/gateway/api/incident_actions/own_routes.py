"""The routes that commands and readings of an incident share."""

from services.gateway.api.routes import Routes

routes = Routes(
    "incident actions", "Working on an incident. If-Match with its ETag refuses to overwrite others."
)
