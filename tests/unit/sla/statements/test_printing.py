"""Statements as PDF, printed by the process that the service prints with."""

import re
from dataclasses import replace

import pytest

from chassis.errors import Unavailable
from services.sla.clients.printed_words import WORDS
from services.sla.clients.printing import ChildPrinter
from services.sla.clients.printing_child import page
from services.sla.domain.statements.objection import Contest, Exclusion
from services.sla.ports import Brand
from tests.unit.sla.statements.samples import ADA, BEN, at, incident, keys, lines, opened, sealed_file

BRAND = Brand("Acme Logistics", "Northstar MSP", "#0f5132", "#9a3412", "en")


@pytest.fixture
def asked(tmp_path):
    """(content, lines) of a month with something of everything."""
    held = incident(
        "inc_b", opened(5), ("responded", 10), ("held", 20, {"awaiting": "requester"}), ("resumed", 200), ("resolved", 220), number="ACME-2"
    )  # fmt: skip
    late = incident("inc_a", opened(0, 1), ("responded", 3), ("resolved", 30))
    waived = incident("inc_c", opened(7), ("responded", 60), ("resolved", 190), number="ACME-3")
    contest = Contest("inc_b", "3000", ADA, "Nobody asked <b>us</b>.", at(300)).answered(
        BEN, False, "We mailed.", at(400)
    )
    excluded = Exclusion(
        "exc", "prv_a", "ten_a", "ctr_a", "inc_c", "ACME-3", "resolution", 1, "Power cut", ADA, at(1)
    ).decided(BEN, True, at(2))
    stated = lines(held, late, waived, exclusions=[excluded], contests=[contest])
    content = sealed_file(stated, keys(tmp_path))[0]["statement"]
    credits = [{**one, "state": "approved"} for one in content["credits"]]
    seal = {"sha256": "ab" * 32, "key_id": content["key_id"]}
    return {**content, "credits": credits, "sealed": True, "seal": seal}, stated


def test_a_statement_is_printed_as_a_document(asked):
    printed = ChildPrinter().pdf(*asked, BRAND)
    assert printed.startswith(b"%PDF") and printed.rstrip().endswith(b"%%EOF")


@pytest.mark.parametrize(
    "locale, title", [("en", "Service level statement"), ("fr", "Relevé de niveaux de service")]
)
def test_it_says_everything_in_the_readers_language_and_the_clients_colors(asked, locale, title):
    content, stated = asked
    text = page({"content": content, "lines": stated, "brand": vars(replace(BRAND, locale=locale))})
    assert title in text and "#0f5132" in text and "Acme Logistics" in text
    assert "Nobody asked &lt;b&gt;us&lt;/b&gt;." in text
    assert "Power cut" in text and "Ben" in text
    assert re.search(r"€\s?250\.00|250,00\s?€", text)


def test_a_draft_says_that_it_is_one(asked):
    content, stated = asked
    text = page(
        {"content": {**content, "sealed": False, "seal": None}, "lines": stated, "brand": vars(BRAND)}
    )
    assert WORDS["en"]["draft"] in text


def test_a_color_that_is_none_changes_nothing_but_the_color(asked):
    content, stated = asked
    text = page(
        {"content": content, "lines": stated, "brand": vars(replace(BRAND, primary_color="red;}body{x"))}
    )
    assert "red;}" not in text


def test_both_languages_have_the_same_words_with_the_same_places():
    places = {
        locale: {name: sorted(re.findall(r"{(\w+)}", word)) for name, word in words.items()}
        for locale, words in WORDS.items()
    }
    assert places["en"] == places["fr"]


def test_a_document_that_cannot_be_printed_is_refused_and_can_be_tried_again(asked):
    _, stated = asked
    with pytest.raises(Unavailable, match="printing_failed"):
        ChildPrinter().pdf({}, stated, BRAND)
