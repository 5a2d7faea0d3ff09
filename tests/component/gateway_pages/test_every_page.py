"""What holds for every page, in both languages."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest

from tests.harness.gateway import Room
from tests.harness.portal import ARTICLE, fill, portal_room

Pages = Callable[[str, str, str], tuple[int, str]]
XHTML = "{http://www.w3.org/1999/xhtml}"
PAGES = [
    ("sign-in", "/login", "", 200),
    ("sign-in of a portal", "/login?next=/t/acme/", "", 200),
    ("home", "/t/acme/", "per_ana", 200),
    ("home of the other portal", "/t/lumen/", "per_leo", 200),
    ("report", "/t/acme/report", "per_ana", 200),
    ("request", "/t/acme/request", "per_ana", 200),
    ("a client's own form", "/t/acme/forms/frm_1", "per_ana", 200),
    ("kept, without a number", "/t/acme/received/sub_1", "per_ana", 200),
    ("own incidents", "/t/acme/incidents", "per_ana", 200),
    ("the organization's incidents", "/t/acme/incidents?show=all", "per_mia", 200),
    ("conversation", "/t/acme/incidents/ACME-1042", "per_ana", 200),
    ("conversation that waits", "/t/acme/incidents/ACME-1038", "per_ana", 200),
    ("conversation to confirm", "/t/acme/incidents/ACME-1031", "per_ana", 200),
    ("conversation that is over", "/t/acme/incidents/ACME-1011?done=confirmed", "per_ana", 200),
    ("conversation as staff see it", "/t/acme/incidents/ACME-1042", "per_tom", 200),
    ("conversation that is rated", "/t/acme/incidents/ACME-1009", "per_ana", 200),
    ("conversation that may be withdrawn", "/t/acme/incidents/ACME-1012", "per_mia", 200),
    ("incidents found", "/t/acme/incidents?q=vpn", "per_ana", 200),
    ("closed incidents", "/t/acme/incidents?show=closed", "per_ana", 200),
    ("a link to confirm", "/t/acme/answer/link-confirm", "", 200),
    ("a link to reopen", "/t/acme/answer/link-reopen", "", 200),
    ("a link to rate", "/t/acme/answer/link-rate", "", 200),
    ("a link that was used", "/t/acme/answer/link-used", "", 200),
    ("a link that has expired", "/t/acme/answer/link-expired", "", 410),
    ("a link whose incident has moved on", "/t/acme/answer/link-moved-on", "", 200),
    ("a link that is none", "/t/acme/answer/nonsense", "", 404),
    ("articles", "/t/acme/articles", "per_ana", 200),
    ("articles found", "/t/acme/articles?q=sound", "per_ana", 200),
    ("nothing found", "/t/acme/articles?q=unheard", "per_ana", 200),
    ("article", f"/t/acme/articles/{ARTICLE}?done=not_helped", "per_ana", 200),
    ("profile", "/t/acme/profile?done=saved", "per_ana", 200),
    ("not found in a portal", "/t/acme/incidents/ACME-99", "per_ana", 404),
    ("not found", "/nowhere", "", 404),
]


@pytest.fixture(scope="module")
def pages(mongod: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with portal_room(mongod, "tpages", tmp_path_factory.mktemp("pages")) as room:
        fill(room)
        yield lambda address, person_id, language: _fetch(room, address, person_id, language)


def _fetch(room: Room, address: str, person_id: str, language: str) -> tuple[int, str]:
    client = room.app().test_client()
    if person_id:
        room.sign_in(client, person_id)
    client.set_cookie("fairlead-lang", language)
    response = client.get(address, headers={"Accept": "text/html"})
    assert response.content_type == "text/html; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    return response.status_code, response.text


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("address", "person_id", "status"), [p[1:] for p in PAGES], ids=[p[0] for p in PAGES]
)
def test_every_page_is_whole(pages: Pages, address: str, person_id: str, status: int, language: str) -> None:
    answered, text = pages(address, person_id, language)
    assert answered == status
    root = html5lib.HTMLParser(strict=True).parse(text)
    everything = list(root.iter())
    assert root.get("lang") == language
    assert _one(root, "title").text.strip().split(" · ")[0]
    assert _one(root, "h1") is not None
    assert _one(root, "main").get("id") == "fl-main"
    assert next(each for each in everything if each.tag == XHTML + "a").get("href") == "#fl-main"
    _ids_are_used_once(everything)
    _fields_have_names(everything)
    _nothing_is_inline(everything, text)
    _our_classes_have_our_prefix(everything)


def _one(root: Element, tag: str) -> Element:
    found = list(root.iter(XHTML + tag))
    assert len(found) == 1, f"{len(found)} × <{tag}>"
    return found[0]


def _ids_are_used_once(everything: list[Element]) -> None:
    ids = Counter(each.get("id") for each in everything if each.get("id"))
    assert [each for each, times in ids.items() if times > 1] == []
    referred = {
        name
        for each in everything
        for attribute in ("for", "aria-labelledby", "aria-describedby")
        for name in (each.get(attribute) or "").split()
    }
    assert referred - set(ids) == set()


def _fields_have_names(everything: list[Element]) -> None:
    labelled = {each.get("for") for each in everything if each.tag == XHTML + "label"}
    fields = [
        each for each in everything if each.tag in (XHTML + "input", XHTML + "textarea", XHTML + "select")
    ]
    bare = [
        each.get("name") for each in fields if each.get("type") != "hidden" and each.get("id") not in labelled
    ]
    assert bare == []
    posts = [each for each in everything if each.tag == XHTML + "form" and each.get("method") == "post"]
    # A mailed link proves who answers by its own token, also where no cookie is kept.
    for form in (each for each in posts if "/answer/" not in each.get("action", "")):
        assert any(each.get("name") == "csrf_token" for each in form.iter())


def _nothing_is_inline(everything: list[Element], text: str) -> None:
    assert not any(each.tag == XHTML + "style" or each.get("style") for each in everything)
    scripts = [each for each in everything if each.tag == XHTML + "script"]
    assert all(
        each.get("src", "").startswith("/static/") and not (each.text or "").strip() for each in scripts
    )
    handlers = [
        name for each in everything for name in each.attrib if str(name).startswith(("on", "hx-on", "js:"))
    ]
    assert handlers == []
    assert "javascript:" not in text


def _our_classes_have_our_prefix(everything: list[Element]) -> None:
    names = {name for each in everything for name in (each.get("class") or "").split()}
    assert {name for name in names if not name.startswith("fl-")} == set()


def test_every_class_that_pages_use_has_a_rule_or_a_reason() -> None:
    """A misspelled class does nothing, silently."""
    gateway = Path(__file__).resolve().parents[3] / "services" / "gateway"
    ruled = set(
        re.findall(r"\.(fl-[\w-]+)", "".join(css.read_text() for css in gateway.glob("static/css/*.css")))
    )
    shared = [*gateway.glob("templates/layouts/*.html"), *gateway.glob("templates/pages/portal/*.html")]
    used = {
        name
        for template in shared
        for classes in re.findall(r'class="([^"{]*)"', template.read_text())
        for name in classes.split()
    }
    assert used - ruled <= {"fl-logo", "fl-console-heading"}
