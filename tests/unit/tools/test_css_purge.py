"""Which rules of a style sheet stay."""

import pytest

from tools.css_purge import applies, purge, split

WORDS = {"btn", "card", "md:flex"}


@pytest.mark.parametrize(
    ("selector", "stays"),
    [
        ("a:hover", True),
        (":root", True),
        ("[data-bs-theme=dark]", True),
        (".btn", True),
        (".btn.card > a", True),
        (".btn .gone", False),
        (".gone", False),
        (".btn:not(.gone)", True),
        (":is(.gone, .btn) a", True),
        ('.btn[class*=".gone"]', True),
        (r".md\:flex", True),
        (r".md\:gone", False),
    ],
)
def test_a_selector_stays_when_all_its_classes_are_in_use(selector: str, stays: bool) -> None:
    assert applies(selector, WORDS) is stays


def test_of_a_list_of_selectors_only_the_used_ones_stay() -> None:
    assert purge(".btn,.gone{color:red}", WORDS) == ".btn{color:red}"


def test_a_media_query_without_rules_goes() -> None:
    css = "@media print{.gone{x:y}}@media screen{.btn{x:y}.gone{x:y}}"
    assert purge(css, WORDS) == "@media screen{.btn{x:y}}"


def test_strings_and_addresses_may_hold_braces_and_commas() -> None:
    css = '.btn::after{content:"},{"}.card{background:url(data:image/svg+xml;a,{b})}'
    assert purge(css, WORDS) == css


def test_a_property_stays_only_if_something_reads_it() -> None:
    css = ":root{--a:1;--b:var(--a);--c:2}.btn{x:var(--b)}"
    assert purge(css, WORDS) == ":root{--a:1;--b:var(--a);}.btn{x:var(--b)}"
    assert "--c:2" in purge(css, WORDS | {"--c"})


def test_keyframes_stay_only_if_something_names_them() -> None:
    css = "@keyframes spin{to{x:y}}@keyframes gone{to{x:y}}.btn{animation:spin 1s}"
    assert purge(css, WORDS) == "@keyframes spin{to{x:y}}.btn{animation:spin 1s}"


def test_license_comments_stay_and_others_go() -> None:
    assert purge("/*! Ours */.btn{x:y}/* gone */", WORDS) == "/*! Ours */.btn{x:y}"


def test_an_unclosed_block_is_an_error() -> None:
    with pytest.raises(ValueError, match="never closed"):
        list(split(".btn{x:y"))
