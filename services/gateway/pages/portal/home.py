"""The first page of a portal, and its brand as a style sheet."""

from flask import Blueprint, Response, render_template

from fairlead.incidents.v1.incident_pb2 import Incident
from services.gateway.auth.context import gateway
from services.gateway.pages.language import current_language
from services.gateway.pages.palette import brand_css
from services.gateway.pages.portal.incidents import open_states
from services.gateway.pages.portal.ordering import in_language
from services.gateway.pages.portal.room import Portal, if_it_answers, portal_page
from services.gateway.pages.portal.status import matter_sign
from services.gateway.pages.portal.wording import client_sign, waiting_since
from services.gateway.pages.questions import sorted_forms

home = Blueprint("portal_home", __name__)
_SHOWN = 5


@home.get("/")
@portal_page
def show_home(portal: Portal) -> str:
    """Search, the two ways to begin, what is open, and articles. What cannot be fetched just now is left out."""
    backends = gateway().backends
    mine = if_it_answers(lambda: _open_incidents(portal))
    articles = if_it_answers(
        lambda: (
            backends.articles.list(
                portal.caller, tenant_id=portal.tenant_id, locale=current_language(), page_size=_SHOWN
            ).articles
        )
    )
    forms = if_it_answers(
        lambda: backends.forms.list(portal.caller, tenant_id=portal.tenant_id, published=True)
    )
    asked = if_it_answers(lambda: backends.orders.waiting(portal.caller, portal.tenant_id))
    known = if_it_answers(lambda: backends.status_pages.of_tenant(portal.caller, portal.tenant_id))
    offered = if_it_answers(lambda: backends.catalog.list(portal.caller, portal.tenant_id))
    ordered_by_item = {item.contents.form_id for item in offered or ()}
    return render_template(
        "pages/portal/home.html",
        portal=portal,
        active="home",
        incidents=mine,
        articles=articles,
        # What an item asks is asked when it is ordered.
        forms=sorted_forms([form for form in forms or () if form.form_id not in ordered_by_item]),
        items=offered or [],
        in_language=in_language,
        approvals=asked or [],
        # What keeps this client from working just now, before anybody reports it once more.
        matters=[one for one in known or () if not one.HasField("end_time")],
        matter_sign=matter_sign,
        client_sign=client_sign,
        waiting_since=waiting_since,
    )


def _open_incidents(portal: Portal) -> list[Incident]:
    """The newest, those that wait for the reader first."""
    asked = {"tenant_id": portal.tenant_id, "mine": not portal.is_staff, "page_size": _SHOWN}
    backend = gateway().backends.incidents
    newest = backend.list(portal.caller, states=open_states(), **asked).incidents
    if not newest:
        return []
    waiting = backend.list(portal.caller, awaits_client=True, **asked).incidents
    above = {each.incident_id for each in waiting}
    return [*waiting, *(each for each in newest if each.incident_id not in above)][:_SHOWN]


@home.get("/brand.css")
def show_brand(slug: str) -> Response:
    """Public, as the sign-in page needs it: colors alone. The address carries the brand's revision."""
    tenant = gateway().directory.tenant_by_slug(slug)
    brand = gateway().directory.brand(tenant.provider_id, tenant.tenant_id)
    response = Response(brand_css(brand), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
