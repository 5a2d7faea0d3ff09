"""Links in mails and ratings, through the real server."""

from typing import Any

import pytest

from chassis import clock
from chassis.errors import InvalidArgument, InvalidState, NotFound, PermissionDenied
from chassis.tenancy import Role
from fairlead.incidents.v1 import incident_service_pb2 as pb
from tests.harness.incidents import ACME, LUMEN, Incidents

CLOSED = 6


def resolved(incidents: Incidents) -> Any:
    it = incidents.open()
    return incidents.call(
        "Resolve", incidents.technician(), incident_id=it.incident_id, code="fixed", text="New fuse."
    )


def link(incidents: Incidents, incident: Any, action: str, recipient: str = "", cycle: int = 0) -> str:
    wanted = pb.AnswerTokenRequest(
        incident_id=incident.incident_id,
        action=f"ANSWER_ACTION_{action}",
        recipient=recipient or incident.requester.person_id or incident.requester.address,
        cycle=cycle,
    )
    wanted.issue_time.GetCurrentTime()
    return incidents.call("MintAnswerTokens", incidents.service("notify"), requests=[wanted]).tokens[0]


def standing(answer: Any) -> str:
    return pb.AnswerStanding.Name(answer.standing).removeprefix("ANSWER_STANDING_")


def test_looking_at_a_link_changes_nothing_and_using_it_acts_once(incidents: Incidents) -> None:
    incident, gateway = resolved(incidents), incidents.service("gateway")
    token = link(incidents, incident, "CONFIRM")
    for _ in range(3):
        seen = incidents.call("ReadAnswerLink", gateway, token=token)
        assert (standing(seen), seen.incident.revision) == ("OPEN", incident.revision)
        assert not seen.incident.HasField("priority_decision")
    used = incidents.call("UseAnswerLink", gateway, token=token)
    assert (used.incident.state, standing(used)) == (CLOSED, "USED")
    assert used.rate_token
    with pytest.raises(InvalidState) as refused:
        incidents.call("UseAnswerLink", gateway, token=token)
    assert refused.value.reason == "answer_link_used"
    facts = incidents.facts(incident.incident_id)
    assert facts.count("confirmed") == 1


def test_a_link_is_for_one_resolution(incidents: Incidents) -> None:
    incident, gateway = resolved(incidents), incidents.service("gateway")
    confirm, reopen = (link(incidents, incident, action) for action in ("CONFIRM", "REOPEN"))
    with pytest.raises(InvalidArgument):
        incidents.call("UseAnswerLink", gateway, token=reopen, text="  ")
    again = incidents.call("UseAnswerLink", gateway, token=reopen, text="It smokes again.")
    assert again.incident.reopen_count == 1
    assert standing(incidents.call("ReadAnswerLink", gateway, token=reopen)) == "USED"
    incidents.call(
        "Resolve", incidents.technician(), incident_id=incident.incident_id, code="fixed", text="Now."
    )
    with pytest.raises(InvalidState) as refused:
        incidents.call("UseAnswerLink", gateway, token=confirm)
    assert refused.value.reason == "answer_link_moved_on"


def test_a_link_is_nothing_in_another_tenant_or_for_another_person(incidents: Incidents) -> None:
    incident = resolved(incidents)
    token = link(incidents, incident, "CONFIRM")
    elsewhere = incidents.signer("gateway").service_caller
    for caller, tried in (
        (elsewhere(clock.now(), incident.provider_id, frozenset({LUMEN})), token),
        (incidents.service("gateway"), link(incidents, incident, "CONFIRM", "per_stranger")),
        (incidents.service("gateway"), token[:-1] + ("a" if token[-1] != "a" else "b")),
    ):
        with pytest.raises(NotFound) as refused:
            incidents.call("UseAnswerLink", caller, token=tried)
        assert refused.value.reason == "answer_link_not_found"
    with pytest.raises(PermissionDenied):
        incidents.call("ReadAnswerLink", incidents.requester(), token=token)


def test_a_rating_is_the_requesters_and_comes_by_link_or_by_hand(incidents: Incidents) -> None:
    incident, gateway = resolved(incidents), incidents.service("gateway")
    token = link(incidents, incident, "RATE")
    rated = incidents.call("UseAnswerLink", gateway, token=token, score=2, text="Slow.")
    assert (rated.incident.rating.score, rated.incident.rating.comment) == (2, "Slow.")
    it = {"incident_id": incident.incident_id}
    better = incidents.call("Rate", incidents.requester(), **it, score=4, comment="Fine after all.")
    assert better.rating.score == 4
    incidents.call("Rate", incidents.requester(), **it, score=4, comment="Fine after all.")
    assert incidents.facts(incident.incident_id).count("rated") == 2
    manager = incidents.person("per_boss", Role.CLIENT_MANAGER, tenants=(ACME,))
    with pytest.raises(PermissionDenied) as refused:
        incidents.call("Rate", manager, **it, score=1)
    assert refused.value.reason == "requester_only"
    with pytest.raises(InvalidArgument):
        incidents.call("Rate", incidents.requester(), **it, score=6)
    lines = incidents.call("ListTimeline", incidents.technician(), **it).entries
    told = [(line.text, dict(line.changes)) for line in lines if line.fact == "rated"]
    assert told == [("Slow.", {"score": "2"}), ("Fine after all.", {"score": "4", "previous_score": "2"})]
    public = incidents.call("ListTimeline", incidents.requester(), **it).entries
    assert "rated" not in {line.fact for line in public}


def test_a_list_is_searched_and_knows_what_waits_for_the_client(incidents: Incidents) -> None:
    tech = incidents.technician()
    first = incidents.open(subject="Printer (floor 2) is on fire")
    held, waits_elsewhere = incidents.open(subject="New printer"), incidents.open(subject="Mail is slow")
    for incident, party in ((held, "REQUESTER"), (waits_elsewhere, "VENDOR")):
        incidents.call(
            "Hold", tech, incident_id=incident.incident_id, awaiting=f"AWAITED_PARTY_{party}", reason="x"
        )

    def found(**asked: Any) -> set[str]:
        answer = incidents.call("ListIncidents", tech, tenant_id=ACME, page_size=200, **asked)
        return {incident.number for incident in answer.incidents}

    assert {first.number, held.number} <= found(words="PRINTER")
    assert waits_elsewhere.number not in found(words="printer")
    assert found(words="fire (floor") >= {first.number}
    assert held.number not in found(words="fire printer")
    assert found(words=first.number.lower()) == {first.number}
    assert first.number in found(words=first.number.partition("-")[2])
    waiting = found(awaits_client=True)
    assert held.number in waiting
    assert not {first.number, waits_elsewhere.number} & waiting
    assert found(words="mail", awaits_client=True).isdisjoint({waits_elsewhere.number})
