"""Alert sources and alert groups. What monitoring systems send comes in by `receivers`.

`shapes` is what is sent and answered.
"""

from services.gateway.api.alerts.own_routes import routes

__all__ = ["routes"]
