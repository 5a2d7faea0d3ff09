"""A client's color in the console, so that whoever works on an incident always sees whose it is."""

from flask import Blueprint, Response

from chassis.errors import NotFound
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console.frame import staff_only
from services.gateway.pages.palette import is_color, readable

brands = Blueprint("console_brands", __name__)
_PLAIN = "#1d4f91"
_LIGHT, _DARK = ("#ffffff", "#f6f7fb"), ("#171f2d", "#0f1520")


@brands.get("/console/clients/<tenant_id>/brand.css")
@staff_only
def show_client_brand(tenant_id: str) -> Response:
    """Its brand's color for the class fl-client-<id>. Raises NotFound("tenant_not_found") for one that is not granted."""
    caller = current_caller()
    caller.scope(tenant_id)
    if tenant_id not in {one.tenant_id for one in gateway().directory.tenants(caller.provider_id)}:
        raise NotFound("tenant_not_found", "There is no such tenant.")
    css = client_css(tenant_id, gateway().directory.brand(caller.provider_id, tenant_id).primary_color)
    response = Response(css, content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


def client_css(tenant_id: str, color: str) -> str:
    """A stripe's color in both themes, told from the ground it lies on."""
    wished = color if is_color(color) else _PLAIN
    light, dark = readable(wished, _LIGHT), readable(wished, _DARK)
    return f".fl-client-{tenant_id} {{ --fl-client: light-dark({light}, {dark}); }}\n"
