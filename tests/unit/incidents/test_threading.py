"""Join or open."""

from dataclasses import replace

import pytest

from services.incidents.domain.incident import Incident, Party, State
from services.incidents.domain.threading import Thread, Tie, decide, remembered
from tests.harness.incident_values import JANE, after, opened, submission

STRANGER = Party("eve@elsewhere.example", "Eve")


def always(incident: Incident) -> bool:
    return True


def never(incident: Incident) -> bool:
    return False


def test_nothing_to_join_means_open() -> None:
    verdict = decide(submission(), [], always)
    assert verdict.joins is None
    assert verdict.follows_incident_id == ""


def test_a_participant_joins_even_when_mail_cannot_be_authenticated() -> None:
    incident = opened()
    assert decide(submission(authenticated=False), [incident], always).joins is incident


def test_somebody_known_of_the_same_tenant_joins_what_they_were_forwarded() -> None:
    incident = opened()
    colleague = submission(sender=Party("paul@acme.example"), authenticated=True)
    assert decide(colleague, [incident], always).joins is incident


def test_a_stranger_with_a_stolen_token_or_message_id_opens_their_own() -> None:
    theirs = submission(sender=STRANGER, authenticated=False)
    verdict = decide(theirs, [opened()], always)
    assert verdict.joins is None
    assert verdict.follows_incident_id == ""


@pytest.mark.parametrize("authenticated", [True, False])
def test_nobody_joins_across_tenants_whatever_they_hold(authenticated: bool) -> None:
    elsewhere = replace(opened(), tenant_id="ten_lumen")
    assert decide(submission(authenticated=authenticated), [elsewhere], always).joins is None


def test_the_strongest_tie_decides() -> None:
    first = opened()
    second = replace(first, incident_id="inc_other")
    assert decide(submission(), [first, second], always).joins is first


def test_a_weaker_tie_serves_where_the_stronger_one_is_not_ones_own() -> None:
    foreign, own = replace(opened(), tenant_id="ten_lumen"), opened()
    assert decide(submission(), [foreign, own], always).joins is own


def test_a_reply_to_what_is_resolved_joins_it() -> None:
    incident = replace(opened(), state=State.RESOLVED)
    assert decide(submission(), [incident], always).joins is incident


def test_a_reply_to_what_was_closed_lately_joins_it() -> None:
    incident = replace(opened(), state=State.CLOSED, close_time=after(5))
    assert decide(submission(), [incident], always).joins is incident


def test_a_reply_to_what_was_closed_too_long_ago_opens_a_follow_up() -> None:
    incident = replace(opened(), state=State.CLOSED, close_time=after(5))
    verdict = decide(submission(), [incident], never)
    assert verdict.joins is None
    assert verdict.follows_incident_id == incident.incident_id


def test_a_reply_to_what_was_canceled_opens_a_follow_up() -> None:
    incident = replace(opened(), state=State.CANCELED)
    assert decide(submission(sender=JANE), [incident], always).follows_incident_id == incident.incident_id


def test_whoever_may_not_join_is_noted_as_perhaps_belonging_there() -> None:
    incident = opened()
    verdict = decide(submission(sender=STRANGER, authenticated=False), [incident], always)
    assert verdict.may_belong_to == incident.incident_id
    elsewhere = replace(incident, tenant_id="ten_lumen")
    assert decide(submission(sender=STRANGER, authenticated=False), [elsewhere], always).may_belong_to == ""


def test_a_second_answer_to_what_ended_joins_its_follow_up() -> None:
    ended = replace(opened(), state=State.CLOSED, close_time=after(5))
    later = replace(opened(), incident_id="inc_later", follows_incident_id=ended.incident_id)
    continued = {ended.incident_id: [later]}
    verdict = decide(submission(), [ended], never, lambda each: continued.get(each.incident_id, []))
    assert verdict.joins is later


def test_where_the_follow_up_has_ended_too_the_next_one_follows_that() -> None:
    ended = replace(opened(), state=State.CLOSED, close_time=after(5))
    later = replace(ended, incident_id="inc_later", follows_incident_id=ended.incident_id)
    continued = {ended.incident_id: [later]}
    verdict = decide(submission(), [ended], never, lambda each: continued.get(each.incident_id, []))
    assert (verdict.joins, verdict.follows_incident_id) == (None, "inc_later")


def test_follow_ups_that_go_in_a_circle_end_somewhere() -> None:
    ended = replace(opened(), state=State.CLOSED, close_time=after(5))
    assert decide(submission(), [ended], never, lambda _: [ended]).follows_incident_id == ended.incident_id


def test_a_mail_is_remembered_with_what_it_mentions() -> None:
    learned = remembered(submission(message_id="c@x", referenced_message_ids=("a@x", "b@x")), "inc_1", {})
    assert learned["c@x"] == Thread("inc_1", Tie.PROVEN, "sub_1")
    assert learned["a@x"] == learned["b@x"] == Thread("inc_1", Tie.MENTIONED)


def test_what_a_forger_mentions_ties_nobody_else() -> None:
    forged = submission(message_id="c@x", referenced_message_ids=("a@x",), authenticated=False)
    thread = remembered(forged, "inc_1", {})["a@x"]
    assert thread.tie is Tie.CLAIMED
    paul = submission(sender=Party("paul@acme.example"), authenticated=True)
    assert not thread.counts_for(paul, opened())
    assert thread.counts_for(submission(), opened())


def test_a_stranger_in_anothers_thread_teaches_nothing_of_it() -> None:
    theirs = submission(
        sender=STRANGER, authenticated=False, message_id="c@x", referenced_message_ids=("a@x", "b@x")
    )
    learned = remembered(theirs, "inc_2", {"a@x": Thread("inc_1", Tie.SENT)})
    assert learned == {"c@x": Thread("inc_2", Tie.SEEN, "sub_1")}


def test_of_a_thousand_mentions_the_beginning_and_the_nearest_are_read_and_kept() -> None:
    long = submission(referenced_message_ids=tuple(f"{n}@x" for n in range(1000)))
    assert long.nearest_references[0] == "999@x"
    assert {"0@x", "900@x"} <= set(long.nearest_references)
    assert len(long.nearest_references) == 200
    learned = remembered(long, "inc_1", {})
    assert {"0@x", "999@x"} <= learned.keys()
    assert len(learned) == 50
