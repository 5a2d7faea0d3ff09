"""Answer links: one token, one thing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.incidents.domain.answer_token import LINK_LIFE, AnswerAction, AnswerTokens
from services.incidents.domain.incident import Party
from tests.harness.incident_values import JANE, NOON, opened

INCIDENT = opened()
TOKENS = AnswerTokens(b"s" * 32)


def minted(action: AnswerAction = AnswerAction.CONFIRM, cycle: int = 0, recipient: str = "per_jane") -> str:
    return TOKENS.mint(INCIDENT.incident_id, action, cycle, recipient, NOON)


@given(st.sampled_from(AnswerAction), st.integers(0, 1023))
def test_a_token_says_what_it_was_made_for(action: AnswerAction, cycle: int) -> None:
    claim = TOKENS.read(minted(action, cycle))
    assert claim is not None
    assert (claim.incident_id, claim.action, claim.cycle) == (INCIDENT.incident_id, action, cycle)
    assert timedelta() <= claim.expire_time - (NOON + LINK_LIFE) < timedelta(hours=1)


def test_it_is_bound_to_one_person_or_address_of_the_incident() -> None:
    claim = TOKENS.read(minted(recipient="per_jane"))
    assert claim.party_of(INCIDENT) == JANE
    assert claim.party_of(replace(INCIDENT, requester=Party("paul@acme.example", "", "per_paul"))) is None
    by_address = TOKENS.read(minted(recipient="Jane@acme.example"))
    assert by_address.party_of(INCIDENT) == JANE


def test_it_is_bound_to_one_resolution() -> None:
    claim = TOKENS.read(minted(cycle=1))
    assert not claim.is_of_cycle(INCIDENT)
    assert claim.is_of_cycle(replace(INCIDENT, reopen_count=1))


def test_any_changed_character_makes_it_void() -> None:
    token = minted()
    for place, character in enumerate(token):
        forged = token[:place] + ("a" if character != "a" else "b") + token[place + 1 :]
        assert TOKENS.read(forged) is None


@pytest.mark.parametrize("junk", ["", "a", "é" * 70, "A" * 70, "../" * 20])
def test_junk_is_void(junk: str) -> None:
    assert TOKENS.read(junk) is None


def test_another_secrets_token_is_void() -> None:
    assert AnswerTokens(b"t" * 32).read(minted()) is None
