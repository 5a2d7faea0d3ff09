"""What a portal keeps from those it is not for, and from what they send."""

import re
from collections.abc import Callable

import pytest

from fairlead.knowledge.v1 import article_pb2
from tests.harness.gateway import ACME, Room
from tests.harness.portal import HTML, Reader

Readers = Callable[..., Reader]
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def without_reference(text: str, *addresses: str) -> str:
    """A page without what names this one request."""
    for address in addresses:
        text = text.replace(address, "")
    return re.sub(r"[0-9a-f]{32,64}", "", text)


def test_anothers_incident_looks_exactly_like_one_that_is_not_there(reader: Readers) -> None:
    ana = reader("per_ana")
    missing = ana.get("/t/acme/incidents/ACME-99999")
    for foreign in ("LUMEN-7", "ACME-1012"):  # another client's, and a colleague's
        answer = ana.get(f"/t/acme/incidents/{foreign}")
        assert answer.status_code == missing.status_code == 404
        assert without_reference(answer.text, foreign) == without_reference(missing.text, "ACME-99999")
        assert {*answer.headers.keys()} == {*missing.headers.keys()}


@pytest.mark.parametrize("command", ["reply", "confirm", "reopen", "rate", "withdraw"])
def test_anothers_incident_takes_no_command(reader: Readers, room: Room, command: str) -> None:
    answer = reader("per_ana").post(
        f"/t/acme/incidents/LUMEN-7/{command}", page="/t/acme/", text="Hello", reason="Hello", score="3"
    )
    assert answer.status_code == 404
    assert room.incidents.commands == []


@pytest.mark.parametrize(
    "path", ["", "incidents", "incidents/LUMEN-7", "report", "articles", "profile", "suggestions"]
)
def test_a_portal_is_not_there_for_people_of_another_client_or_provider(reader: Readers, path: str) -> None:
    for person_id in ("per_ana", "per_eve"):
        assert reader(person_id).get(f"/t/lumen/{path}").status_code == 404
    assert reader("per_leo").get(f"/t/lumen/{path}").status_code == 200


def test_a_manager_of_one_client_sees_nothing_of_another(reader: Readers) -> None:
    text = reader("per_mia").get("/t/acme/incidents?show=all&whose=all").text
    assert "SECRET" not in text and "LUMEN" not in text


@pytest.mark.parametrize(
    "path",
    [
        "",
        "incidents",
        "incidents/ACME-1042",
        "report",
        "articles/art_1",
        "profile",
        "statements",
        "statements/stm_1",
    ],
)
def test_a_visitor_is_asked_to_sign_in_and_comes_back_afterwards(reader: Readers, path: str) -> None:
    answer = reader().get(f"/t/acme/{path}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/login?next=%2Ft%2Facme%2F" + path.replace("/", "%2F")


def test_before_signing_in_a_portal_shows_its_name_and_brand_alone(reader: Readers, room: Room) -> None:
    room.directory.brands[ACME].welcome_text = "SECRET welcome"
    text = reader().get("/login?next=/t/acme/").text
    assert "Acme Logistics" in text and "/t/acme/brand.css" in text
    assert "SECRET" not in text
    css = reader().get("/t/acme/brand.css")
    assert css.content_type == "text/css; charset=utf-8"
    assert re.fullmatch(
        r":root \{\n(  --fl-[a-z-]+: light-dark\(#[0-9a-f]{6}, #[0-9a-f]{6}\);\n)+\}\n", css.text
    )


def test_a_portal_that_is_not_there_is_not_found(reader: Readers) -> None:
    assert reader().get("/t/nobody/").status_code == 404
    assert reader().get("/t/nobody/brand.css").status_code == 404


FORMS = [
    ("/t/acme/report", {"title": "No sound"}),
    ("/t/acme/request", {"title": "A laptop"}),
    ("/t/acme/forms/frm_1", {"q-name": "Ana"}),
    ("/t/acme/order/cat_1", {"text": "In black"}),
    ("/t/acme/changes/ACME-C1/decide", {"verdict": "approve"}),
    ("/t/acme/incidents/ACME-1042/approval", {"verdict": "approve"}),
    ("/t/acme/incidents/ACME-1042/delegate", {"colleague": "tom@acme.example"}),
    ("/t/acme/incidents/ACME-1042/reply", {"text": "Hello"}),
    ("/t/acme/incidents/ACME-1031/confirm", {}),
    ("/t/acme/incidents/ACME-1031/reopen", {"reason": "Again"}),
    ("/t/acme/incidents/ACME-1011/rate", {"score": "5"}),
    ("/t/acme/incidents/ACME-1042/withdraw", {"reason": "It works again"}),
    ("/t/acme/incidents/ACME-1042/pauses/pau_1/contest", {"words": "Why?"}),
    ("/t/acme/articles/art_1/feedback", {"helpful": "yes"}),
    ("/t/acme/profile", {"locale": "fr"}),
    ("/preferences/theme", {"theme": "dark"}),
    ("/preferences/keys", {"keys": "off"}),
]


@pytest.mark.parametrize(("address", "form"), FORMS)
def test_a_form_without_its_token_does_nothing(
    reader: Readers, room: Room, address: str, form: dict[str, str]
) -> None:
    ana = reader("per_ana")
    for token in ({}, {"csrf_token": "0" * 64}):
        answer = ana.client.post(address, data={**form, **token}, headers=HTML)
        assert answer.status_code == 403
        assert "<h1>This form has expired</h1>" in answer.text
    assert room.incidents.commands == []
    assert room.intake.requests["Submit"] == []


def test_every_form_of_the_portal_is_in_the_list_above(room: Room) -> None:
    posts = {
        str(rule)
        for rule in room.app().url_map.iter_rules()
        if "POST" in (rule.methods or ()) and str(rule).startswith(("/t/", "/preferences"))
    }
    patterns = [re.sub(r"<[^>]+>", "[^/]+", rule) for rule in posts]
    # A mailed link proves who answers by its own token, also where no cookie is kept.
    own = [pattern for pattern in patterns if "/answer/" not in pattern]
    assert all(any(re.fullmatch(pattern, address) for address, _ in FORMS) for pattern in own)


def test_what_people_write_is_text_and_never_markup(reader: Readers, room: Room) -> None:
    incident = room.incidents.opened(
        ACME, EVIL, ("per_ana", EVIL), EVIL, number="ACME-2000", assignee_name=EVIL
    )
    room.incidents.happen(incident, "replied", EVIL, ("per_tom", EVIL))
    room.incidents.happen(incident, "reopened", reason=EVIL, actor=("per_tom", EVIL))
    ana = reader("per_ana")
    for address in ("/t/acme/", "/t/acme/incidents", "/t/acme/incidents/ACME-2000", f"/t/acme/articles?q={EVIL}",
                    f"/t/acme/report?title={EVIL}", f"/login?next=/t/acme/{EVIL}", f"/t/acme/{EVIL}"):  # fmt: skip
        text = ana.get(address).text
        assert "<script>" not in text and "<img src=x" not in text
    assert "&lt;script&gt;" in ana.get("/t/acme/incidents/ACME-2000").text


def test_an_article_can_do_no_harm(reader: Readers, room: Room) -> None:
    body = f"{EVIL}\n\n[x](javascript:alert(1)) ![p](https://tracker.example/p.png)\n\n# Title\n\n<div style='x'>y</div>"
    room.knowledge.answers["GetArticle"] = article_pb2.Article(
        article_id="art_9", title=EVIL, summary=EVIL, body=body
    )
    text = reader("per_ana").get("/t/acme/articles/art_9").text
    assert "<script>alert" not in text and "<img" not in text and "<div style" not in text
    assert 'href="javascript' not in text
    assert text.count("<h1") == 1


def test_the_language_link_of_an_odd_address_leads_nowhere_else(reader: Readers) -> None:
    text = reader().get("//evil.example/x").text
    assert 'href="//evil' not in text


def test_pages_allow_scripts_and_styles_of_our_own_alone(reader: Readers) -> None:
    policy = reader("per_ana").get("/t/acme/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy and "style-src 'self';" in policy
    assert "unsafe" not in policy
