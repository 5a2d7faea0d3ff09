"""The staff's console: the live queue across clients, one incident, and administration.

Every view is for the provider's staff; anybody else is told that there is no such page. Each works without scripts:
forms post and redirect. With a script at hand the same views give fragments (a request with the header HX-Request).
"""

from flask import Flask

from services.gateway.pages.console.actions import actions
from services.gateway.pages.console.admin import AREAS, add_administration
from services.gateway.pages.console.articles import article_pages
from services.gateway.pages.console.brands import brands
from services.gateway.pages.console.bulk import bulk
from services.gateway.pages.console.changes import CHANGES
from services.gateway.pages.console.dashboards import dashboards
from services.gateway.pages.console.drawn import add_drawn
from services.gateway.pages.console.files import files
from services.gateway.pages.console.finding import finding
from services.gateway.pages.console.incident import incident_pages
from services.gateway.pages.console.items import ITEMS
from services.gateway.pages.console.macros import macro_pages
from services.gateway.pages.console.majors import MAJORS
from services.gateway.pages.console.merging import merging
from services.gateway.pages.console.names import Recent
from services.gateway.pages.console.on_call import ON_CALL
from services.gateway.pages.console.orders import order_pages
from services.gateway.pages.console.pauses import pauses
from services.gateway.pages.console.problems.pages import problem_pages
from services.gateway.pages.console.queue import queue_pages
from services.gateway.pages.console.risk import row_risk
from services.gateway.pages.console.spans import chip_time, span
from services.gateway.pages.console.splitting import splitting
from services.gateway.pages.console.suggested import suggested
from services.gateway.pages.console.views import view_pages


def add_console(app: Flask) -> None:
    """Adds the console's pages to the app."""
    app.extensions["recent"] = Recent()
    add_drawn(app)
    app.jinja_env.globals.update(span=span, chip_time=chip_time, row_risk=row_risk)
    add_administration(app)
    for area in (
        queue_pages,
        view_pages,
        bulk,
        macro_pages,
        finding,
        brands,
        incident_pages,
        files,
        actions,
        merging,
        suggested,
        splitting,
        pauses,
        problem_pages,
        article_pages,
        dashboards,
        *ITEMS,
        *MAJORS,
        *CHANGES,
        order_pages,
        *ON_CALL,
        *AREAS,
    ):
        app.register_blueprint(area)
