"""Pages for people: one module per page area, each with one blueprint, named here.

What every page shares: `assets` (addresses of files), `language` (words), `moments` (times), `place` (whose portal),
`signs` (chips). Layouts are in templates/layouts, macros in templates/components; each says at its top how to use it.
"""

from flask import Flask

from services.gateway.auth.access import current_session
from services.gateway.pages.assets import asset, assets, vendor
from services.gateway.pages.attaching import add_attaching
from services.gateway.pages.consents import add_consents
from services.gateway.pages.console import add_console
from services.gateway.pages.icons import icon
from services.gateway.pages.language import add_language
from services.gateway.pages.moments import add_moments
from services.gateway.pages.place import portal_brand, portal_tenant
from services.gateway.pages.portal import add_portal
from services.gateway.pages.preferences import current_theme, keys_are_on, preferences
from services.gateway.pages.questions import said
from services.gateway.pages.scripts import script, scripts
from services.gateway.pages.signs import add_signs
from services.gateway.pages.start import start
from services.gateway.pages.templates import add_templates


def register(app: Flask) -> None:
    """Adds every page area to the app."""
    add_templates(app)
    add_language(app)
    add_moments(app)
    add_signs(app)
    add_attaching(app)
    add_consents(app)
    app.jinja_env.globals.update(
        vendor=vendor,
        asset=asset,
        script=script,
        icon_of_sprite=icon,
        theme=current_theme,
        keys_are_on=keys_are_on,
        portal_brand=portal_brand,
        portal_tenant=portal_tenant,
        said=said,
        signed_in=lambda: current_session() is not None,
    )
    app.register_blueprint(assets)
    app.register_blueprint(scripts)
    app.register_blueprint(preferences)
    app.register_blueprint(start)
    add_portal(app)
    add_console(app)
