"""Major incidents and status pages, through the real server."""

import pytest

from chassis.errors import InvalidArgument, InvalidState, NotFound, PermissionDenied
from chassis.tenancy import Role
from fairlead.incidents.v1 import major_incident_pb2 as pb
from tests.harness.incidents import ACME, FOREIGN, LUMEN, OTHER_PROVIDER, PROVIDER, Incidents

WORDS = {"en": "{client}: {title} goes on. Next: {next_update}", "fr": "{client} : {title} continue."}


def boss_of(incidents: Incidents, tenant_id: str) -> str:
    person_id = f"per_boss_{tenant_id[-5:]}"
    mail = f"{person_id}@client.example"
    incidents.directory.add_person(person_id, PROVIDER, mail, "Boss", tenants=[tenant_id], manager=True)
    return person_id


@pytest.fixture
def everybody(incidents: Incidents):
    return incidents.person("per_tech", Role.DISPATCHER, tenants=None)


def declared(incidents: Incidents, caller, **more):
    """At Acme, and Lumen under words of its own."""
    boss_of(incidents, LUMEN)
    origin = incidents.open(subject="Acme's mail server is down")
    fields = {"incident_id": origin.number, "severity": "MAJOR_SEVERITY_SEV2", **more}
    major = incidents.majors("DeclareMajorIncident", caller, **fields)
    new = {"tenant_id": LUMEN, "title": "Mail is slow at Lumen"}
    return incidents.majors("AddAffectedTenants", caller, major_id=major.major_id, tenants=[new])


def child_of(major, tenant_id: str) -> pb.AffectedTenant:
    (found,) = [one for one in major.affected if one.tenant_id == tenant_id and not one.remove_time.seconds]
    return found


def test_each_client_has_one_incident_of_its_own_under_its_own_words(incidents, everybody) -> None:
    major = declared(incidents, everybody, idempotency_key="d1")
    assert {one.tenant_id for one in major.affected} == {ACME, LUMEN}
    again = {"major_id": major.number, "tenants": [{"tenant_id": LUMEN, "title": "Twice"}]}
    assert incidents.majors("AddAffectedTenants", everybody, **again).affected == major.affected
    child = child_of(major, LUMEN)
    read = incidents.call("GetIncident", everybody, incident_id=child.number)
    assert (read.title, read.major_number) == ("Mail is slow at Lumen", major.number)
    assert read.requester.person_id == boss_of(incidents, LUMEN)
    assert incidents.facts(read.incident_id) == ["incident_opened"]
    boss = incidents.manager(tenants=(LUMEN,))
    for answer in (
        incidents.call("GetIncident", boss, incident_id=child.number),
        incidents.call("ListTimeline", boss, incident_id=child.number, with_incident=True),
    ):
        assert "MAJOR" not in str(answer) and major.major_id not in str(answer)


def test_declaring_twice_is_one_and_another_one_is_refused(incidents, everybody) -> None:
    origin = incidents.open()
    ask = {"incident_id": origin.incident_id, "idempotency_key": "k"}
    first = incidents.majors("DeclareMajorIncident", everybody, **ask)
    assert incidents.majors("DeclareMajorIncident", everybody, **ask).number == first.number
    with pytest.raises(InvalidState, match="incident_in_major"):
        incidents.majors("DeclareMajorIncident", everybody, incident_id=origin.incident_id)
    move = {"major_id": first.major_id, "state": "MAJOR_STATE_DECLARED_IN_ERROR"}
    with pytest.raises(InvalidArgument, match="value_missing"):
        incidents.majors("MoveMajorIncident", everybody, **move)
    incidents.majors("MoveMajorIncident", everybody, reason="One user.", **move)
    assert incidents.call("GetIncident", everybody, incident_id=origin.number).major_number == ""
    assert (
        incidents.majors("DeclareMajorIncident", everybody, incident_id=origin.incident_id).number
        != first.number
    )


def test_staff_see_of_it_what_they_are_granted_and_clients_nothing(incidents, everybody) -> None:
    major = declared(incidents, everybody)
    acmes = incidents.technician("per_acme", tenants=(ACME,))
    seen = incidents.majors("GetMajorIncident", acmes, major_id=major.number)
    assert [one.tenant_id for one in seen.affected] == [ACME] and not seen.whole
    lines = incidents.majors("ListMajorTimeline", acmes, major_id=major.number).entries
    assert {one.fact for one in lines} >= {"major_declared", "major_affected"}
    assert LUMEN not in str(lines) and "Lumen" not in str(lines) and "at_" not in str(lines)
    with pytest.raises(PermissionDenied, match="grant_missing"):
        incidents.majors("SendMajorUpdate", acmes, major_id=major.number, texts=WORDS)
    for decision in ({"state": "MAJOR_STATE_DECLARED_IN_ERROR"}, {"state": "MAJOR_STATE_MONITORING"}):
        with pytest.raises(PermissionDenied, match="grant_missing"):
            incidents.majors("MoveMajorIncident", acmes, major_id=major.number, reason="Mine.", **decision)
    nobodys = incidents.technician("per_none", tenants=("ten_else",))
    foreign = incidents.person("per_x", Role.PROVIDER_ADMIN, tenants=None, provider=OTHER_PROVIDER)
    for stranger in (nobodys, foreign):
        with pytest.raises(NotFound, match="major_incident_not_found"):
            incidents.majors("GetMajorIncident", stranger, major_id=major.major_id)
    assert not incidents.majors("ListMajorIncidents", nobodys).major_incidents
    with pytest.raises(PermissionDenied):
        incidents.majors("GetMajorIncident", incidents.manager(), major_id=major.number)


def test_an_update_is_said_to_each_client_once_in_its_words(incidents, everybody) -> None:
    major = declared(incidents, everybody)
    ask = {
        "major_id": major.major_id,
        "texts": WORDS,
        "overrides": {LUMEN: "Dear Lumen, {number} goes on."},
        "state": "MAJOR_STATE_INVESTIGATING",
        "idempotency_key": "u1",
    }
    naming = {**ask, "overrides": {LUMEN: "As for jane@acme.example."}, "preview_only": True}
    warned = incidents.majors("SendMajorUpdate", everybody, **naming)
    assert {row.tenant_id: list(row.names_others) for row in warned.rows} == {ACME: [], LUMEN: ["Acme"]}
    shown = incidents.majors("SendMajorUpdate", everybody, **ask, preview_only=True)
    assert not any(row.sent or row.names_others for row in shown.rows)
    sent = incidents.majors("SendMajorUpdate", everybody, **ask)
    rows = {row.tenant_id: row for row in sent.rows}
    assert all(row.sent for row in sent.rows), sent
    assert rows[ACME].text.startswith("Acme: Acme's mail server is down goes on. Next: ")
    assert rows[LUMEN].text == f"Dear Lumen, {child_of(major, LUMEN).number} goes on."
    incidents.majors("SendMajorUpdate", everybody, **ask)
    assert incidents.facts(child_of(major, LUMEN).incident_id).count("replied") == 1
    now = incidents.majors("GetMajorIncident", everybody, major_id=major.major_id)
    assert now.state == pb.MAJOR_STATE_INVESTIGATING
    assert now.next_update_time == sent.next_update_time
    (kept,) = incidents.majors("ListMajorUpdates", everybody, major_id=major.major_id).updates
    assert kept.rows == sent.rows


def test_nobody_is_told_anything_where_one_word_is_wrong(incidents, everybody) -> None:
    major = declared(incidents, everybody)
    for wrong, reason in (
        ({"texts": {"en": "Dear {who}"}}, "placeholder_unknown"),
        ({"texts": {"en": "{client.__class__}"}}, "placeholder_unknown"),
        ({"texts": {"en": "A { brace"}}, "braces_unbalanced"),
        ({"texts": {"fr": "Bonjour"}}, "language_missing"),
        ({"texts": {"en": "x"}, "overrides": {"ten_else": "x"}}, "affected_not_found"),
    ):
        with pytest.raises(InvalidArgument, match=reason):
            incidents.majors("SendMajorUpdate", everybody, major_id=major.major_id, **wrong)
    assert "replied" not in incidents.facts(child_of(major, ACME).incident_id)
    assert not incidents.majors("ListMajorUpdates", everybody, major_id=major.major_id).updates


def test_a_status_page_shows_a_client_its_own_words_and_nothing_of_its_neighbors(
    incidents, everybody
) -> None:
    lumens = incidents.requester("per_lou", tenants=(LUMEN,))
    before = len(incidents.majors("ListStatus", lumens, tenant_id=LUMEN).entries)
    major = declared(incidents, everybody, title="Secret title", summary="Secret summary")
    incidents.majors("SendMajorUpdate", everybody, major_id=major.major_id, texts=WORDS)
    found = incidents.majors("ListStatus", lumens, tenant_id=LUMEN)
    assert len(found.entries) == before + 1
    entry = found.entries[0]
    assert entry.title == "Mail is slow at Lumen" and entry.number == ""
    assert [said.text.partition(" goes on")[0] for said in entry.updates] == ["Lumen: Mail is slow at Lumen"]
    for secret in ("Secret", "Acme", "acme", major.major_id, major.number, "Tess"):
        assert secret not in str(found)
    boss = incidents.manager(boss_of(incidents, LUMEN), tenants=(LUMEN,))
    assert incidents.majors("ListStatus", boss, tenant_id=LUMEN).entries[0].number
    with pytest.raises(NotFound):
        incidents.majors("ListStatus", lumens, tenant_id=ACME)
    incidents.majors("SpareTenant", everybody, major_id=major.major_id, tenant_id=LUMEN)
    assert len(incidents.majors("ListStatus", lumens, tenant_id=LUMEN).entries) == before


def test_a_secret_address_opens_one_clients_page_until_it_is_revoked(incidents, everybody) -> None:
    major = declared(incidents, everybody)
    made = incidents.majors("CreateStatusAddress", everybody, tenant_id=LUMEN)
    gateway = incidents.service("gateway", "")
    read = incidents.majors("ReadStatusAddress", gateway, token=made.token)
    assert read.tenant_id == LUMEN and read.entries and not any(one.number for one in read.entries)
    forged = made.token[:-1] + ("0" if made.token[-1] != "0" else "1")
    with pytest.raises(NotFound):
        incidents.majors("ReadStatusAddress", gateway, token=forged)
    with pytest.raises(PermissionDenied):
        incidents.majors("CreateStatusAddress", incidents.technician(tenants=None), tenant_id=LUMEN)
    other = incidents.person("per_d", Role.DISPATCHER, tenants=(ACME,))
    for asker, tenant_id in ((other, LUMEN), (other, FOREIGN)):
        with pytest.raises(NotFound):
            incidents.majors("GetStatusAddress", asker, tenant_id=tenant_id)
    second = incidents.majors("CreateStatusAddress", everybody, tenant_id=LUMEN)
    assert (
        incidents.majors("GetStatusAddress", everybody, tenant_id=LUMEN).token == second.token != made.token
    )
    incidents.majors("RevokeStatusAddress", everybody, tenant_id=LUMEN)
    for void in (made, second):
        with pytest.raises(NotFound):
            incidents.majors("ReadStatusAddress", gateway, token=void.token)
    assert major.number


def test_it_closes_only_with_a_finished_review_whose_actions_have_owner_and_date(
    incidents, everybody
) -> None:
    major = declared(incidents, everybody)
    ask = {"major_id": major.major_id}
    for state in ("MONITORING", "RESOLVED", "REVIEW"):
        major = incidents.majors("MoveMajorIncident", everybody, **ask, state=f"MAJOR_STATE_{state}")
    close = {**ask, "state": "MAJOR_STATE_CLOSED"}
    with pytest.raises(InvalidState, match="review_unfinished"):
        incidents.majors("MoveMajorIncident", everybody, **close)
    assert major.review.facts.HasField("mitigate_time") and major.review.facts.HasField("resolve_seconds")
    review = pb.MajorReview(
        factors=["Nobody watched the disk."], actions=[pb.ActionItem(text="Watch the disk")]
    )
    saved = incidents.majors("SaveReview", everybody, **ask, review=review).review
    assert list(saved.missing) == ["facts_unchecked", "action_without_owner", "action_without_date"]
    with pytest.raises(InvalidState, match="review_incomplete"):
        incidents.majors("FinishReview", everybody, **ask)
    saved.facts_checked = True
    saved.actions[0].owner_id, saved.actions[0].due_date = "per_tech", "2020-01-01"
    incidents.majors("SaveReview", everybody, **ask, review=saved)
    incidents.majors("FinishReview", everybody, **ask)
    admin = incidents.person("per_admin", Role.PROVIDER_ADMIN, tenants=None)
    settings = {"sev1_minutes": 30, "sev2_minutes": 60, "sev3_minutes": 240, "actions_before_closing": True}
    incidents.majors("SetMajorSettings", admin, settings=settings)
    with pytest.raises(InvalidState, match="actions_unfinished"):
        incidents.majors("MoveMajorIncident", everybody, **close)
    (listed,) = [
        one
        for one in incidents.majors("ListActionItems", everybody).actions
        if one.major_id == major.major_id
    ]
    assert listed.overdue and listed.action.owner_name == "Tess"
    done = pb.ActionItem(
        action_id=listed.action.action_id,
        text="Watch the disk",
        owner_id="per_tech",
        due_date="2020-01-01",
        state="ACTION_STATE_DONE",
    )
    incidents.majors("UpdateActionItem", everybody, **ask, action=done)
    assert incidents.majors("MoveMajorIncident", everybody, **close).state == pb.MAJOR_STATE_CLOSED
    incidents.majors("SetMajorSettings", admin, settings={**settings, "actions_before_closing": False})


def test_what_comes_back_keeps_what_was_written_and_has_to_be_looked_at_again(incidents, everybody) -> None:
    ask = {"major_id": declared(incidents, everybody).major_id}
    for state in ("RESOLVED", "REVIEW"):
        incidents.majors("MoveMajorIncident", everybody, **ask, state=f"MAJOR_STATE_{state}")
    review = pb.MajorReview(factors=["Disk"], facts_checked=True)
    incidents.majors("SaveReview", everybody, **ask, review=review)
    incidents.majors("FinishReview", everybody, **ask)
    for state in ("INVESTIGATING", "RESOLVED", "REVIEW"):
        again = incidents.majors("MoveMajorIncident", everybody, **ask, state=f"MAJOR_STATE_{state}")
    assert list(again.review.factors) == ["Disk"]
    assert list(again.review.missing) == ["facts_unchecked"] and not again.review.HasField("finish_time")
    with pytest.raises(InvalidState, match="review_unfinished"):
        incidents.majors("MoveMajorIncident", everybody, **ask, state="MAJOR_STATE_CLOSED")
