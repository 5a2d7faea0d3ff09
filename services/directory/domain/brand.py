"""How a tenant's portal and mails look, and the ink that can be read on it (WCAG 2.2)."""

import re
from dataclasses import dataclass

from services.directory.domain import texts

# WCAG 2.2, success criterion 1.4.3 (AA), text of any size.
READABLE = 4.5
DEFAULT_PRIMARY = "#1f4e79"
DEFAULT_ACCENT = "#0b7285"
DEFAULT_SURFACE = "#ffffff"
_COLOR = re.compile(r"#[0-9a-f]{6}")
_MAX_DISPLAY_NAME = 80
_MAX_WELCOME = 500
_STEPS = 64

Rgb = tuple[int, int, int]
_INKS: tuple[Rgb, Rgb] = ((0, 0, 0), (255, 255, 255))


@dataclass(frozen=True)
class Brand:
    """Three colours ("#rrggbb", lower case), a name, a monogram and a welcome."""

    tenant_id: str
    provider_id: str
    display_name: str
    primary_color: str
    accent_color: str
    surface_color: str
    monogram: str
    welcome_text: str
    revision: int = 0


def new_brand(
    tenant_id: str,
    provider_id: str,
    *,
    display_name: str,
    primary_color: str = "",
    accent_color: str = "",
    surface_color: str = "",
    monogram: str = "",
    welcome_text: str = "",
    revision: int = 0,
) -> Brand:
    """A brand with every value in its normal form; what is empty gets a default or follows from the name.

    Raises InvalidArgument: "<field>_invalid" for a malformed value, "color_unreadable" for a colour on which,
    or in which, nothing can be read.
    """
    shown = texts.name(display_name, "display_name", _MAX_DISPLAY_NAME)
    brand = Brand(
        tenant_id=tenant_id,
        provider_id=provider_id,
        display_name=shown,
        primary_color=color(primary_color or DEFAULT_PRIMARY, "primary_color"),
        accent_color=color(accent_color or DEFAULT_ACCENT, "accent_color"),
        surface_color=color(surface_color or DEFAULT_SURFACE, "surface_color"),
        monogram=_monogram(monogram or _initials(shown)),
        welcome_text=texts.name(welcome_text, "welcome_text", _MAX_WELCOME) if welcome_text.strip() else "",
        revision=revision,
    )
    # At today's minimum every colour passes; a stricter one would refuse here, on save, and not on a page.
    for field in ("primary_color", "accent_color", "surface_color"):
        readable_ink(getattr(brand, field), field=field)
    return brand


def color(text: str, field: str) -> str:
    """A colour as "#rrggbb" in lower case. Raises InvalidArgument for any other notation."""
    lowered = text.strip().lower()
    if not _COLOR.fullmatch(lowered):
        raise texts.invalid(field, "A colour is written #rrggbb.")
    return lowered


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable_ink(
    background: str, wished: str = "", minimum: float = READABLE, field: str = "primary_color"
) -> str:
    """The ink for text on a background, with at least `minimum` contrast.

    That is the wished colour if it can be read; else the nearest of its shades, towards black or white, that
    can be; without a wish, black or white, whichever contrasts more. Black or white reaches 4.58 on every
    colour, so 4.5 always succeeds; a stricter minimum may raise InvalidArgument("color_unreadable").
    """
    best = max(_INKS, key=lambda ink: contrast(background, _hex(ink)))
    if contrast(background, _hex(best)) < minimum:
        raise texts.invalid(field, "No ink can be read on or in this colour.", "color_unreadable")
    if not wished:
        return _hex(best)
    start = _rgb(wished)
    for step in range(_STEPS + 1):
        share = step / _STEPS
        shade = _hex(tuple(round(a + (b - a) * share) for a, b in zip(start, best, strict=True)))
        if contrast(background, shade) >= minimum:
            return shade
    return _hex(best)


def _rgb(text: str) -> Rgb:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _hex(rgb: tuple[int, ...]) -> str:
    return "#" + "".join(f"{channel:02x}" for channel in rgb)


def _luminance(rgb: Rgb) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, "relative luminance")."""

    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = rgb
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def _initials(display_name: str) -> str:
    letters = [word[0] for word in display_name.split() if word[0].isalnum()]
    return "".join(letters[:2]).upper() or "?"


def _monogram(text: str) -> str:
    shown = text.strip().upper()
    if not 1 <= len(shown) <= 2 or not shown.isprintable():
        raise texts.invalid("monogram", "One or two letters.")
    return shown
