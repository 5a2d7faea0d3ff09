"""Every brand can be read, in light and in dark."""

import re

from hypothesis import given
from hypothesis import strategies as st

from fairlead.directory.v1.tenant_pb2 import Brand
from services.gateway.pages import palette

colors = st.tuples(*[st.integers(0, 255)] * 3).map(lambda rgb: "#" + bytes(rgb).hex())


@given(colors, colors, colors)
def test_text_in_and_on_any_brands_colors_can_be_read(primary: str, accent: str, surface: str) -> None:
    light, dark = palette.light_shades(primary, accent, surface), palette.dark_shades(primary, accent)
    for shades, grounds in (
        (light, ("#ffffff", light.page, light.tint)),
        (dark, ("#171f2d", dark.page, dark.tint)),
    ):
        assert palette.contrast(shades.on_brand, shades.brand) >= 4.5
        assert palette.contrast(shades.on_action, shades.action) >= 4.5
        assert palette.contrast(shades.on_action, shades.action_hover) >= 4.5
        assert all(palette.contrast(shades.link, ground) >= 4.5 for ground in grounds)
        assert all(palette.contrast(shades.control, ground) >= 3 for ground in grounds)


def test_a_color_that_can_be_read_stays_as_it_is() -> None:
    shades = palette.light_shades("#1e3a8a", "#1d4ed8", "#f7f8fc")
    assert (shades.brand, shades.on_brand, shades.link, shades.page) == (
        "#1e3a8a",
        "#ffffff",
        "#1d4ed8",
        "#f7f8fc",
    )


def test_a_bright_color_carries_black_and_a_strong_one_white() -> None:
    assert palette.light_shades("#f5c211", "#000000", "#ffffff").on_brand == "#000000"
    assert palette.light_shades("#d9480f", "#000000", "#ffffff").on_brand == "#ffffff"


def test_what_is_no_color_never_reaches_the_style_sheet() -> None:
    css = palette.brand_css(
        Brand(primary_color="red;}body{display:none", accent_color="#12", surface_color="")
    )
    assert re.fullmatch(r":root \{\n(  --fl-[a-z-]+: light-dark\(#[0-9a-f]{6}, #[0-9a-f]{6}\);\n)+\}\n", css)
