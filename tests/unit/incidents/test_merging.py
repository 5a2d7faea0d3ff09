"""Two incidents that are one, and two again."""

from dataclasses import replace

import pytest

from chassis.errors import FairleadError, InvalidArgument, InvalidState, NotFound, PermissionDenied
from chassis.tenancy import Caller, Role
from services.incidents.domain import conversation, merging, threading
from services.incidents.domain.incident import AttachmentRef, Hold, Incident, Party, State
from services.incidents.domain.incident import AwaitedParty as Awaited
from services.incidents.domain.lifecycle import Side
from services.incidents.domain.visibility import as_seen_by, may_see, sees_since
from tests.harness.incident_values import JANE, TECH, after, opened, submission

PAUL = Party("paul@acme.example", "Paul", "per_paul")
MARY = Party("mary@acme.example", "Mary", "per_mary")
EVE = Party("eve@elsewhere.example", "Eve")


def incident(position: int, requester: Party, **fields) -> Incident:
    made = opened(sender=requester, subject=f"Subject {position}", text=f"Text {position}")
    return replace(made, incident_id=f"inc_{position}", number=f"ACME-{position}", **fields)


def merged(one: Incident, into: Incident, join: bool | None = None) -> tuple[Incident, Incident]:
    first, second = merging.merge(one, into, join, "same thing", TECH, Side.STAFF, after(10))
    return first.after, second.after


def unmerged(one: Incident, survivor: Incident) -> tuple[Incident, Incident]:
    first, second = merging.unmerge(one, survivor, "", TECH, Side.STAFF, after(20))
    return first.after, second.after


def requester(person_id: str) -> Caller:
    return Caller(f"person:{person_id}", "prv_north", frozenset({"ten_acme"}), frozenset({Role.REQUESTER}))


def test_the_one_waits_and_its_people_take_part_in_the_other() -> None:
    one, into = incident(1, JANE, participants=(MARY,)), incident(2, PAUL)
    gone, survivor = merged(one, into)
    assert gone.state is State.MERGED
    assert gone.merged and gone.merged.incident_id == "inc_2"
    assert survivor.state is State.NEW
    assert survivor.participants == (JANE, MARY)
    assert survivor.requester == PAUL


def test_undone_it_stands_as_it_stood_and_its_people_leave() -> None:
    hold = Hold(Awaited.VENDOR, "spare part", after(1))
    one, into = incident(1, JANE, state=State.ON_HOLD, hold=hold), incident(2, PAUL, participants=(MARY,))
    back, survivor = unmerged(*merged(one, into))
    assert replace(back, revision=1, update_time=one.update_time) == one
    assert survivor.participants == (MARY,)


def test_who_took_part_in_their_own_right_stays_when_it_is_undone() -> None:
    one, into = incident(1, JANE), incident(2, PAUL, participants=(JANE,))
    _, survivor = unmerged(*merged(one, into))
    assert survivor.participants == (JANE,)


def test_who_came_by_two_merges_stays_until_both_are_undone() -> None:
    one, two, into = incident(1, JANE), incident(2, JANE), incident(3, PAUL)
    one, into = merged(one, into)
    two, into = merged(two, into)
    one, into = unmerged(one, into)
    assert into.participants == (JANE,)
    _, into = unmerged(two, into)
    assert into.participants == ()


@pytest.mark.parametrize("state", [State.RESOLVED, State.CLOSED, State.CANCELED, State.MERGED])
def test_what_has_ended_is_not_merged_and_takes_nothing_in(state: State) -> None:
    ended, open_one = incident(1, JANE, state=state), incident(2, PAUL)
    for one, into in ((ended, open_one), (open_one, ended)):
        with pytest.raises(InvalidState) as refused:
            merged(one, into)
        expected = "survivor_merged" if into is ended and state is State.MERGED else "transition_not_allowed"
        assert refused.value.reason == expected


def test_nothing_is_merged_into_itself_or_across_clients_or_by_clients() -> None:
    one, other = incident(1, JANE), replace(incident(2, PAUL), tenant_id="ten_lumen")
    with pytest.raises(InvalidArgument, match="itself"):
        merged(one, one)
    with pytest.raises(NotFound) as missing:
        merged(one, other)
    assert missing.value.reason == "incident_not_found"
    with pytest.raises(PermissionDenied):
        merging.merge(one, incident(3, PAUL), None, "", TECH, Side.CLIENT, after(1))


def test_a_survivor_that_is_merged_itself_gives_nothing_back_before_that_is_undone() -> None:
    one, two, three = incident(1, JANE), incident(2, PAUL), incident(3, MARY)
    one, two = merged(one, two)
    two, three = merged(two, three)
    with pytest.raises(InvalidState) as refused:
        unmerged(one, two)
    assert refused.value.reason == "survivor_merged"
    two, three = unmerged(two, three)
    assert three.participants == ()
    one, two = unmerged(one, two)
    assert (one.state, two.participants) == (State.NEW, ())


def test_more_people_than_one_incident_has_room_for_are_refused() -> None:
    crowd = tuple(Party(f"p{number}@acme.example") for number in range(50))
    with pytest.raises(InvalidState) as refused:
        merged(incident(1, JANE), incident(2, PAUL, participants=crowd))
    assert refused.value.reason == "too_many_participants"


def test_people_of_a_strangers_mail_stay_out_unless_they_are_asked_in() -> None:
    strangers = incident(1, EVE, may_belong_to="inc_2", verified=False)
    _, survivor = merged(strangers, incident(2, PAUL))
    assert survivor.participants == ()
    _, survivor = merged(strangers, incident(2, PAUL), join=True)
    assert survivor.participants == (EVE,)


def test_who_came_by_a_merge_reads_nothing_that_was_asked_before() -> None:
    into = incident(2, PAUL, attachments=(AttachmentRef("att_pauls"),), configuration_item="srv-hr")
    _, survivor = merged(incident(1, JANE), into)
    survivor = replace(survivor, attachments=(*survivor.attachments, AttachmentRef("att_later")))
    jane = requester("per_jane")
    assert may_see(jane, survivor)
    seen = as_seen_by(jane, survivor)
    assert (seen.number, seen.title) == ("ACME-2", "Subject 1")
    assert (seen.description, seen.configuration_item, seen.requester) == ("", "", Party())
    assert [ref.attachment_id for ref in seen.attachments] == ["att_later"]
    assert sees_since(jane, survivor) == survivor.revision
    paul = as_seen_by(requester("per_paul"), survivor)
    assert (paul.title, paul.description) == ("Subject 2", "Text 2")
    assert sees_since(requester("per_paul"), survivor) == 0


def test_who_came_through_two_merges_knows_it_by_the_title_of_their_own() -> None:
    one, two, three = incident(1, JANE), incident(2, PAUL), incident(3, MARY)
    _, two = merged(one, two)
    _, three = merged(two, three)
    assert as_seen_by(requester("per_jane"), three).title == "Subject 1"
    assert as_seen_by(requester("per_paul"), three).title == "Subject 2"


class Desk:
    """Incidents by id, and where a mail that is tied to one of them goes."""

    def __init__(self, *incidents: Incident) -> None:
        self.incidents = {each.incident_id: each for each in incidents}

    def goes_to(self, tied: str, sender: Party, authenticated: bool = True) -> str:
        mail = submission(sender=sender, authenticated=authenticated)
        verdict = threading.decide(
            mail,
            [self.incidents[tied]],
            lambda _: True,
            meant=lambda each: merging.meant_by(mail, each, self.incidents.__getitem__),
        )
        return verdict.joins.incident_id if verdict.joins else f"new, near {verdict.may_belong_to}"


def test_a_reply_to_a_merged_incident_goes_where_it_went_through_chains_too() -> None:
    one, two, three = incident(1, JANE), incident(2, PAUL), incident(3, MARY)
    one, two = merged(one, two)
    two, three = merged(two, three)
    desk = Desk(one, two, three)
    assert desk.goes_to("inc_1", JANE, authenticated=False) == "inc_3"
    assert desk.goes_to("inc_2", PAUL) == "inc_3"


def test_whose_incident_was_merged_may_write_though_they_were_kept_out() -> None:
    one, two = merged(incident(1, JANE), incident(2, PAUL), join=False)
    assert Desk(one, two).goes_to("inc_1", JANE, authenticated=False) == "inc_2"


def test_a_stranger_follows_no_merge() -> None:
    one, two = merged(incident(1, JANE), incident(2, PAUL))
    assert Desk(one, two).goes_to("inc_1", EVE, authenticated=False) == "new, near inc_2"


def test_after_the_merge_was_undone_answers_to_the_others_mails_go_to_ones_own() -> None:
    one, two = unmerged(*merged(incident(1, JANE), incident(2, PAUL)))
    desk = Desk(one, two)
    assert desk.goes_to("inc_1", JANE) == "inc_1"
    # A mail about the second that she was sent while hers was merged into it.
    assert desk.goes_to("inc_2", JANE, authenticated=False) == "inc_1"
    assert desk.goes_to("inc_2", PAUL, authenticated=False) == "inc_2"


def test_nothing_is_said_to_a_merged_incident_itself() -> None:
    one, _ = merged(incident(1, JANE), incident(2, PAUL))
    for say in (conversation.answer, conversation.note):
        with pytest.raises(FairleadError):
            say(one, "Hello.", TECH, Side.STAFF, after(30))
