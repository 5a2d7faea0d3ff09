"""Brands, and the ink that can be read on them."""

import pytest

from chassis.errors import InvalidArgument
from services.directory.domain.brand import contrast, new_brand, readable_ink


def brand(**fields):
    return new_brand("ten_1", "prv_1", **{"display_name": "Acme Logistics"} | fields)


# Known pairs: WCAG 2.2's extremes, and greys that sit on either side of 4.5:1.
@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_contrast_is_what_the_guideline_says(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


def test_ink_is_black_on_yellow_and_white_on_navy():
    assert readable_ink("#ffcc00") == "#000000"
    assert readable_ink("#001f3f") == "#ffffff"


def test_a_wished_ink_is_kept_when_it_can_be_read_and_shaded_when_it_cannot():
    assert readable_ink("#ffffff", "#1f4e79") == "#1f4e79"
    shaded = readable_ink("#ffffff", "#ffcc00")
    assert shaded not in ("#ffcc00", "#000000")
    assert contrast("#ffffff", shaded) >= 4.5


def test_a_stricter_demand_may_have_no_ink():
    with pytest.raises(InvalidArgument) as refused:
        readable_ink("#777777", minimum=7.0, field="accent_color")
    assert (refused.value.reason, refused.value.values["field"]) == ("color_unreadable", "accent_color")


def test_what_is_unsaid_follows_from_the_name():
    assert (brand().monogram, brand().surface_color) == ("AL", "#ffffff")
    assert brand(display_name="École & Cie").monogram == "ÉC"
    assert brand(display_name="& Co").monogram == "C"
    assert brand(display_name="!!").monogram == "?"


@pytest.mark.parametrize("color", ["red", "#fff", "#12345g", "rgb(0,0,0)", "#123456;}body{", "#1234567"])
@pytest.mark.parametrize("field", ["primary_color", "accent_color", "surface_color"])
def test_a_malformed_color_is_refused(field, color):
    with pytest.raises(InvalidArgument) as refused:
        brand(**{field: color})
    assert refused.value.reason == f"{field}_invalid"


def test_a_monogram_is_one_or_two_letters():
    assert brand(monogram="ac").monogram == "AC"
    with pytest.raises(InvalidArgument):
        brand(monogram="ACM")
