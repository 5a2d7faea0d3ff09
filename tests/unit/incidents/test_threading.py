"""Join or open."""

from dataclasses import replace

import pytest

from services.incidents.domain.incident import Incident, Party, State
from services.incidents.domain.threading import decide
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
