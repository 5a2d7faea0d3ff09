"""The routes that schedules and feeds share."""

from services.gateway.api.routes import Routes

routes = Routes("on-call", "Who is on call when: rotations in layers, with overrides; gaps are said.")
