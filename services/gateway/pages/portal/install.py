"""What a browser needs to install a portal as an app: its manifest and icons, made of the brand. Public, as the brand is.

Chromium asks for a manifest with a name, a start address, a display mode and an icon of 144 px or more (an SVG of any size
counts); a service worker it asks for no more, and none is here: nothing private is ever kept by a worker.
"""

from typing import Any

from flask import Blueprint, Response, json, request
from markupsafe import Markup

from fairlead.directory.v1.tenant_pb2 import Brand
from services.gateway.auth.context import gateway
from services.gateway.pages.language import current_language
from services.gateway.pages.language import gettext as _
from services.gateway.pages.palette import light_shades_of

install = Blueprint("portal_install", __name__)
_LONGEST_SHORT_NAME = 14
_SVG = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512" width="512" height="512">'
    '<rect width="512" height="512" rx="{radius}" fill="{ground}"/>'
    '<text x="256" y="256" dy=".35em" text-anchor="middle" fill="{ink}" font-weight="700" font-size="{size}" '
    "font-family=\"'Inter Variable', Inter, system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif\">{letters}</text>"
    "</svg>\n"
)


@install.get("/manifest.webmanifest")
def show_manifest(slug: str) -> Response:
    """W3C Web Application Manifest; in the language of whoever installs it."""
    brand, home = _brand_of(slug), f"/t/{slug}/"
    shades = light_shades_of(brand)
    version = f"?v={brand.revision}"
    manifest: dict[str, Any] = {
        "id": home,
        "name": _("%(name)s: help and support", name=brand.display_name),
        "short_name": short_name(brand.display_name),
        "description": _("Report a problem, ask for something, and follow it."),
        "lang": current_language(),
        "dir": "ltr",
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "theme_color": shades.brand,
        "background_color": shades.page,
        "icons": [
            _icon(f"{home}icon.svg{version}", "any"),
            _icon(f"{home}icon-maskable.svg{version}", "maskable"),
        ],
        "shortcuts": [
            {"name": _("Report a problem"), "url": f"{home}report"},
            {"name": _("My incidents"), "url": f"{home}incidents"},
        ],
    }
    return _public(json.dumps(manifest), "application/manifest+json")


@install.get("/<any('icon', 'icon-maskable'):name>.svg")
def show_icon(slug: str, name: str) -> Response:
    """The brand's letters on its color; the maskable one fills its square, and keeps to the middle."""
    brand = _brand_of(slug)
    shades, masked = light_shades_of(brand), name == "icon-maskable"
    letters = (brand.monogram or brand.display_name[:1]).upper()[:2]
    size = (220 if masked else 280) if len(letters) == 1 else (170 if masked else 215)
    picture = _SVG.format(
        radius=0 if masked else 96, ground=shades.brand, ink=shades.on_brand, size=size, letters=letters
    )
    return _public(picture, "image/svg+xml")


def short_name(name: str) -> str:
    """What stands under an icon: the first words of a name, as many as fit."""
    if len(name) <= _LONGEST_SHORT_NAME:
        return name
    kept = name[: _LONGEST_SHORT_NAME + 1].rpartition(" ")[0]
    return kept or name[: _LONGEST_SHORT_NAME - 1] + "…"


def _icon(address: str, purpose: str) -> dict[str, str]:
    return {"src": address, "sizes": "any", "type": "image/svg+xml", "purpose": purpose}


def _brand_of(slug: str) -> Brand:
    tenant = gateway().directory.tenant_by_slug(slug)
    return gateway().directory.brand(tenant.provider_id, tenant.tenant_id)


def _public(body: str, content_type: str) -> Response:
    response = Response(body, content_type=f"{content_type}; charset=utf-8")
    # The address carries the brand's revision; the manifest's does not.
    kept = "public, max-age=86400" if "v" in request.args else "public, max-age=300"
    response.headers["Cache-Control"] = kept
    return response
