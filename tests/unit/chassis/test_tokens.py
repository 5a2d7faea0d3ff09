"""Caller tokens: who may vouch for whom, and for how long."""

import base64
import json
import os
import stat
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from chassis.errors import PermissionDenied, Unauthenticated
from chassis.tenancy import Caller, Role
from chassis.tokens import LIFETIME, CallerSigner, CallerVerifier, covers, make_keys

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ADA = Caller(
    "person:per_ada",
    "prv_n",
    frozenset({"ten_a"}),
    frozenset({Role.REQUESTER}),
    scopes=frozenset({"incidents.read", "incidents.write"}),
    name="Ada Lovelace",
    locale="fr",
)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    make_keys(tmp_path, ["gateway", "triage", "operator"])
    return tmp_path


@pytest.fixture
def verifier(keys: Path) -> CallerVerifier:
    return CallerVerifier(keys / "public")


def refusal(verifier: CallerVerifier, token: str, at: datetime = NOON) -> str:
    with pytest.raises(Unauthenticated) as refused:
        verifier.verify(token, at)
    return refused.value.reason


def test_a_minted_caller_comes_out_as_it_went_in(keys, verifier):
    minted = CallerSigner.load(keys, "gateway").mint(ADA, NOON)

    assert verifier.verify(minted.token, NOON) == ADA
    assert verifier.verify(minted.token, NOON).token == minted.token


def test_a_token_lives_five_minutes(keys, verifier):
    token = CallerSigner.load(keys, "gateway").mint(ADA, NOON).token

    assert verifier.verify(token, NOON + LIFETIME)
    assert refusal(verifier, token, NOON + LIFETIME + timedelta(seconds=1)) == "token_expired"
    assert refusal(verifier, token, NOON - timedelta(minutes=1)) == "token_expired"


def test_an_expired_token_still_counts_at_the_time_of_its_event(keys, verifier):
    token = CallerSigner.load(keys, "gateway").mint(ADA, NOON).token
    assert refusal(verifier, token, NOON + timedelta(days=90)) == "token_expired"

    assert verifier.verify(token, NOON + timedelta(minutes=2)) == ADA


@pytest.mark.parametrize(
    ("service", "subject"),
    [
        ("triage", "person:per_ada"),
        ("triage", "client:cli_1"),
        ("triage", "operator:cli"),
        ("triage", "service:gateway"),
        ("gateway", "operator:cli"),
        ("gateway", "service:"),
        ("gateway", "admin:root"),
        ("gateway", ""),
    ],
)
def test_no_service_can_mint_another_ones_caller(keys, verifier, service, subject):
    caller = Caller(subject, "prv_n", None, frozenset({Role.OPERATOR}))
    signer = CallerSigner.load(keys, service)

    with pytest.raises(PermissionDenied):
        signer.mint(caller, NOON)
    # Nor by writing the token with one's own key, past the signer's own check.
    assert refusal(verifier, forge(keys, service, service, caller)) == "issuer_not_allowed"


def test_a_token_that_claims_another_issuer_than_its_keys_owner_is_refused(keys, verifier):
    assert refusal(verifier, forge(keys, "triage", "gateway", ADA)) == "issuer_not_allowed"


def forge(keys: Path, signing: str, claimed: str, caller: Caller) -> str:
    signer = CallerSigner.load(keys, signing)
    issued = int(NOON.timestamp())
    claims = {**caller.to_claims(), "iss": claimed, "iat": issued, "exp": issued + 300}
    return jwt.encode(signer._header, claims, signer._key, algorithms=["Ed25519"])


@pytest.mark.parametrize("claims", [{"sub": 7}, {"roles": ["king"]}, {"tenant_ids": 3}, {"exp": "never"}])
def test_a_well_signed_token_of_another_shape_is_refused(keys, verifier, claims):
    signer = CallerSigner.load(keys, "gateway")
    issued = int(NOON.timestamp())
    odd = {**ADA.to_claims(), "iss": "gateway", "iat": issued, "exp": issued + 300, **claims}

    assert (
        refusal(verifier, jwt.encode(signer._header, odd, signer._key, algorithms=["Ed25519"]))
        == "token_invalid"
    )


def test_a_key_nobody_published_is_refused(keys, verifier):
    pem = OKPKey.generate_key("Ed25519").as_pem(private=True)

    assert refusal(verifier, CallerSigner("gateway", pem).mint(ADA, NOON).token) == "token_invalid"


def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(keys, verifier):
    (public,) = (keys / "public").glob("gateway.*.pub")
    issued = int(NOON.timestamp())
    claims = {**ADA.to_claims(), "iss": "gateway", "iat": issued, "exp": issued + 300}
    secret = OctKey.import_key(public.read_bytes().replace(b"-----", b"").ljust(64, b"x"))

    token = jwt.encode({"alg": "HS256", "kid": public.stem}, claims, secret)

    assert refusal(verifier, token) == "token_invalid"


def test_a_token_without_a_signature_or_with_changed_claims_is_refused(keys, verifier):
    header, _, signature = CallerSigner.load(keys, "gateway").mint(ADA, NOON).token.split(".")
    grown = _part({**ADA.to_claims(), "roles": ["operator"], "iss": "gateway", "iat": 0, "exp": 9e9})

    assert refusal(verifier, f"{header}.{grown}.{signature}") == "token_invalid"
    assert refusal(verifier, f"{_part({'alg': 'none'})}.{grown}.") == "token_invalid"


@pytest.mark.parametrize("token", ["x", "a.b.c", "é.é.é", "..", "\x00"])
def test_rubbish_is_refused_as_invalid(verifier, token):
    assert refusal(verifier, token) == "token_invalid"


def test_a_missing_token_is_told_apart(verifier):
    assert refusal(verifier, "") == "token_missing"


def _part(claims: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()


def test_a_service_reuses_its_own_token_while_it_is_fresh(keys, verifier):
    signer = CallerSigner.load(keys, "triage")
    first = signer.service_caller(NOON, "prv_n", frozenset({"ten_a"}))

    assert first.subject == "service:triage"
    assert first.roles == {Role.SERVICE}
    assert (
        signer.service_caller(NOON + timedelta(minutes=3), "prv_n", frozenset({"ten_a"})).token == first.token
    )
    assert signer.service_caller(NOON, "prv_n").token != first.token
    later = NOON + timedelta(minutes=4, seconds=30)
    renewed = signer.service_caller(later, "prv_n", frozenset({"ten_a"}))
    assert verifier.verify(renewed.token, later + timedelta(minutes=1)) == first
    earlier = NOON - timedelta(days=1)
    assert verifier.verify(signer.service_caller(earlier, "prv_n").token, earlier)


def test_private_keys_are_readable_by_their_owner_alone_and_made_once(keys):
    before = (keys / "triage.key").read_bytes()
    make_keys(keys, ["triage", "sla"])

    assert stat.S_IMODE(os.stat(keys / "triage.key").st_mode) == 0o600
    assert (keys / "triage.key").read_bytes() == before
    assert len(list((keys / "public").glob("triage.*.pub"))) == 1


def test_tokens_of_a_retired_key_still_verify_and_a_new_key_is_found(keys, verifier, monkeypatch):
    old = CallerSigner.load(keys, "gateway").mint(ADA, NOON)
    assert verifier.verify(old.token, NOON)
    (keys / "gateway.key").unlink()
    make_keys(keys, ["gateway"])
    new = CallerSigner.load(keys, "gateway").mint(ADA, NOON)
    monkeypatch.setattr(time, "monotonic", lambda: 1e9)  # unknown ids re-read the folder once a second

    assert verifier.verify(new.token, NOON) == ADA
    assert CallerVerifier(keys / "public").verify(old.token, NOON) == ADA


def test_a_token_covers_a_time_only_for_the_caller_it_names(keys):
    minted = CallerSigner.load(keys, "gateway").mint(ADA, NOON)
    eve = Caller("person:per_eve", "prv_n", None, frozenset(), token=minted.token)

    assert covers(minted, NOON + LIFETIME)
    assert not covers(minted, NOON + LIFETIME + timedelta(seconds=1))
    assert not covers(eve, NOON)
    assert not covers(ADA, NOON)
    assert not covers(Caller("person:x", "prv_n", None, frozenset(), token="rubbish"), NOON)
