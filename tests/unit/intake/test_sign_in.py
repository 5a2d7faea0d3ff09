"""Getting into a mailbox by an access token."""

import pytest

from chassis.errors import InvalidArgument
from services.intake.domain.sign_in import (
    Granted,
    Secrets,
    SignIn,
    TokenRefused,
    TokenSource,
    check,
    granted,
    token_request,
)

SOURCE = TokenSource("https://login.example/token", "app", "mail")
BOTH = Secrets("s3cret", "refresh")


@pytest.mark.parametrize(
    ("way", "source", "secrets", "field"),
    [
        (SignIn.PASSWORD, TokenSource(), Secrets(), "password"),
        (SignIn.CLIENT_CREDENTIALS, SOURCE, Secrets(refresh_token="r"), "password"),
        (SignIn.REFRESH_TOKEN, SOURCE, Secrets("s"), "refresh_token"),
        (SignIn.REFRESH_TOKEN, TokenSource("http://login.example/token", "app"), BOTH, "token_url"),
        (SignIn.REFRESH_TOKEN, TokenSource("https://me:pass@login.example/", "app"), BOTH, "token_url"),
        (SignIn.REFRESH_TOKEN, TokenSource("https://[/", "app"), BOTH, "token_url"),
        (SignIn.REFRESH_TOKEN, TokenSource(SOURCE.token_url, ""), BOTH, "client_id"),
    ],
)
def test_what_is_missing_is_named(way: SignIn, source: TokenSource, secrets: Secrets, field: str):
    with pytest.raises(InvalidArgument) as refused:
        check(way, source, secrets)
    assert refused.value.values["field"] == field


def test_a_public_client_needs_no_secret_of_its_own():
    check(SignIn.REFRESH_TOKEN, SOURCE, Secrets(refresh_token="r"))
    form = token_request(SignIn.REFRESH_TOKEN, SOURCE, Secrets(refresh_token="r"))
    assert form == {"grant_type": "refresh_token", "client_id": "app", "refresh_token": "r", "scope": "mail"}


def test_a_token_is_taken_and_a_refusal_says_why():
    assert granted(200, b'{"access_token": "a.b-c", "refresh_token": "r2"}') == Granted("a.b-c", "r2")
    with pytest.raises(TokenRefused, match="400: invalid_grant: expired"):
        granted(400, b'{"error": "invalid_grant", "error_description": "expired"}')


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"access_token": "a\\u0001auth=x"}', b'{"access_token": 7}']
)
def test_what_is_no_token_gets_nowhere_near_a_mail_server(body: bytes):
    with pytest.raises(TokenRefused):
        granted(200, body)
