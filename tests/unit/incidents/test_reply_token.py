"""Reply tokens."""

import re

import pytest

from services.incidents.domain.reply_token import ReplyTokens

INCIDENT = "inc_01m8490y6g7z9ycjtqqcamtm01"
TOKENS = ReplyTokens(b"s" * 32)


def test_a_token_leads_back_to_its_incident() -> None:
    assert TOKENS.read(TOKENS.mint(INCIDENT, "jane@acme.example")) == INCIDENT


def test_a_token_fits_a_mailbox_tag() -> None:
    token = TOKENS.mint(INCIDENT, "jane@acme.example")
    assert re.fullmatch(r"[a-z0-9]+", token)
    assert len(f"reply+{token}") <= 64


def test_each_recipient_has_a_token_of_their_own_whatever_the_case_of_the_address() -> None:
    assert TOKENS.mint(INCIDENT, "Jane@ACME.example") == TOKENS.mint(INCIDENT, "jane@acme.example")
    assert TOKENS.mint(INCIDENT, "paul@acme.example") != TOKENS.mint(INCIDENT, "jane@acme.example")


def test_a_mail_server_that_raises_its_voice_does_no_harm() -> None:
    assert TOKENS.read(TOKENS.mint(INCIDENT, "jane@acme.example").upper()) == INCIDENT


def test_any_changed_character_makes_it_void() -> None:
    token = TOKENS.mint(INCIDENT, "jane@acme.example")
    for place, character in enumerate(token):
        forged = token[:place] + ("a" if character != "a" else "b") + token[place + 1 :]
        assert TOKENS.read(forged) == ""


def test_another_secrets_token_is_void() -> None:
    assert TOKENS.read(ReplyTokens(b"t" * 32).mint(INCIDENT, "jane@acme.example")) == ""


@pytest.mark.parametrize("junk", ["", "x", "a" * 50, "é" * 50, "a" * 10_000, "$" * 50])
def test_junk_is_void(junk: str) -> None:
    assert TOKENS.read(junk) == ""


def test_only_incidents_have_tokens_and_short_secrets_are_refused() -> None:
    with pytest.raises(ValueError, match="incident id"):
        TOKENS.mint("per_01m8490y6g7z9ycjtqqcamtm01", "jane@acme.example")
    with pytest.raises(ValueError, match="32 bytes"):
        ReplyTokens(b"short")
