"""Splitting an incident, through the real server: both records or neither, and nobody reads more than before."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from typing import Any

import pytest

from chassis.errors import InvalidArgument, InvalidState, NotFound, PermissionDenied
from fairlead.incidents.v1 import incident_pb2
from tests.contract.incidents.test_accepting import mail, token_of
from tests.harness.incidents import LUMEN, Incidents

FROM, INTO = incident_pb2.LINK_KIND_SPLIT_FROM, incident_pb2.LINK_KIND_SPLIT_INTO
BOB = {"person_id": "per_bob", "address": "bob@acme.example", "name": "Bob"}


def lines(incidents: Incidents, caller: Any, incident_id: str) -> list[Any]:
    return list(incidents.call("ListTimeline", caller, incident_id=incident_id, page_size=200).entries)


def spoken(incidents: Incidents) -> tuple[Any, list[Any]]:
    """Jane's incident with a second matter in it, answered, and a note; its lines as staff read them."""
    opened, tech = incidents.open(), incidents.technician()
    named = {"incident_id": opened.incident_id}
    incidents.call("Reply", incidents.requester(), **named, text="The badge fails, too.")
    incidents.call("Reply", tech, **named, text="We look at both.")
    incidents.call("Note", tech, **named, text="Badges are Bob's.")
    return opened, lines(incidents, tech, opened.incident_id)


def split(incidents: Incidents, opened: Any, chosen: list[Any], caller: Any = None, **more: Any) -> Any:
    fields = {"title": "Badge fails", "default_participants": True, **more}
    ids = [each.entry_id for each in chosen]
    return incidents.call(
        "Split", caller or incidents.technician(), incident_id=opened.incident_id, entry_ids=ids, **fields
    )


def test_lines_go_on_in_a_new_one_with_whose_they_are_and_stay_where_they_were(incidents: Incidents) -> None:
    opened, said = spoken(incidents)
    made = split(incidents, opened, [said[1], said[3]])
    assert made.number != opened.number and made.title == "Badge fails"
    assert made.description == "The badge fails, too."
    # Its promises count from when it was asked, and it was answered since.
    assert made.create_time.ToDatetime(tzinfo=UTC) == said[1].time.ToDatetime(tzinfo=UTC)
    assert made.first_response_time.ToDatetime() == said[2].time.ToDatetime()
    assert incidents.facts(made.incident_id) == ["incident_opened", "split_from", "copied_note"]
    note = lines(incidents, incidents.technician(), made.incident_id)[2]
    assert (note.text, note.actor.name, note.visibility) == (
        "Badges are Bob's.",
        "per_tech",
        incident_pb2.VISIBILITY_INTERNAL,
    )
    assert incidents.facts(opened.incident_id)[-1] == "split_off"
    assert [each.text for each in lines(incidents, incidents.technician(), opened.incident_id)][:4] == [
        each.text for each in said
    ]
    jane = incidents.requester()
    assert [each.fact for each in lines(incidents, jane, made.incident_id)] == [
        "incident_opened",
        "split_from",
    ]
    for caller in (jane, incidents.technician()):
        for one, kind, other in ((made, FROM, opened), (opened, INTO, made)):
            links = incidents.call("GetIncident", caller, incident_id=one.incident_id).links
            assert [(link.kind, link.number) for link in links] == [(kind, other.number)]


def test_who_does_not_see_the_old_one_learns_nothing_of_it(incidents: Incidents) -> None:
    opened, said = spoken(incidents)
    incidents.accept(
        {
            "sender": BOB,
            "tenant_id": opened.tenant_id,
            "text": "Mine, too.",
            "submission_id": f"s-{opened.number}",
        }
    )
    made = split(incidents, opened, said[3:4], default_participants=False, participants=["per_jane"])
    assert made.requester.person_id == "per_jane"
    with pytest.raises(NotFound):
        incidents.call("GetIncident", incidents.requester("per_bob"), incident_id=made.incident_id)
    with pytest.raises(InvalidArgument) as refused:
        split(incidents, opened, said[:1], default_participants=False, participants=["per_bob"])
    assert refused.value.reason == "participant_not_found"


def test_the_same_key_splits_once_however_often_and_at_once_it_comes(incidents: Incidents) -> None:
    opened, said = spoken(incidents)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: split(incidents, opened, said[1:2], idempotency_key="k"), range(4)))
    assert len({each.incident_id for each in made}) == 1
    assert incidents.facts(opened.incident_id).count("split_off") == 1
    again = incidents.call("GetIncident", incidents.technician(), incident_id=opened.incident_id)
    assert [link.number for link in again.links] == [made[0].number]


def test_a_files_visibility_goes_along(incidents: Incidents) -> None:
    opened, said = spoken(incidents)
    made = split(incidents, opened, said)
    assert incidents.facts(made.incident_id) == [
        "incident_opened",
        "split_from",
        "copied",
        "copied",
        "copied_note",
    ]
    # Split again, words keep whose and of when they are.
    copies = lines(incidents, incidents.technician(), made.incident_id)
    further = split(incidents, made, copies[2:4])
    assert further.description == "The badge fails, too."
    assert further.create_time.ToDatetime() == said[1].time.ToDatetime()


def test_only_staff_split_and_only_what_was_said_in_what_goes_on(incidents: Incidents) -> None:
    opened, said = spoken(incidents)
    with pytest.raises(PermissionDenied):
        split(incidents, opened, said[:1], incidents.manager())
    with pytest.raises(NotFound):
        split(incidents, opened, said[:1], incidents.technician(tenants=(LUMEN,)))
    with pytest.raises(InvalidArgument):
        split(incidents, opened, [])
    other, _ = spoken(incidents)
    with pytest.raises(InvalidArgument) as refused:
        split(incidents, other, said[:1])
    assert refused.value.reason == "line_not_found"
    incidents.call("Cancel", incidents.technician(), incident_id=opened.incident_id)
    with pytest.raises(InvalidState):
        split(incidents, opened, said[:1])
    # What is refused has taken no number.
    numbers = [int(incidents.open().number.partition("-")[2]) for _ in range(2)]
    assert numbers[1] == numbers[0] + 1


def test_an_answer_to_a_line_that_was_split_off_goes_where_the_line_went(incidents: Incidents) -> None:
    first = mail(text="The printer smokes.")
    opened = incidents.accept(first)[0]
    second = mail(referenced_message_ids=[first["message_id"]], text="The badge fails, too.")
    third = mail(referenced_message_ids=[first["message_id"], second["message_id"]], text="And the door.")
    incidents.accept(second)
    incidents.accept(third)
    said = lines(incidents, incidents.technician(), opened.incident_id)
    made = split(incidents, opened, said[1:3])
    token = token_of(incidents, opened.incident_id)

    def answers(*mentioned: dict, **more: Any) -> str:
        ids = [one["message_id"] for one in mentioned]
        return incidents.accept(mail(referenced_message_ids=ids, **more))[0].number

    assert answers(first, second) == made.number
    assert answers(first, second, third, reply_token=token, authenticated=False) == made.number
    # What opened the old one stays its own, and so does a mail that names no line.
    assert answers(first, reply_token=token) == answers(reply_token=token) == opened.number
    # A line that goes on once more is followed, and one that comes home by a merge, too.
    copies = lines(incidents, incidents.technician(), made.incident_id)
    further = split(incidents, made, [each for each in copies if each.text == "And the door."])
    assert answers(first, second, third, reply_token=token) == further.number
    assert answers(first, second) == made.number
    incidents.call("Merge", incidents.technician(), incident_id=further.incident_id, into=opened.number)
    assert answers(first, second, third) == opened.number


def test_an_answer_to_a_line_that_was_split_off_does_not_bring_in_who_takes_no_part(
    incidents: Incidents,
) -> None:
    first = mail(subject="Printer")
    opened = incidents.accept(first)[0]
    bobs = mail(sender=BOB, referenced_message_ids=[first["message_id"]], text="My badge fails.")
    incidents.accept(bobs)
    made = split(incidents, opened, lines(incidents, incidents.technician(), opened.incident_id)[1:2])
    mentioned = [first["message_id"], bobs["message_id"]]
    unproven = mail(referenced_message_ids=mentioned, authenticated=False, text="Jane, as anybody may say.")
    assert incidents.accept(unproven)[0].number == opened.number
    theirs = mail(sender=BOB, referenced_message_ids=mentioned, authenticated=False, text="Still.")
    assert incidents.accept(theirs)[0].number == made.number
