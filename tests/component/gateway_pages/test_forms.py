"""What a client's people do with the forms of their portal."""

import io
import json
import re
from collections.abc import Callable

from chassis.errors import InvalidArgument, Unavailable
from fairlead.incidents.v1 import attachment_pb2, incident_pb2
from tests.harness.form_values import ANSWERS
from tests.harness.gateway import Room
from tests.harness.portal import FORM, Reader, hidden

PAGE = f"/t/acme/forms/{FORM}"
TYPED = {
    "q-name": " Ana Ruiz ",
    "q-model": "light",
    "q-screens": "2",
    "q-start": "2026-03-02",
    "q-extras": "bag",
    "q-remote": "yes",
    "q-code": "CC123",
}
Readers = Callable[..., Reader]


def test_a_portal_offers_its_forms_in_the_readers_language(reader: Readers) -> None:
    assert "A laptop for somebody new" in reader("per_ana").get("/t/acme/").text
    french = reader("per_ana").get("/t/acme/?lang=fr").text
    assert "Un portable pour quelqu’un" in french and PAGE in french
    assert PAGE not in reader("per_leo").get("/t/lumen/").text


def test_a_form_is_asked_with_labels_help_and_marks(reader: Readers) -> None:
    page = reader("per_ana").get(PAGE).text
    assert '<label class="fl-label" for="fl-q-name">Who is it for?</label>' in page
    assert "At least a day a week." in page and 'type="date"' in page and 'type="file" multiple' in page
    assert "Only if “Which one?” is “A strong one”." in page
    assert page.count("(optional)") == 5


def test_a_filled_form_becomes_one_submission_with_its_answers(reader: Readers, room: Room) -> None:
    answer = reader("per_ana").post(PAGE, **TYPED)
    assert answer.status_code == 303 and answer.headers["Location"].endswith("?done=opened")
    sent = room.intake.requests["Submit"][-1]
    assert (sent.form_id, sent.locale, sent.subject, json.loads(sent.answers)) == (FORM, "en", "", ANSWERS)


def test_what_is_not_asked_is_not_sent_whatever_was_typed(reader: Readers, room: Room) -> None:
    reader("per_ana").post(PAGE, **TYPED, **{"q-why": "typed, then hidden"})
    assert "why" not in json.loads(room.intake.requests["Submit"][-1].answers)
    reader("per_ana").post(PAGE, **{**TYPED, "q-model": "strong"}, **{"q-why": "Video"})
    assert json.loads(room.intake.requests["Submit"][-1].answers)["why"] == "Video"


def test_what_is_wrong_is_listed_above_and_said_beside_its_field(reader: Readers, room: Room) -> None:
    errors = [
        {"pointer": "/name", "code": "required"},
        {"pointer": "/model", "code": "required"},
        {"pointer": "/screens", "code": "too_large", "limit": "3"},
    ]
    room.intake.answers["Submit"] = InvalidArgument("answers_invalid", "Wrong.", errors=json.dumps(errors))
    answer = reader("per_ana").post(PAGE, **{**TYPED, "q-name": "", "q-screens": "9"})
    assert answer.status_code == 422 and "<title>Error: A laptop" in answer.text
    assert '<a href="#fl-q-name">Who is it for?</a> – This is needed.' in answer.text
    assert '<a href="#fl-q-model-1">Which one?</a> – Choose one of these.' in answer.text
    assert 'id="fl-q-screens-error"' in answer.text and "At most 3." in answer.text
    assert 'value="9"' in answer.text and re.search(r'value="bag" checked', answer.text)


def test_a_form_keeps_its_answers_and_key_while_the_service_is_away(reader: Readers, room: Room) -> None:
    room.intake.answers["Submit"] = Unavailable("store_unavailable")
    ana = reader("per_ana")
    page = ana.get(PAGE).text
    form = {"csrf_token": hidden(page, "csrf_token"), "once": hidden(page, "once"), **TYPED}
    answer = ana.client.post(PAGE, data=form, headers={"Accept": "text/html"})
    assert answer.status_code == 503 and hidden(answer.text, "once") == form["once"]
    assert "CC123" in answer.text


def test_a_file_goes_along_and_is_kept_when_an_answer_is_refused(reader: Readers, room: Room) -> None:
    kept = attachment_pb2.Attachment(attachment_id="att_1", name="quote.pdf", size=3, sha256="ab")
    room.gateway.backends.attachments.upload = lambda *_, **__: kept
    room.intake.answers["Submit"] = InvalidArgument(
        "answers_invalid", "Wrong.", errors=json.dumps([{"pointer": "/name", "code": "required"}])
    )
    ana = reader("per_ana")
    page = ana.get(PAGE).text
    form = {"csrf_token": hidden(page, "csrf_token"), "once": hidden(page, "once"), **TYPED}
    data = {**form, "q-quote": (io.BytesIO(b"%PDF"), "quote.pdf")}
    answer = ana.client.post(PAGE, data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert json.loads(room.intake.requests["Submit"][-1].answers)["quote"] == ["att_1"]
    assert 'name="kept-quote" value="att_1 quote.pdf" checked' in answer.text


def test_a_number_is_read_as_people_type_it(reader: Readers, room: Room) -> None:
    for typed, meant in (("1 000", 1000), ("2,5", 2.5), ("two", "two"), ("nan", "nan")):
        reader("per_ana").post(PAGE, **{**TYPED, "q-screens": typed})
        assert json.loads(room.intake.requests["Submit"][-1].answers)["screens"] == meant


def test_a_form_that_is_not_there_is_not_found(reader: Readers) -> None:
    assert reader("per_ana").get("/t/acme/forms/frm_none").status_code == 404
    # Another client's portal shows none of acme's.
    assert reader("per_leo").get(f"/t/lumen/forms/{FORM}").status_code == 404


def test_what_was_filled_in_is_read_as_a_list(reader: Readers, room: Room) -> None:
    incident = next(each for each in room.incidents.incidents.values() if each.number == "ACME-1042")
    incident.form.CopyFrom(
        incident_pb2.FilledForm(
            form_id=FORM,
            version=1,
            title={"en": "A laptop", "fr": "Un portable"},
            answers=[
                incident_pb2.FormAnswer(
                    field="model",
                    kind="choice",
                    label={"en": "Which one?", "fr": "Lequel ?"},
                    value='"light"',
                    text={"en": "A light one", "fr": "Un léger"},
                )
            ],
        )
    )
    page = reader("per_ana").get("/t/acme/incidents/ACME-1042").text
    assert "<dt>Which one?</dt><dd>A light one</dd>" in page
    assert (
        "<dt>Lequel ?</dt><dd>Un léger</dd>"
        in reader("per_ana").get("/t/acme/incidents/ACME-1042?lang=fr").text
    )
