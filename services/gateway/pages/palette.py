"""A client's three colors made into a style sheet that can be read, in light and in dark (WCAG 2.2).

A color keeps its hue where it may; where text on it, or of it, would have less than 4.5:1 contrast, the text takes the
nearest shade that has. Colors are "#rrggbb".
"""

import colorsys
from collections.abc import Iterable
from dataclasses import dataclass

from fairlead.directory.v1.tenant_pb2 import Brand

READABLE = 4.5
# Parts of controls against what lies around them (WCAG 2.2, 1.4.11).
DISCERNIBLE = 3.0
_BLACK, _WHITE = "#000000", "#ffffff"
_STEPS = 64
_DEEPENED = (0.0, 0.04, 0.08, 0.12, 0.16)
# The grounds of base.css that text in a brand's color stands on, and the faintest ink that stands on its page color.
_LIGHT_GROUNDS = ("#ffffff", "#f6f7fb", "#eef1f6")
_DARK_GROUNDS = ("#171f2d", "#0f1520", "#1e2737")
_LIGHT_CARD, _DARK_CARD = "#ffffff", "#171f2d"
_LIGHT_PAGE, _DARK_PAGE = "#f6f7fb", "#0f1520"
_LIGHT_MUTED = "#535f76"
_DEFAULTS = ("#1f4e79", "#0b7285", "#ffffff")


@dataclass(frozen=True)
class Shades:
    """One theme's values of what brand.css sets."""

    brand: str
    on_brand: str
    action: str
    on_action: str
    action_hover: str
    link: str
    # The line around a button and the fill of a chosen radio button: told from every ground.
    control: str
    tint: str
    page: str


def brand_css(brand: Brand) -> str:
    """The style sheet that ties a portal to its brand. What is not a color falls back to a default."""
    primary, accent, surface = _colors_of(brand)
    light, dark = light_shades(primary, accent, surface), dark_shades(primary, accent)
    lines = [
        f"  --fl-{name.replace('_', '-')}: light-dark({getattr(light, name)}, {getattr(dark, name)});"
        for name in Shades.__dataclass_fields__
    ]
    return ":root {\n" + "\n".join(lines) + "\n}\n"


def light_shades_of(brand: Brand) -> Shades:
    """A brand's light theme, for what has but one: icons, and the bars around a page."""
    return light_shades(*_colors_of(brand))


def light_shades(primary: str, accent: str, surface: str) -> Shades:
    """The brand on light ground; its surface color is the page's where text can be read on it."""
    page = surface if contrast(_LIGHT_MUTED, surface) >= READABLE else _LIGHT_PAGE
    tint = mix(_LIGHT_CARD, primary, 0.08)
    return _shades(primary, accent, tint, page, (*_LIGHT_GROUNDS, tint, page))


def dark_shades(primary: str, accent: str) -> Shades:
    """The brand on dark ground: bands of color are dimmed, so that they do not glare."""
    dimmed = primary
    while luminance(dimmed) > 0.14:
        dimmed = mix(dimmed, _BLACK, 0.08)
    tint = mix(_DARK_CARD, primary, 0.16)
    return _shades(dimmed, accent, tint, _DARK_PAGE, (*_DARK_GROUNDS, tint))


def is_color(text: str) -> bool:
    """Whether it is written #rrggbb, and so may stand in a style sheet."""
    return len(text) == 7 and text[0] == "#" and all(digit in "0123456789abcdefABCDEF" for digit in text[1:])


def readable(wished: str, grounds: Iterable[str], least: float = READABLE) -> str:
    """The nearest lighter or darker shade of a color, in its own hue, that can be read on every one of these grounds."""
    grounds = tuple(grounds)
    end = max((0.0, 1.0), key=lambda ink: min(contrast(_shade(wished, ink), ground) for ground in grounds))
    red, green, blue = (channel / 255 for channel in _channels(wished))
    lightness = colorsys.rgb_to_hls(red, green, blue)[1]
    for step in range(_STEPS + 1):
        shade = wished if step == 0 else _shade(wished, lightness + (end - lightness) * step / _STEPS)
        if all(contrast(shade, ground) >= least for ground in grounds):
            return shade
    return _shade(wished, end)


def ink_on(ground: str) -> str:
    """White where it can be read on a color, else black: one of them always reaches 4.5:1."""
    return _WHITE if contrast(_WHITE, ground) >= READABLE else _BLACK


def mix(one: str, other: str, share: float) -> str:
    """A color with a share (0 to 1) of another."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def contrast(one: str, other: str) -> float:
    """1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    """0 to 1 (WCAG 2.2, "relative luminance")."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _shades(primary: str, accent: str, tint: str, page: str, grounds: tuple[str, ...]) -> Shades:
    primary = _carrying_white(primary)
    ink = ink_on(primary)
    # Away from its ink, so that what is written on a button stays readable under the pointer.
    hover = mix(primary, _BLACK if ink == _WHITE else _WHITE, 0.12)
    control = readable(primary, grounds, DISCERNIBLE)
    return Shades(primary, ink, primary, ink, hover, readable(accent, grounds), control, tint, page)


def _colors_of(brand: Brand) -> tuple[str, str, str]:
    """Primary, accent and surface; what is not a color falls back to a default."""
    given = (brand.primary_color, brand.accent_color, brand.surface_color)
    primary, accent, surface = (
        wished if is_color(wished) else default for wished, default in zip(given, _DEFAULTS, strict=True)
    )
    return primary, accent, surface


def _carrying_white(primary: str) -> str:
    """A strong color that all but carries white is deepened a little: white looks right on it, black would not."""
    for share in _DEEPENED:
        deeper = mix(primary, _BLACK, share)
        if contrast(_WHITE, deeper) >= READABLE:
            return deeper
    return primary


def _shade(color: str, lightness: float) -> str:
    """A color's hue and saturation at another lightness: 0 is black, 1 white."""
    red, green, blue = (channel / 255 for channel in _channels(color))
    hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
    return "#" + "".join(
        f"{round(share * 255):02x}" for share in colorsys.hls_to_rgb(hue, lightness, saturation)
    )


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
