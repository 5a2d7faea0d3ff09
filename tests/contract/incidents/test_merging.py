"""Merged incidents, through the real server: who is answered where, and who sees what."""

import pytest

from chassis.errors import InvalidState, NotFound, PermissionDenied, RevisionConflict
from chassis.ids import new_id
from fairlead.incidents.v1 import incident_pb2
from tests.contract.incidents.test_accepting import mail, token_of
from tests.harness.files import PNG, Files
from tests.harness.incidents import LUMEN, Incidents

PAUL = {"address": "paul@acme.example", "name": "Paul", "person_id": "per_paul"}
STRANGER = {"address": "eve@elsewhere.example", "name": "Eve"}
MERGED = incident_pb2.INCIDENT_STATE_MERGED


def pair(incidents: Incidents):
    """Jane's incident, and Paul's, which is about the same."""
    return incidents.open(subject="Jane's printer"), incidents.open(sender=PAUL, subject="Paul's salary")


def merge(incidents: Incidents, one, into, **more):
    fields = {"incident_id": one.incident_id, "into": into.number, **more}
    return incidents.call("Merge", incidents.technician(), **fields)


def unmerge(incidents: Incidents, one):
    return incidents.call("Unmerge", incidents.technician(), incident_id=one.incident_id)


def get(incidents: Incidents, caller, one):
    return incidents.call("GetIncident", caller, incident_id=one.incident_id)


def texts(incidents: Incidents, caller, one) -> list[str]:
    lines = incidents.call("ListTimeline", caller, incident_id=one.incident_id, page_size=200).entries
    return [line.text for line in lines if line.fact in ("incident_opened", "replied")]


def links(incident) -> dict[int, str]:
    return {link.kind: link.number for link in incident.links}


def test_both_are_tied_and_both_histories_say_so(incidents: Incidents) -> None:
    one, into = pair(incidents)
    gone = merge(incidents, one, into, reason="same printer")
    assert (gone.state, gone.merged_into_incident_id) == (MERGED, into.incident_id)
    tess = incidents.technician()
    assert links(get(incidents, tess, one)) == {incident_pb2.LINK_KIND_MERGED_INTO: into.number}
    assert links(get(incidents, tess, into)) == {incident_pb2.LINK_KIND_MERGED_FROM: one.number}
    assert incidents.facts(one.incident_id) == ["incident_opened", "merged"]
    assert incidents.facts(into.incident_id) == ["incident_opened", "absorbed"]
    unmerge(incidents, one)
    assert get(incidents, tess, one).state == incident_pb2.INCIDENT_STATE_NEW
    assert links(get(incidents, tess, into)) == {}
    assert incidents.facts(one.incident_id)[-1] == "unmerged"
    assert incidents.facts(into.incident_id)[-1] == "released"


def test_every_kind_of_reply_follows_and_comes_back_when_it_is_undone(incidents: Incidents) -> None:
    first = mail(subject="Jane's printer", text="Smoke.")
    one = get(incidents, incidents.service(), incidents.accept(first)[0])
    into = incidents.open(sender=PAUL)
    token = token_of(incidents, one.incident_id)
    merge(incidents, one, into)

    def write(text: str) -> list[str]:
        by_token = incidents.accept(mail(authenticated=False, reply_token=token, text=f"{text} token"))[0]
        by_thread = incidents.accept(
            mail(referenced_message_ids=[first["message_id"]], text=f"{text} thread")
        )[0]
        by_number = incidents.call(
            "Reply", incidents.requester(), incident_id=one.number, text=f"{text} portal"
        )
        by_staff = incidents.call(
            "Reply", incidents.technician(), incident_id=one.number, text=f"{text} staff"
        )
        return [by_token.number, by_thread.number, by_number.number, by_staff.number]

    assert write("then") == [into.number] * 4
    unmerge(incidents, one)
    assert write("now") == [one.number] * 4
    tess, ways = incidents.technician(), ("token", "thread", "portal", "staff")
    assert texts(incidents, tess, into)[1:] == [f"then {way}" for way in ways]
    assert texts(incidents, tess, one)[1:] == [f"now {way}" for way in ways]


def test_automatic_mail_and_notes_follow_too(incidents: Incidents) -> None:
    one, into = pair(incidents)
    token = token_of(incidents, one.incident_id)
    merge(incidents, one, into)
    incidents.call("Note", incidents.technician(), incident_id=one.number, text="Look there.")
    incidents.accept(mail(authenticated=False, reply_token=token, automatic=True, text="I am away."))
    assert incidents.facts(one.incident_id)[-1] == "merged"
    assert incidents.facts(into.incident_id)[-2:] == ["noted", "noted"]


def test_a_chain_is_followed_to_its_end(incidents: Incidents) -> None:
    one, two = pair(incidents)
    three = incidents.open(sender=PAUL)
    token = token_of(incidents, one.incident_id)
    merge(incidents, one, two)
    merge(incidents, two, three)
    with pytest.raises(InvalidState) as refused:
        merge(incidents, incidents.open(), two)
    assert refused.value.reason == "survivor_merged"
    assert incidents.accept(mail(authenticated=False, reply_token=token))[0].number == three.number
    with pytest.raises(InvalidState) as refused:
        unmerge(incidents, one)
    assert refused.value.reason == "survivor_merged"


def test_who_came_by_the_merge_reads_what_is_said_from_then_on(incidents: Incidents) -> None:
    one, into = pair(incidents)
    paul, jane, boss = incidents.requester("per_paul"), incidents.requester(), incidents.manager()
    incidents.call("Reply", paul, incident_id=into.incident_id, text="It is about my salary.")
    with pytest.raises(NotFound):
        get(incidents, jane, into)
    merge(incidents, one, into, reason="they share a printer")
    incidents.call("Reply", incidents.technician(), incident_id=into.incident_id, text="Both fixed.")
    seen = get(incidents, jane, into)
    assert (seen.title, seen.description, seen.requester.name) == ("Jane's printer", "", "")
    assert texts(incidents, jane, into) == ["Both fixed."]
    # Her own stays hers to read, says where it went, and does not say why staff think so.
    assert texts(incidents, jane, one) == ["Smoke comes out of the tray."]
    assert links(get(incidents, jane, one)) == {incident_pb2.LINK_KIND_MERGED_INTO: into.number}
    mine = incidents.call("ListTimeline", jane, incident_id=one.incident_id).entries[-1]
    assert (mine.fact, dict(mine.changes), mine.reason) == (
        "merged",
        {"number": into.number, "people": "joined"},
        "",
    )
    # Nor does Paul learn that there was hers; the client's manager sees both whole.
    assert "absorbed" not in [
        line.fact for line in incidents.call("ListTimeline", paul, incident_id=into.incident_id).entries
    ]
    assert links(get(incidents, paul, into)) == {}
    with pytest.raises(NotFound):
        get(incidents, paul, one)
    assert len(texts(incidents, boss, into)) == 3
    found = incidents.call("ListIncidents", jane, words="salary").incidents
    assert [each.number for each in found] == []
    unmerge(incidents, one)
    with pytest.raises(NotFound):
        get(incidents, jane, into)


def test_files_of_the_one_are_read_through_the_other_by_whoever_may(incidents: Incidents) -> None:
    one, into = pair(incidents)
    files = Files(incidents.settings)
    jane, paul, tess = incidents.requester(), incidents.requester("per_paul"), incidents.technician()
    ids = {}
    for caller, incident in ((jane, one), (paul, into)):
        sent = files.upload(caller, PNG, "screen.png", incident_id=incident.number)
        incidents.call(
            "Reply",
            caller,
            incident_id=incident.incident_id,
            text="Look",
            attachment_ids=[sent.attachment_id],
        )
        ids[caller.subject] = sent.attachment_id
    hers, his = ids.values()
    merge(incidents, one, into)
    for reader, file in ((tess, hers), (tess, his), (incidents.manager(), hers), (jane, hers), (paul, his)):
        assert files.download(reader, into.incident_id, file)[1] == PNG
    for reader, file in ((jane, his), (paul, hers)):
        with pytest.raises(NotFound):
            files.download(reader, into.incident_id, file)


def test_a_strangers_people_stay_out_and_yet_what_they_write_arrives(incidents: Incidents) -> None:
    into = incidents.open()
    token = token_of(incidents, into.incident_id)
    theirs = incidents.accept(mail(sender=STRANGER, authenticated=False, reply_token=token))[0]
    one = get(incidents, incidents.technician(), theirs)
    merge(incidents, one, into)
    assert not get(incidents, incidents.technician(), into).participants
    again = mail(
        sender=STRANGER, authenticated=False, reply_token=token_of(incidents, one.incident_id, "eve@x")
    )
    assert incidents.accept(again)[0].number == into.number


def test_merging_again_is_once_and_another_key_or_revision_is_guarded(incidents: Incidents) -> None:
    one, into = pair(incidents)
    done = merge(incidents, one, into, idempotency_key="k")
    assert merge(incidents, one, into, idempotency_key="k").revision == done.revision
    assert merge(incidents, one, into).revision == done.revision
    with pytest.raises(RevisionConflict):
        incidents.call("Unmerge", incidents.technician(), incident_id=one.incident_id, revision=1)
    with pytest.raises(InvalidState):
        merge(incidents, one, incidents.open())
    assert incidents.facts(into.incident_id) == ["incident_opened", "absorbed"]


def test_another_clients_incident_is_not_found_even_for_whoever_works_for_both(incidents: Incidents) -> None:
    one, lumens = incidents.open(), incidents.open(tenant_id=LUMEN)
    everywhere = incidents.technician(tenants=None)
    for into in (lumens.incident_id, lumens.number, f"ACME-{10**6}", new_id("inc")):
        with pytest.raises(NotFound) as missing:
            incidents.call("Merge", everywhere, incident_id=one.incident_id, into=into)
        assert missing.value.reason == "incident_not_found"
    with pytest.raises(NotFound):
        incidents.call("Merge", incidents.technician(), incident_id=lumens.incident_id, into=one.number)


def test_clients_merge_nothing(incidents: Incidents) -> None:
    one, into = pair(incidents)
    for caller in (incidents.manager(), incidents.client()):
        with pytest.raises(PermissionDenied):
            incidents.call("Merge", caller, incident_id=one.incident_id, into=into.number)


def test_a_hint_is_taken_away_by_staff_alone(incidents: Incidents) -> None:
    into = incidents.open()
    token = token_of(incidents, into.incident_id)
    theirs = incidents.accept(mail(sender=STRANGER, authenticated=False, reply_token=token))[0]
    tess = incidents.technician()
    hinted = get(incidents, tess, theirs)
    assert links(hinted) == {incident_pb2.LINK_KIND_MAY_BELONG_TO: into.number}
    with pytest.raises(PermissionDenied):
        incidents.call("DismissHint", incidents.manager(), incident_id=hinted.number)
    for _ in range(2):
        incidents.call("DismissHint", tess, incident_id=hinted.number)
    assert links(get(incidents, tess, theirs)) == {}
    assert incidents.facts(hinted.incident_id) == ["incident_opened", "hint_dismissed"]


def test_what_may_be_the_same_is_told_to_staff_and_is_the_clients_own(incidents: Incidents) -> None:
    tenants = [incidents.new_tenant(), incidents.new_tenant()]
    one, same, _ = (
        incidents.accept(
            {"tenant_id": tenant, "subject": "VPN tunnel down in Lyon", "sender": {"address": "a@x.example"}}
        )[0]
        for tenant in (tenants[0], tenants[0], tenants[1])
    )
    everywhere = incidents.technician(tenants=None)
    found = incidents.call("ListDuplicates", everywhere, incident_id=one.incident_id).duplicates
    assert [each.incident.number for each in found] == [same.number]
    assert set(found[0].words) == {"vpn", "tunnel", "down", "lyon"}
    # Titles that tell nothing are made up for by what was asked.
    words = "Scanner in accounting sends its pages to the wrong folder since this morning"
    first, second = (
        incidents.accept(
            {"tenant_id": tenants[0], "subject": subject, "sender": {"address": "b@x.example"}, "text": text}
        )[0]
        for subject, text in (("Help", words), ("Urgent", f"{words}, all of them."))
    )
    found = incidents.call("ListDuplicates", everywhere, incident_id=second.incident_id).duplicates
    assert [each.incident.number for each in found] == [first.number]
    with pytest.raises(PermissionDenied):
        incidents.call(
            "ListDuplicates", incidents.manager(tenants=(tenants[0],)), incident_id=one.incident_id
        )
