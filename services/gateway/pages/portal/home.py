"""The first page of a portal, and its brand as a style sheet."""

from flask import Blueprint, Response, render_template

from services.gateway.auth.context import gateway
from services.gateway.pages.language import current_language
from services.gateway.pages.palette import brand_css
from services.gateway.pages.portal.incidents import open_states
from services.gateway.pages.portal.room import Portal, if_it_answers, portal_page
from services.gateway.pages.portal.wording import client_sign

home = Blueprint("portal_home", __name__)
_SHOWN = 5


@home.get("/")
@portal_page
def show_home(portal: Portal) -> str:
    """Search, the two ways to begin, what is open, and articles. What cannot be fetched just now is left out."""
    backends = gateway().backends
    mine = if_it_answers(
        lambda: (
            backends.incidents.list(
                portal.caller,
                tenant_id=portal.tenant_id,
                states=open_states(),
                mine=not portal.is_staff,
                page_size=_SHOWN,
            ).incidents
        )
    )
    articles = if_it_answers(
        lambda: (
            backends.articles.list(
                portal.caller, tenant_id=portal.tenant_id, locale=current_language(), page_size=_SHOWN
            ).articles
        )
    )
    return render_template(
        "pages/portal/home.html",
        portal=portal,
        active="home",
        incidents=mine,
        articles=articles,
        client_sign=client_sign,
    )


@home.get("/brand.css")
def show_brand(slug: str) -> Response:
    """Public, as the sign-in page needs it: colors alone. The address carries the brand's revision."""
    tenant = gateway().directory.tenant_by_slug(slug)
    brand = gateway().directory.brand(tenant.provider_id, tenant.tenant_id)
    response = Response(brand_css(brand), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
