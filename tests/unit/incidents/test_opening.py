"""How incidents begin."""

from services.incidents.domain import texts
from services.incidents.domain.incident import PARTICIPANTS_KEPT, Impact, Party, Priority, State, Urgency
from tests.harness.incident_values import JANE, NOON, opened

PAUL = Party("paul@acme.example", "Paul", "per_paul")


def test_a_new_incident_is_new_and_of_middling_priority_until_somebody_decides() -> None:
    incident = opened()
    assert (incident.state, incident.priority, incident.revision) == (State.NEW, Priority.P3, 1)
    assert incident.priority_decision.source == "default"
    assert incident.create_time == incident.update_time == NOON
    assert incident.requester == JANE


def test_impact_and_urgency_given_by_the_form_set_the_priority_and_say_so() -> None:
    incident = opened(impact=Impact.HIGH, urgency=Urgency.MEDIUM)
    assert incident.priority is Priority.P2
    assert incident.priority_decision.source == "matrix"
    assert incident.priority_decision.reason == "high impact × medium urgency"


def test_urgency_alone_decides_no_priority() -> None:
    assert opened(urgency=Urgency.HIGH).priority is Priority.P3


def test_those_copied_take_part_when_the_sender_is_known() -> None:
    assert opened(copied=(PAUL, JANE)).participants == (PAUL,)


def test_an_unauthenticated_sender_names_nobody_who_would_be_told() -> None:
    incident = opened(copied=(PAUL,), authenticated=False)
    assert incident.participants == ()
    assert not incident.verified


def test_the_number_of_participants_has_a_bound() -> None:
    crowd = tuple(Party(f"p{place}@acme.example") for place in range(200))
    assert len(opened(copied=crowd).participants) == PARTICIPANTS_KEPT


def test_a_mail_without_subject_is_called_after_its_first_line() -> None:
    assert opened(subject=" ", text="\nHelp me\nplease").title == "Help me"
    assert opened(subject="", text="").title == "(no subject)"


def test_a_long_mail_is_cut_rather_than_refused() -> None:
    incident = opened(subject="s" * 5_000, text="t" * 500_000)
    assert len(incident.title) == texts.MAX_TITLE
    assert len(incident.description) == texts.MAX_TEXT
    assert incident.description.endswith("…")


def test_a_folded_subject_becomes_one_line() -> None:
    assert opened(subject="Printer\r\n on  fire").title == "Printer on fire"
