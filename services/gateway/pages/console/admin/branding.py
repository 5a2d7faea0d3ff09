"""A brand before it is saved: its colors as pages would use them, in both themes, with how well they are read."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.gateway.pages.language import gettext as _
from services.gateway.pages.palette import (
    READABLE,
    Shades,
    contrast,
    dark_shades,
    is_color,
    light_shades,
)

_GROUNDS = {"light": ("#ffffff", "#152033"), "dark": ("#171f2d", "#e9edf5")}


@dataclass(frozen=True)
class Reading:
    """One text on its ground; `ratio` is the contrast (WCAG 2.2), `changed` whether the wished color was adjusted."""

    label: str
    ink: str
    ground: str
    ratio: float
    changed: bool

    @property
    def readable(self) -> bool:
        return self.ratio >= READABLE


@dataclass(frozen=True)
class Look:
    """One theme: its shades, the ground and ink of its cards, and how its texts are read."""

    theme: str
    label: str
    shades: Shades
    card: str
    ink: str
    readings: tuple[Reading, ...]


def brand_preview(brand: Mapping[str, str]) -> list[Look] | None:
    """Light and dark; None while one of the colors is none."""
    primary, accent, surface = (
        brand.get(name, "").strip().lower() for name in ("primary_color", "accent_color", "surface_color")
    )
    if not all(is_color(color) for color in (primary, accent, surface)):
        return None
    return [
        _look("light", _("Light"), light_shades(primary, accent, surface), primary, accent),
        _look("dark", _("Dark"), dark_shades(primary, accent), primary, accent),
    ]


def _look(theme: str, label: str, shades: Shades, primary: str, accent: str) -> Look:
    card, ink = _GROUNDS[theme]
    readings = (
        _reading(_("Band and buttons"), shades.on_brand, shades.brand, shades.brand != primary),
        _reading(_("Links"), shades.link, card, shades.link != accent),
        _reading(_("Text on the page"), ink, shades.page, False),
    )
    return Look(theme, label, shades, card, ink, readings)


def _reading(label: str, ink: str, ground: str, changed: bool) -> Reading:
    return Reading(label, ink, ground, round(contrast(ink, ground), 1), changed)
