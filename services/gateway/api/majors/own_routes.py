"""The routes that all of them share."""

from services.gateway.api.routes import Routes

routes = Routes(
    "major incidents",
    "Matters that touch several clients: who does what, what each client is told, and the review before the end.",
)
