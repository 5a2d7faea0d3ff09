"""Tokens over any address, translation over any incident."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.incidents.domain.incident import (
    AwaitedParty,
    Decision,
    Hold,
    Impact,
    Incident,
    Kind,
    Party,
    Priority,
    Resolution,
    State,
    Urgency,
)
from services.incidents.domain.reply_token import ReplyTokens
from services.incidents.store.translation import changed_state, to_incident, to_state

TOKENS = ReplyTokens(b"p" * 32)
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
IDS = st.text(ALPHABET, min_size=26, max_size=26).map("inc_{}".format)
TIMES = st.integers(0, 10**12).map(lambda ms: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms))
TEXT = st.text(max_size=20)
PARTIES = st.builds(Party, TEXT, TEXT, TEXT)
DECISIONS = st.none() | st.builds(Decision, TEXT, TEXT, st.floats(0, 1))
INCIDENTS = st.builds(
    Incident,
    incident_id=IDS,
    provider_id=st.just("prv_1"),
    tenant_id=st.just("ten_1"),
    number=TEXT,
    title=TEXT,
    create_time=TIMES,
    update_time=TIMES,
    requester=PARTIES,
    description=TEXT,
    kind=st.sampled_from(Kind),
    state=st.sampled_from(State),
    participants=st.lists(PARTIES, max_size=3).map(tuple),
    verified=st.booleans(),
    impact=st.sampled_from([None, *Impact]),
    urgency=st.sampled_from([None, *Urgency]),
    priority=st.sampled_from(Priority),
    hold=st.none() | st.builds(Hold, st.sampled_from(AwaitedParty), TEXT, TIMES),
    resolution=st.none() | st.builds(Resolution, TEXT, TEXT, TIMES),
    close_time=st.none() | TIMES,
    priority_decision=DECISIONS,
    submission_ids=st.lists(TEXT, max_size=3).map(tuple),
    recent_keys=st.lists(TEXT, max_size=3).map(tuple),
    revision=st.integers(1, 10**9),
)


@given(IDS, st.emails())
def test_any_address_has_a_token_that_leads_back(incident_id: str, address: str) -> None:
    assert TOKENS.read(TOKENS.mint(incident_id, address)) == incident_id


@given(st.text(max_size=80))
def test_no_text_that_was_not_minted_is_a_token(text: str) -> None:
    assert TOKENS.read(text) == ""


@given(INCIDENTS)
def test_an_incident_survives_the_store(incident: Incident) -> None:
    kept = {"_id": incident.incident_id, "provider_id": "prv_1", "tenant_id": "ten_1"}
    assert to_incident({**kept, "revision": incident.revision, **to_state(incident)}) == incident


@given(INCIDENTS, INCIDENTS)
def test_writing_what_changed_is_writing_all_of_it(before: Incident, after: Incident) -> None:
    assert to_state(before) | changed_state(before, after) == to_state(after)
