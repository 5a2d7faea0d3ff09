"""The portal of one client, at /t/<slug>/: what its people may see and do, in its brand.

One module for each area; `room.py` says who may enter.
"""

from flask import Flask

from services.gateway.pages.portal.answers import answers
from services.gateway.pages.portal.articles import articles
from services.gateway.pages.portal.changes import changes
from services.gateway.pages.portal.conversation import conversation
from services.gateway.pages.portal.files import files
from services.gateway.pages.portal.forms import forms
from services.gateway.pages.portal.home import home
from services.gateway.pages.portal.incidents import incidents
from services.gateway.pages.portal.install import install
from services.gateway.pages.portal.ordering import ordering
from services.gateway.pages.portal.profile import profile
from services.gateway.pages.portal.report import report
from services.gateway.pages.portal.statements import statements
from services.gateway.pages.portal.status import public_status, status


def add_portal(app: Flask) -> None:
    """Adds every area of the portal."""
    for area in (
        home,
        report,
        forms,
        ordering,
        incidents,
        conversation,
        files,
        answers,
        install,
        articles,
        profile,
        statements,
        changes,
        status,
    ):
        app.register_blueprint(area, url_prefix="/t/<slug>")
    app.register_blueprint(public_status)
