"""Links in mails: looking changes nothing, the button acts, and nothing of the address leaks."""

import re
from collections.abc import Callable

import pytest

from fairlead.directory.v1 import person_pb2, tenant_pb2
from fairlead.incidents.v1 import incident_pb2
from tests.harness.gateway import ACME, Room
from tests.harness.portal import HTML, Reader

Readers = Callable[..., Reader]
CONFIRM, REOPEN, RATE = (f"/t/acme/answer/link-{action}" for action in ("confirm", "reopen", "rate"))


def solved(room: Room) -> incident_pb2.Incident:
    return next(each for each in room.incidents.incidents.values() if each.number == "ACME-1031")


@pytest.mark.parametrize("address", [CONFIRM, REOPEN, RATE])
def test_looking_at_a_link_changes_nothing(reader: Readers, room: Room, address: str) -> None:
    visitor = reader()
    for _ in range(3):
        assert visitor.get(address).status_code == 200
    assert visitor.client.head(address).status_code == 200
    assert room.incidents.commands == []


def test_the_button_confirms_once_and_asks_how_it_went(reader: Readers, room: Room) -> None:
    visitor = reader()
    page = visitor.get(CONFIRM).text
    assert "We replaced the certificate." in page and "Ana Ruiz" in page
    answer = visitor.post(CONFIRM)
    assert "Thank you. It is closed now." in answer.text
    assert "How satisfied are you" in answer.text
    again = visitor.post(CONFIRM, page=REOPEN)
    assert (again.status_code, len(room.incidents.commands)) == (409, 1)
    assert "You have answered already" in again.text
    rate = re.search(r'action="(/t/acme/answer/[^"]+)"', answer.text)[1]
    assert "5/5" in visitor.post(rate, page=rate, score="5", text="Quick!").text
    assert solved(room).rating.score == 5


def test_a_link_to_reopen_needs_words_and_keeps_them(reader: Readers, room: Room) -> None:
    visitor = reader()
    assert "Tell us what is still wrong." in visitor.post(REOPEN, text="  ").text
    long = visitor.post(REOPEN, text="still " * 500)
    assert long.status_code == 422 and "still still" in long.text
    assert room.incidents.commands == []
    assert "It is open again." in visitor.post(REOPEN, text="It drops again.").text
    assert room.incidents.commands[-1][1].text == "It drops again."


def test_a_link_for_a_score_has_chosen_it_and_does_nothing_more(reader: Readers, room: Room) -> None:
    page = reader().get(f"{RATE}?score=4").text
    assert re.findall(r'value="(\d)" required checked', page) == ["4"]
    assert " checked" not in reader().get(f"{RATE}?score=9").text
    assert room.incidents.commands == []


def test_a_button_works_where_no_cookie_is_kept(reader: Readers, room: Room) -> None:
    # The windows in which mail programs open links often keep none; who has the link may press its button.
    answer = reader().client.post(CONFIRM)
    assert "Thank you. It is closed now." in answer.text


def test_a_rating_needs_one_of_five(reader: Readers, room: Room) -> None:
    for score in ("", "0", "6", "1e1"):
        answer = reader().post(RATE, score=score, text="Kept words")
        assert answer.status_code == 422
        assert "Kept words" in answer.text
    assert room.incidents.commands == []


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("used", "You have answered already"),
        ("expired", "This link has expired"),
        ("moved-on", "It has moved on in the meantime"),
    ],
)
def test_a_link_that_is_over_says_so_and_offers_no_button(reader: Readers, link: str, said: str) -> None:
    page = reader().get(f"/t/acme/answer/link-{link}").text
    assert said in page
    assert f'action="/t/acme/answer/link-{link}"' not in page


def test_another_clients_portal_knows_nothing_of_it(reader: Readers, room: Room) -> None:
    visitor = reader()
    missing = visitor.get("/t/lumen/answer/nonsense")
    foreign = visitor.get("/t/lumen/answer/link-confirm")
    assert foreign.status_code == missing.status_code == 404
    assert visitor.post("/t/lumen/answer/link-confirm", page=CONFIRM).status_code == 404
    assert room.incidents.commands == []


def test_nothing_of_the_address_leaks(reader: Readers) -> None:
    answer = reader().get(CONFIRM)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'name="robots" content="noindex' in answer.text


def test_a_link_of_somebody_who_left_or_of_a_suspended_client_is_good_for_nothing(
    reader: Readers, room: Room
) -> None:
    room.directory.people["per_ana"].state = person_pb2.PERSON_STATE_DISABLED
    assert reader().get(CONFIRM).status_code == 404
    room.directory.people["per_ana"].state = person_pb2.PERSON_STATE_ACTIVE


def test_a_suspended_clients_links_are_not_found(reader: Readers, room: Room) -> None:
    room.directory.tenants[ACME].state = tenant_pb2.TENANT_STATE_SUSPENDED
    assert reader().get(CONFIRM).status_code == 404


def test_a_link_speaks_the_language_of_its_mail_in_the_clients_brand(reader: Readers) -> None:
    text = reader().get(f"{CONFIRM}?lang=fr").text
    assert "Est-ce résolu" in text or "résolu" in text
    assert '<html lang="fr"' in text
    assert "/t/acme/brand.css" in text


def test_the_link_acts_for_the_gateway_in_one_tenant(reader: Readers, room: Room) -> None:
    reader().post(CONFIRM)
    caller = room.incidents.callers[-1] if hasattr(room.incidents, "callers") else None
    assert caller is None or caller.tenant_ids == frozenset({ACME})


def test_a_form_from_elsewhere_does_nothing(reader: Readers, room: Room) -> None:
    elsewhere = {**HTML, "Sec-Fetch-Site": "cross-site"}
    assert reader().client.post(CONFIRM, headers=elsewhere).status_code == 403
    assert room.incidents.commands == []
