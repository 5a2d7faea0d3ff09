"""Names, slugs, addresses, domains, languages and zones in their one normal form."""

import pytest

from chassis.errors import InvalidArgument
from services.directory.domain import texts


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Jane@Acme.EXAMPLE", "jane@acme.example"),
        (" jane.doe+tag@acme.example ", "jane.doe+tag@acme.example"),
        ("zoé@boréal.example", "zoé@xn--boral-dsa.example"),
        ("o'hara@acme.example", "o'hara@acme.example"),
    ],
)
def test_an_address_has_one_form(written, kept):
    assert texts.email(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "", "jane", "@acme.example", "jane@", "jane@acme", "a b@acme.example", "a@b@acme.example", ".a@acme.example",
        "a..b@acme.example", "a@-acme.example", "a@acme..example", "<a@acme.example>", "a@[127.0.0.1]",
        "a\r\nBcc: x@acme.example", f"{'a' * 65}@acme.example", f"a@{'b' * 250}.example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(written):
    with pytest.raises(InvalidArgument) as refused:
        texts.email(written)
    assert refused.value.reason == "email_invalid"
    assert refused.value.values["field"] == "email"


def test_a_mailbox_is_known_without_its_tag():
    assert texts.without_tag("support+t0k3n@acme.example") == "support@acme.example"
    assert texts.without_tag("support@acme.example") == "support@acme.example"
    assert texts.without_tag("support+a+b@acme.example") == "support@acme.example"


@pytest.mark.parametrize("slug", ["acme", "a1", "acme-logistics", "a" * 40])
def test_a_slug_is_short_and_plain(slug):
    assert texts.slug(slug) == slug


@pytest.mark.parametrize(
    "slug", ["", "a", "1acme", "Acme", "acme-", "-acme", "a--b", "a_b", "a.b", "a/b", "a" * 41]
)
def test_anything_else_is_no_slug(slug):
    with pytest.raises(InvalidArgument):
        texts.slug(slug)


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Toronto", "America/Montreal", "UTC"])
def test_an_iana_zone_is_a_zone(zone):
    assert texts.time_zone(zone) == zone


@pytest.mark.parametrize(
    "zone", ["", "Europe", "Paris", "/etc/passwd", "../UTC", "Europe/Paris\x00", "UTC+2", "x" * 300]
)
def test_anything_else_is_no_zone(zone):
    with pytest.raises(InvalidArgument) as refused:
        texts.time_zone(zone)
    assert refused.value.values["field"] == "time_zone"


def test_a_locale_and_a_zone_may_be_left_to_the_tenant():
    assert texts.locale("", optional=True) == ""
    assert texts.time_zone("", optional=True) == ""
    with pytest.raises(InvalidArgument):
        texts.locale("")


def test_a_name_is_one_line_of_something():
    assert texts.name("  Acme \t Logistics ") == "Acme Logistics"
    for bad in ("", "   ", "x" * 201, "a\x07b"):
        with pytest.raises(InvalidArgument):
            texts.name(bad)


def test_a_domain_with_a_final_dot_is_the_same_domain():
    assert texts.domain("ACME.example.") == "acme.example"
