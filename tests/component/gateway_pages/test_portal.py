"""What a client's people do in their portal."""

import re
from collections.abc import Callable

from chassis.errors import InvalidState, Unavailable
from fairlead.incidents.v1 import incident_pb2
from fairlead.intake.v1 import submission_pb2
from fairlead.knowledge.v1 import article_service_pb2
from tests.harness.gateway import ACME, Room
from tests.harness.portal import Reader, hidden

TALK = "/t/acme/incidents/ACME-1042"
SOLVED = "/t/acme/incidents/ACME-1031"
Readers = Callable[..., Reader]


def test_somebody_who_asks_for_no_page_is_led_to_their_portal(reader: Readers) -> None:
    assert reader("per_ana").get("/").headers["Location"] == "/t/acme/"
    assert reader("per_tom").get("/").headers["Location"] == "/console"
    assert reader().get("/").headers["Location"] == "/login"


def test_a_portals_host_name_leads_to_it(reader: Readers) -> None:
    assert reader().get("/", Host="acme.localhost:8080").headers["Location"] == "/t/acme/"


def test_a_report_becomes_one_incident_with_what_was_typed(reader: Readers, room: Room) -> None:
    answer = reader("per_ana").post(
        "/t/acme/report", title="  No   sound ", text="Since today", impact="medium", urgency="high"
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{TALK}?done=opened"
    sent = room.intake.requests["Submit"][-1]
    assert (sent.tenant_id, sent.subject, sent.text) == (ACME, "No sound", "Since today")
    assert sent.channel == submission_pb2.CHANNEL_PORTAL
    assert sent.kind == incident_pb2.INCIDENT_KIND_INCIDENT
    assert (sent.impact, sent.urgency) == (incident_pb2.IMPACT_MEDIUM, incident_pb2.URGENCY_HIGH)
    assert room.intake.callers["Submit"][-1].tenant_ids == frozenset({ACME})
    assert "ACME-1042" in reader("per_ana").get(answer.headers["Location"]).text


def test_a_request_is_filed_as_a_service_request(reader: Readers, room: Room) -> None:
    reader("per_ana").post("/t/acme/request", title="A laptop")
    assert room.intake.requests["Submit"][-1].kind == incident_pb2.INCIDENT_KIND_SERVICE_REQUEST


def test_a_form_that_is_sent_twice_carries_the_same_key(reader: Readers, room: Room) -> None:
    ana = reader("per_ana")
    page = ana.get("/t/acme/report").text
    form = {"csrf_token": hidden(page, "csrf_token"), "once": hidden(page, "once"), "title": "No sound"}
    for _ in range(2):
        assert ana.client.post("/t/acme/report", data=form).status_code == 303
    first, second = room.intake.requests["Submit"]
    assert first.idempotency_key == second.idempotency_key != ""


def test_every_new_form_has_a_key_of_its_own(reader: Readers) -> None:
    ana = reader("per_ana")
    keys = {hidden(ana.get("/t/acme/report").text, "once") for _ in range(3)}
    assert len(keys) == 3


def test_a_report_without_a_title_is_refused_beside_the_field_and_keeps_the_text(
    reader: Readers, room: Room
) -> None:
    answer = reader("per_ana").post("/t/acme/report", title=" ", text="A long story", urgency="high")
    assert answer.status_code == 422
    assert 'id="fl-title-error"' in answer.text
    assert "A long story" in answer.text
    assert re.search(r'value="high" checked', answer.text)
    assert room.intake.requests["Submit"] == []


def test_a_report_keeps_its_text_and_key_while_the_service_is_away(reader: Readers, room: Room) -> None:
    room.intake.answers["Submit"] = Unavailable("store_unavailable")
    ana = reader("per_ana")
    page = ana.get("/t/acme/report").text
    form = {
        "csrf_token": hidden(page, "csrf_token"),
        "once": hidden(page, "once"),
        "title": "No sound",
        "text": "Story",
    }
    answer = ana.client.post("/t/acme/report", data=form, headers={"Accept": "text/html"})
    assert answer.status_code == 503
    assert "Story" in answer.text
    assert hidden(answer.text, "once") == form["once"]


def test_a_form_that_was_sent_and_then_changed_says_so(reader: Readers, room: Room) -> None:
    room.intake.answers["Submit"] = InvalidState("idempotency_key_reused")
    answer = reader("per_ana").post("/t/acme/report", title="No sound", text="Changed")
    assert answer.status_code == 422
    assert "already sent" in answer.text
    assert "Changed" in answer.text


def test_a_report_that_has_no_number_yet_leads_to_a_page_that_says_it_is_kept(
    reader: Readers, room: Room
) -> None:
    room.intake.answers["Submit"] = submission_pb2.Submission(submission_id="sub_1", tenant_id=ACME)
    ana = reader("per_ana")
    answer = ana.post("/t/acme/report", title="No sound")
    assert answer.headers["Location"] == "/t/acme/received/sub_1"
    room.intake.answers["GetSubmission"] = submission_pb2.Submission(
        submission_id="sub_1", tenant_id=ACME, incident_number="ACME-1042"
    )
    assert ana.get("/t/acme/received/sub_1").headers["Location"] == f"{TALK}?done=opened"


def test_articles_are_suggested_for_what_is_being_typed(reader: Readers, room: Room) -> None:
    ana = reader("per_ana")
    assert "No sound in video calls" in ana.get("/t/acme/suggestions?title=no+sound+here").text
    assert room.knowledge.requests["SuggestArticles"][-1].tenant_id == ACME
    assert ana.get("/t/acme/suggestions?title=no").text.strip() == ""
    room.knowledge.answers["SuggestArticles"] = Unavailable("store_unavailable")
    assert ana.get("/t/acme/suggestions?title=no+sound+here").status_code == 200


def test_a_requester_sees_their_own_incidents_and_a_manager_the_organizations(reader: Readers) -> None:
    own = reader("per_ana").get("/t/acme/incidents").text
    assert "ACME-1042" in own and "ACME-1012" not in own and "ACME-1011" not in own
    assert "ACME-1011" in reader("per_ana").get("/t/acme/incidents?show=all").text
    whole = reader("per_mia").get("/t/acme/incidents").text
    assert "ACME-1042" in whole and "ACME-1012" in whole
    mine = reader("per_mia").get("/t/acme/incidents?whose=mine").text
    assert "ACME-1042" not in mine and "ACME-1012" in mine


def test_a_long_list_is_given_in_pages(reader: Readers, room: Room) -> None:
    for number in range(30):
        room.incidents.opened(ACME, f"Number {number}", ("per_ana", "Ana"), number=f"ACME-{number}")
    ana = reader("per_ana")
    first = ana.get("/t/acme/incidents").text
    older = re.search(r'href="([^"]+)" rel="next"', first)
    assert older
    second = ana.get(older[1].replace("&amp;", "&")).text
    assert "Number 29" in first and "Number 29" not in second and "Number 0<" in second


def test_a_conversation_shows_what_is_public_and_nothing_else(reader: Readers) -> None:
    for person_id in ("per_ana", "per_mia", "per_tom"):
        text = reader(person_id).get(TALK).text
        assert "Does that help?" in text
        assert "SECRET" not in text


def test_a_conversation_says_who_has_to_do_something_and_until_when(reader: Readers) -> None:
    talk = reader("per_ana").get(TALK).text
    assert "Tom Tech is working on it." in talk
    # In a day from now: "tomorrow", but for an hour of the nights when clocks change.
    assert re.search(r"no later than \w+ at \d\d:\d\d", talk)
    held = reader("per_ana").get("/t/acme/incidents/ACME-1038").text
    assert "Waiting for you" in held and "Which department does she join?" in held


def test_what_the_record_says_to_itself_is_not_shown(reader: Readers, room: Room) -> None:
    incident = next(each for each in room.incidents.incidents.values() if each.number == "ACME-1042")
    room.incidents.happen(incident, "resumed", reason="requester_replied", actor=("per_ana", "Ana Ruiz"))
    room.incidents.happen(
        incident, "held", reason="Waiting for parts", actor=("per_tom", "Tom"), awaiting="vendor"
    )
    text = reader("per_ana").get(TALK).text
    assert "Work goes on" in text and "requester_replied" not in text
    assert "Waiting for a supplier" in text and "Waiting for parts" in text


def test_an_incident_that_is_asked_for_by_its_id_is_found_under_its_number(
    reader: Readers, room: Room
) -> None:
    incident = next(each for each in room.incidents.incidents.values() if each.number == "ACME-1042")
    assert reader("per_ana").get(f"/t/acme/incidents/{incident.incident_id}").headers["Location"] == TALK


def test_a_reply_is_sent_once_and_shown(reader: Readers, room: Room) -> None:
    ana = reader("per_ana")
    answer = ana.post(f"{TALK}/reply", page=TALK, text="It works\nnow")
    assert answer.headers["Location"] == f"{TALK}?done=replied"
    name, request = room.incidents.commands[-1]
    assert (name, request.text) == ("Reply", "It works\nnow")
    assert request.idempotency_key
    assert "It works\nnow" in ana.get(TALK).text


def test_an_empty_reply_is_refused_beside_the_field(reader: Readers, room: Room) -> None:
    answer = reader("per_ana").post(f"{TALK}/reply", page=TALK, text="  ")
    assert answer.status_code == 422
    assert 'id="fl-text-error"' in answer.text
    assert room.incidents.commands == []


def test_a_solution_is_confirmed_or_reopened_with_a_reason(reader: Readers, room: Room) -> None:
    ana = reader("per_ana")
    assert ana.post(f"{SOLVED}/reopen", page=SOLVED, reason="").status_code == 422
    ana.post(f"{SOLVED}/reopen", page=SOLVED, reason="It drops again")
    assert room.incidents.commands[-1][1].reason == "It drops again"
    solved = next(each for each in room.incidents.incidents.values() if each.number == "ACME-1031")
    solved.state = incident_pb2.INCIDENT_STATE_RESOLVED
    assert ana.post(f"{SOLVED}/confirm", page=SOLVED).headers["Location"] == f"{SOLVED}?done=confirmed"
    assert solved.state == incident_pb2.INCIDENT_STATE_CLOSED


def test_a_command_that_came_too_late_shows_the_present_state(reader: Readers) -> None:
    answer = reader("per_ana").post(f"{TALK}/confirm", page=TALK)
    assert answer.status_code == 409
    assert "ACME-1042" in answer.text


def test_staff_do_not_speak_as_the_client(reader: Readers, room: Room) -> None:
    tom = reader("per_tom")
    assert "Send reply" not in tom.get(TALK).text
    assert tom.post(f"{TALK}/reply", page=TALK, text="Hello").status_code == 403
    assert room.incidents.commands == []


def test_an_article_is_found_read_and_told_helpful(reader: Readers, room: Room) -> None:
    ana = reader("per_ana")
    assert "No sound in video calls" in ana.get("/t/acme/articles?q=sound").text
    article = "/t/acme/articles/art_1"
    assert "<h2>Check the output</h2>" in ana.get(article).text
    ana.post(f"{article}/feedback", page=article, helpful="yes")
    assert room.knowledge.requests["SendFeedback"][-1].helpful


def test_a_search_without_luck_in_ones_language_looks_in_the_other(reader: Readers, room: Room) -> None:
    found = room.knowledge.answers["SearchArticles"]
    none = article_service_pb2.SearchArticlesResponse()
    room.knowledge.answers["SearchArticles"] = lambda request, caller: (
        none if request.locale else found(request, caller)
    )
    assert 'lang="en"' in reader("per_ana").get("/t/acme/articles?q=sound&lang=fr").text


def test_the_home_page_lives_without_incidents_and_articles(reader: Readers, room: Room) -> None:
    room.incidents.refuse_with = Unavailable("store_unavailable")
    room.knowledge.answers["ListArticles"] = Unavailable("store_unavailable")
    answer = reader("per_ana").get("/t/acme/")
    assert answer.status_code == 200
    assert "Report a problem" in answer.text


def test_a_page_that_cannot_do_without_a_service_says_so_calmly(reader: Readers, room: Room) -> None:
    room.incidents.refuse_with = Unavailable("store_unavailable")
    answer = reader("per_ana").get("/t/acme/incidents")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "<h1>Back in a moment</h1>" in answer.text


def test_the_language_is_the_clients_until_somebody_chooses(reader: Readers, room: Room) -> None:
    room.directory.tenants[ACME].locale = "fr"
    ana = reader("per_ana")
    assert 'lang="fr"' in ana.get("/t/acme/").text
    assert "Comment pouvons-nous vous aider" in ana.get("/t/acme/").text
    assert 'lang="en"' in ana.get("/t/acme/?lang=en").text
    assert 'lang="en"' in ana.get("/t/acme/incidents").text


def test_a_persons_own_language_comes_before_the_clients(reader: Readers, room: Room) -> None:
    room.directory.people["per_ana"].locale = "fr"
    assert '<html lang="fr"' in reader("per_ana").get("/t/acme/").text


def test_times_are_the_readers_own(reader: Readers, room: Room) -> None:
    incident = next(each for each in room.incidents.incidents.values() if each.number == "ACME-1011")
    incident.create_time.FromJsonString("2026-07-01T20:30:00Z")
    room.directory.people["per_ana"].time_zone = "America/Toronto"
    text = reader("per_ana").get("/t/acme/incidents/ACME-1011?lang=fr").text
    assert '<time datetime="2026-07-01T20:30:00Z"' in text
    assert "1 juill. 2026, 16" in text


def test_light_or_dark_is_remembered_without_a_script(reader: Readers) -> None:
    ana = reader("per_ana")
    answer = ana.post("/preferences/theme", page="/t/acme/", theme="dark", next="/t/acme/incidents")
    assert answer.headers["Location"] == "/t/acme/incidents"
    assert 'data-theme="dark"' in ana.get("/t/acme/").text


def test_what_waits_for_the_reader_stands_on_top_and_once(reader: Readers) -> None:
    text = reader("per_ana").get("/t/acme/incidents").text
    waiting, rest = text.index('id="fl-waiting"'), text.index("ACME-1042")
    for number in ("ACME-1038", "ACME-1031"):
        assert waiting < text.index(number) < rest
        assert text.count(f'">{number}<') == 1
    assert "Waiting since" in text


def test_incidents_are_found_by_title_or_number_wherever_they_stand(reader: Readers) -> None:
    ana = reader("per_ana")
    assert "ACME-1011" in ana.get("/t/acme/incidents?q=mailbox").text
    assert "ACME-1042" not in ana.get("/t/acme/incidents?q=mailbox").text
    assert "Nothing found" in ana.get("/t/acme/incidents?q=zeppelin").text
    closed = ana.get("/t/acme/incidents?show=closed").text
    assert "ACME-1011" in closed and "ACME-1042" not in closed and "fl-waiting" not in closed


def test_the_requester_says_how_it_went_and_may_change_it(reader: Readers, room: Room) -> None:
    ana, over = reader("per_ana"), "/t/acme/incidents/ACME-1011"
    assert "Choose one of the five first." in ana.post(f"{over}/rate", page=over, comment="Kept").text
    answer = ana.post(f"{over}/rate", page=over, score="2", comment="Slow")
    assert answer.headers["Location"] == f"{over}?done=rated"
    name, request = room.incidents.commands[-1]
    assert (name, request.score, request.comment) == ("Rate", 2, "Slow")
    text = ana.get(over).text
    assert "2/5" in text and "Change it" in text
    assert "How satisfied are you" not in reader("per_mia").get(over).text


def test_what_nobody_has_begun_is_withdrawn_with_a_reason(reader: Readers, room: Room) -> None:
    mia, mine = reader("per_mia"), "/t/acme/incidents/ACME-1012"
    assert "no longer needed" in mia.get(mine).text
    assert mia.post(f"{mine}/withdraw", page=mine, reason=" ").status_code == 422
    answer = mia.post(f"{mine}/withdraw", page=mine, reason="It works again")
    assert answer.headers["Location"] == f"{mine}?done=withdrawn"
    assert room.incidents.commands[-1][1].reason == "It works again"
    assert "No longer needed?" not in reader("per_ana").get("/t/acme/incidents/ACME-1042").text


def test_who_is_awaited_since_when_is_told_in_words(reader: Readers) -> None:
    held = reader("per_ana").get("/t/acme/incidents/ACME-1038").text
    assert "We wait for an answer from you." in held and "Waiting since" in held
    assert "Without an answer it closes by itself:" in reader("per_ana").get(SOLVED).text
