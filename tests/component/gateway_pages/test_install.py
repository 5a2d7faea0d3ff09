"""A portal as an app, and its brand on pages outside it."""

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable

import pytest

from services.gateway.auth.scopes import SCOPES
from services.gateway.pages import consents
from services.gateway.pages.portal.install import short_name
from tests.harness.gateway import ACME, Room
from tests.harness.portal import Reader

Readers = Callable[..., Reader]


def test_the_manifest_is_the_clients_own(reader: Readers, room: Room) -> None:
    room.directory.brands[ACME].welcome_text = "SECRET welcome"
    answer = reader().get("/t/acme/manifest.webmanifest?lang=fr")
    assert answer.content_type.startswith("application/manifest+json")
    manifest = json.loads(answer.text)
    assert manifest["name"].startswith("Acme Logistics")
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == (
        "/t/acme/",
        "/t/acme/",
        "standalone",
    )
    assert manifest["shortcuts"][0]["name"] == "Signaler un problème"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    assert "SECRET" not in answer.text


def test_icons_are_the_brands_letters_and_never_markup(reader: Readers, room: Room) -> None:
    room.directory.brands[ACME].monogram = "<&"
    for icon in ("icon", "icon-maskable"):
        answer = reader().get(f"/t/acme/{icon}.svg?v=1")
        assert answer.content_type.startswith("image/svg+xml")
        drawn = ElementTree.fromstring(answer.text)
        assert drawn[1].text == "<&"
    assert reader().get("/t/nobody/icon.svg").status_code == 404


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Acme Logistics", "Acme Logistics"),
        ("Clinique Boréal du Nord", "Clinique"),
        ("Unaussprechlichkeit", "Unaussprechli…"),
    ],
)
def test_what_stands_under_an_icon_fits(name: str, short: str) -> None:
    assert short_name(name) == short


def test_a_password_link_and_errors_show_the_clients_brand(reader: Readers, room: Room) -> None:
    person = room.directory.people["per_ana"]
    token = room.gateway.auth.credentials.make_link(person.provider_id, person.person_id)
    assert "/t/acme/brand.css" in reader().get(f"/password/{token}").text
    assert "/t/acme/brand.css" in reader("per_ana").get("/nowhere").text
    assert "brand.css" not in reader("per_tom").get("/nowhere").text
    assert "brand.css" not in reader().get("/nowhere").text


def test_a_portals_host_name_is_enough_for_its_brand(reader: Readers) -> None:
    assert "/t/acme/brand.css" in reader().get("/login", Host="acme.localhost:8080").text
    assert "brand.css" not in reader().get("/login", Host="nobody.localhost:8080").text


def test_every_scope_has_words(room: Room) -> None:
    with room.app().test_request_context():
        assert set(consents.labelled()) == set(SCOPES)
