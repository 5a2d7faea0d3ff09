"""The routes that reading and changing share."""

from services.gateway.api.routes import Routes

routes = Routes(
    "problems",
    "What causes incidents, of one client or several: known errors, workarounds, solutions. Staff only.",
)
