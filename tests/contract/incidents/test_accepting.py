"""Join or open, through the real server."""

import pytest

from chassis.errors import NotFound
from chassis.ids import new_id
from fairlead.incidents.v1 import incident_pb2
from tests.harness.incidents import ACME, FOREIGN, LUMEN, Incidents, evidence_of

PAUL = {"address": "paul@acme.example", "name": "Paul", "person_id": "per_paul"}
EVE = {"address": "eve@elsewhere.example", "name": "Eve"}


def mail(**fields):
    return evidence_of(channel="email", message_id=f"{new_id('msg')}@mail.example", **fields)


def token_of(incidents: Incidents, incident_id: str, address: str = "jane@acme.example") -> str:
    wanted = [{"incident_id": incident_id, "address": address}]
    return incidents.call("MintReplyTokens", incidents.service("notify"), requests=wanted).tokens[0]


def test_numbers_count_from_one_for_each_tenant(incidents: Incidents) -> None:
    one, two = incidents.new_tenant(), incidents.new_tenant()
    numbers = [incidents.accept({"tenant_id": each})[0].number for each in (one, one, two)]
    assert [number.rpartition("-")[2] for number in numbers] == ["1", "2", "1"]


def test_a_submission_sent_again_is_the_same_incident(incidents: Incidents) -> None:
    evidence = mail(tenant_id=incidents.new_tenant())
    first, again = incidents.accept(evidence)[0], incidents.accept(evidence)[0]
    assert first == again
    fresh = incidents.accept(mail(tenant_id=evidence["tenant_id"]))[0]
    assert fresh.number.endswith("-2")


def test_a_batch_is_taken_one_by_one_and_answered_in_order(incidents: Incidents) -> None:
    tenant = incidents.new_tenant()
    batch = [
        evidence_of(tenant_id=tenant),
        evidence_of(tenant_id="ten_nowhere"),
        evidence_of(tenant_id=tenant, channel="pigeon"),
        evidence_of(tenant_id=FOREIGN),
        evidence_of(tenant_id=tenant),
    ]
    accepted = incidents.accept(*batch)
    assert [each.submission_id for each in accepted] == [each["submission_id"] for each in batch]
    reasons = [each.error_reason for each in accepted]
    assert reasons == ["", "tenant_not_found", "channel_unknown", "tenant_not_found", ""]
    assert not any(each.retryable for each in accepted)
    assert accepted[0].number.endswith("-1")
    assert accepted[4].number.endswith("-2")


def test_one_submission_twice_in_a_batch_is_one_incident(incidents: Incidents) -> None:
    evidence = evidence_of(tenant_id=incidents.new_tenant())
    first, second = incidents.accept(evidence, evidence)
    assert first == second


def test_a_reply_token_joins_even_where_mail_cannot_be_authenticated(incidents: Incidents) -> None:
    opened = incidents.open()
    token = token_of(incidents, opened.incident_id).upper()
    joined = incidents.accept(mail(authenticated=False, reply_token=token, text="More smoke."))[0]
    assert (joined.joined, joined.incident_id) == (True, opened.incident_id)
    assert incidents.facts(opened.incident_id) == ["incident_opened", "replied"]
    incidents.accept(mail(reply_token=token, text="Seen."))
    lines = incidents.call("ListTimeline", incidents.technician(), incident_id=opened.incident_id).entries
    assert [dict(line.changes) for line in lines if line.fact == "replied"] == [{"sender": "unverified"}, {}]


def test_a_joined_submission_sent_again_is_said_once(incidents: Incidents) -> None:
    opened = incidents.open()
    evidence = mail(reply_token=token_of(incidents, opened.incident_id))
    assert incidents.accept(evidence)[0] == incidents.accept(evidence)[0]
    assert incidents.facts(opened.incident_id) == ["incident_opened", "replied"]


def test_a_forged_token_opens(incidents: Incidents) -> None:
    opened = incidents.open()
    token = token_of(incidents, opened.incident_id)
    forged = token[:-1] + ("a" if token[-1] != "a" else "b")
    assert not incidents.accept(mail(reply_token=forged))[0].joined


def test_a_strangers_stolen_token_opens_an_unverified_incident_of_their_own(incidents: Incidents) -> None:
    opened = incidents.open()
    token = token_of(incidents, opened.incident_id)
    theirs = incidents.accept(mail(sender=EVE, authenticated=False, reply_token=token))[0]
    assert not theirs.joined
    seen = incidents.call("GetIncident", incidents.service(), incident_id=theirs.incident_id)
    assert not seen.verified
    assert not seen.follows_incident_id


def test_a_token_of_another_tenant_joins_nothing(incidents: Incidents) -> None:
    lumens = incidents.open(tenant_id=LUMEN)
    token = token_of(incidents, lumens.incident_id)
    accepted = incidents.accept(mail(tenant_id=ACME, reply_token=token))[0]
    assert not accepted.joined
    assert incidents.facts(lumens.incident_id) == ["incident_opened"]


def test_a_message_id_seen_before_joins(incidents: Incidents) -> None:
    first = mail()
    opened = incidents.accept(first)[0]
    second = mail(referenced_message_ids=[f"<{first['message_id']}>"])
    third = mail(referenced_message_ids=["unknown@x", second["message_id"]], sender=PAUL)
    assert incidents.accept(second)[0].incident_id == opened.incident_id
    assert incidents.accept(third)[0].incident_id == opened.incident_id


def test_mails_of_one_batch_find_each_other(incidents: Incidents) -> None:
    first = mail()
    reply = mail(referenced_message_ids=[first["message_id"]])
    opened, joined = incidents.accept(first, reply)
    assert joined.joined
    assert joined.incident_id == opened.incident_id


def test_a_message_id_of_another_tenant_joins_nothing(incidents: Incidents) -> None:
    theirs = mail(tenant_id=LUMEN)
    incidents.accept(theirs)
    assert not incidents.accept(mail(tenant_id=ACME, referenced_message_ids=[theirs["message_id"]]))[0].joined


def test_a_colleague_who_was_forwarded_the_thread_takes_part_from_then_on(incidents: Incidents) -> None:
    first = mail()
    opened = incidents.accept(first)[0]
    incidents.accept(mail(sender=PAUL, referenced_message_ids=[first["message_id"]]))
    paul = incidents.requester("per_paul")
    assert incidents.call("GetIncident", paul, incident_id=opened.incident_id)


def test_a_mail_that_ends_a_hold_resumes_it_in_one_change(incidents: Incidents) -> None:
    opened = incidents.open()
    awaiting = {"awaiting": "AWAITED_PARTY_REQUESTER", "reason": "photo"}
    incidents.call("Hold", incidents.technician(), incident_id=opened.incident_id, **awaiting)
    incidents.accept(mail(reply_token=token_of(incidents, opened.incident_id)))
    after = incidents.call("GetIncident", incidents.service(), incident_id=opened.incident_id)
    assert after.revision == 3
    assert incidents.facts(opened.incident_id)[-2:] == ["replied", "resumed"]


def test_a_mail_to_what_is_closed_reopens_it(incidents: Incidents) -> None:
    opened = incidents.open()
    it = {"incident_id": opened.incident_id}
    incidents.call("Resolve", incidents.technician(), **it, code="fixed", text="Done.")
    incidents.call("Confirm", incidents.requester(), **it)
    joined = incidents.accept(mail(reply_token=token_of(incidents, opened.incident_id)))[0]
    assert joined.joined
    assert incidents.call("GetIncident", incidents.service(), **it).reopen_count == 1


def test_a_mail_to_what_was_canceled_opens_a_follow_up(incidents: Incidents) -> None:
    opened = incidents.open()
    incidents.call("Cancel", incidents.technician(), incident_id=opened.incident_id)
    accepted = incidents.accept(mail(reply_token=token_of(incidents, opened.incident_id)))[0]
    assert not accepted.joined
    follow_up = incidents.call("GetIncident", incidents.service(), incident_id=accepted.incident_id)
    assert follow_up.follows_incident_id == opened.incident_id


def test_an_empty_mail_still_joins(incidents: Incidents) -> None:
    opened = incidents.open()
    evidence = mail(reply_token=token_of(incidents, opened.incident_id), text="")
    assert incidents.accept(evidence)[0].joined


def test_tokens_are_minted_for_known_incidents_only(incidents: Incidents) -> None:
    with pytest.raises(NotFound):
        token_of(incidents, new_id("inc"))


TESS = {"address": "tess@north.example", "name": "", "person_id": "per_tech"}


def test_an_out_of_office_answer_ends_no_wait_and_reopens_nothing(incidents: Incidents) -> None:
    tess = incidents.technician("per_tess")
    opened = incidents.open()
    target = {"incident_id": opened.incident_id}
    away = {"reply_token": token_of(incidents, opened.incident_id), "automatic": True, "text": "I am away."}
    incidents.call("Hold", tess, **target, awaiting="AWAITED_PARTY_REQUESTER", reason="a photo")
    assert incidents.accept(mail(**away))[0].joined
    assert incidents.call("GetIncident", tess, **target).HasField("hold")
    incidents.call("Resolve", tess, **target, code="fixed", text="New fuse.")
    assert incidents.accept(mail(**away))[0].joined
    incidents.call("Close", tess, **target)
    evidence = mail(**away)
    assert incidents.accept(evidence)[0] == incidents.accept(evidence)[0]
    closed = incidents.call("GetIncident", tess, **target)
    assert closed.reopen_count == 0
    assert incidents.facts(opened.incident_id).count("noted") == 3


def test_staffs_answer_by_mail_is_staffs_and_the_first_response(incidents: Incidents) -> None:
    opened = incidents.open()
    token = token_of(incidents, opened.incident_id, TESS["address"])
    answer = mail(sender=TESS, reply_token=token, by_staff=True, text="On my way.")
    assert incidents.accept(answer)[0].joined
    answered = incidents.call("GetIncident", incidents.service(), incident_id=opened.incident_id)
    assert answered.HasField("first_response_time")
    assert list(answered.participants) == []
    entry = incidents.call("ListTimeline", incidents.requester(), incident_id=opened.incident_id).entries[-1]
    assert (entry.fact, entry.actor.name, entry.actor.subject) == ("replied", "Tess", "person:per_tech")


def test_a_mail_of_somebody_who_works_for_others_is_no_answer(incidents: Incidents) -> None:
    opened = incidents.open()
    token = token_of(incidents, opened.incident_id, "bob@north.example")
    bob = {"address": "bob@north.example", "person_id": "per_nobody"}
    [refused] = incidents.accept(mail(sender=bob, reply_token=token, by_staff=True))
    assert refused.error_reason == "staff_reply_unmatched"


def test_a_from_field_alone_speaks_for_nobody_on_the_staff(incidents: Incidents) -> None:
    opened = incidents.open()
    token = token_of(incidents, opened.incident_id, TESS["address"])
    forged = mail(sender=TESS, reply_token=token, by_staff=True, authenticated=False)
    assert not incidents.accept(forged)[0].joined
    untouched = incidents.call("GetIncident", incidents.service(), incident_id=opened.incident_id)
    assert not untouched.HasField("first_response_time")


def test_staffs_mail_that_answers_no_open_incident_is_refused_alone(incidents: Incidents) -> None:
    elsewhere = incidents.open(tenant_id=LUMEN)
    token = token_of(incidents, elsewhere.incident_id, TESS["address"])
    lost = mail(sender=TESS, reply_token=token, by_staff=True)
    refused, taken = incidents.accept(lost, mail(reply_token="nonsense"))
    assert (refused.error_reason, refused.retryable) == ("staff_reply_unmatched", False)
    assert taken.number


def test_what_was_opened_is_shown_as_clients_see_it_and_only_where_it_was_asked_for(
    incidents: Incidents,
) -> None:
    evidence = evidence_of(submission_id="sub_shown", impact="IMPACT_HIGH", urgency="URGENCY_HIGH")
    first, again = (
        incidents.call(
            "AcceptSubmissions", incidents.service(), submissions=[evidence], with_opened=True
        ).accepted[0]
        for _ in range(2)
    )
    whole = incidents.call("GetIncident", incidents.service(), incident_id=first.incident_id)
    assert whole.HasField("priority_decision")
    for name in ("priority_decision", "classification_decision", "assignment_decision"):
        whole.ClearField(name)
    assert first.opened == whole
    # It was opened before: who asks again reads it as it stands by now.
    assert not again.HasField("opened")
    assert not incidents.accept({"submission_id": "sub_other"})[0].HasField("opened")


def linked(incidents: Incidents, caller, incident_id: str) -> list[tuple[int, str]]:
    seen = incidents.call("GetIncident", caller, incident_id=incident_id)
    return [(link.kind, link.incident_id) for link in seen.links]


def test_two_answers_to_a_mail_that_never_passed_us_meet(incidents: Incidents) -> None:
    outside = f"{new_id('msg')}@mail.example"
    opened = incidents.accept(mail(referenced_message_ids=[outside]))[0]
    sibling = mail(sender=PAUL, referenced_message_ids=[outside])
    assert incidents.accept(sibling)[0].incident_id == opened.incident_id


def test_a_strangers_mail_in_a_thread_never_draws_the_rest_of_it_to_itself(incidents: Incidents) -> None:
    opened = incidents.open()
    outside = f"{new_id('msg')}@mail.example"
    token = token_of(incidents, opened.incident_id)
    stolen = mail(sender=EVE, authenticated=False, reply_token=token, referenced_message_ids=[outside])
    theirs = incidents.accept(stolen)[0]
    honest = incidents.accept(mail(sender=PAUL, referenced_message_ids=[outside]))[0]
    assert len({opened.incident_id, theirs.incident_id, honest.incident_id}) == 3


def test_staff_alone_see_where_a_strangers_mail_may_belong(incidents: Incidents) -> None:
    opened = incidents.open()
    token = token_of(incidents, opened.incident_id)
    theirs = incidents.accept(mail(sender=EVE, authenticated=False, reply_token=token))[0]
    expected = [(incident_pb2.LINK_KIND_MAY_BELONG_TO, opened.incident_id)]
    assert linked(incidents, incidents.technician(), theirs.incident_id) == expected
    assert linked(incidents, incidents.manager(), theirs.incident_id) == []
    assert linked(incidents, incidents.technician(), opened.incident_id) == []


def test_a_follow_up_and_what_it_follows_name_each_other_and_a_second_answer_joins_it(
    incidents: Incidents,
) -> None:
    opened = incidents.open()
    incidents.call("Cancel", incidents.technician(), incident_id=opened.incident_id, reason="by mistake")
    token = token_of(incidents, opened.incident_id)
    later = incidents.accept(mail(reply_token=token))[0]
    again = incidents.accept(mail(reply_token=token))[0]
    assert (again.joined, again.incident_id) == (True, later.incident_id)
    for caller in (incidents.technician(), incidents.requester()):
        assert linked(incidents, caller, later.incident_id) == [
            (incident_pb2.LINK_KIND_FOLLOWS, opened.incident_id)
        ]
        assert linked(incidents, caller, opened.incident_id) == [
            (incident_pb2.LINK_KIND_FOLLOWED_BY, later.incident_id)
        ]
