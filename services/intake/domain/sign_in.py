"""Getting into a mailbox: by password, or by an access token (RFC 6749) where servers take no passwords any more."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from chassis.errors import InvalidArgument

_LONGEST = 1_000
_LONGEST_TOKEN = 16_384
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*")


class SignIn(StrEnum):
    """PASSWORD, or a token that is got with our own credentials, or with a consent that somebody gave for the mailbox."""

    PASSWORD = "password"  # noqa: S105 - a word for a way
    CLIENT_CREDENTIALS = "client_credentials"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 - the same


@dataclass(frozen=True, slots=True)
class TokenSource:
    """Where access tokens are got. Empty where a password is used."""

    token_url: str = ""
    client_id: str = ""
    oauth_scope: str = ""


@dataclass(frozen=True, slots=True)
class Secrets:
    """password: the mailbox's, or the client's secret. refresh_token: of whoever gave consent."""

    password: str = ""
    refresh_token: str = ""

    def over(self, known: "Secrets") -> "Secrets":
        """What was typed, and what was known before where nothing was."""
        return Secrets(self.password or known.password, self.refresh_token or known.refresh_token)


@dataclass(frozen=True, slots=True)
class Granted:
    """An access token. refresh_token: the next one, "" where the old one stays."""

    access_token: str
    refresh_token: str = ""


class TokenRefused(Exception):
    """The authorization server gives no token, or an answer that is none."""


def check(sign_in: SignIn, source: TokenSource, secrets: Secrets) -> None:
    """Raises InvalidArgument naming the field."""
    if sign_in is not SignIn.REFRESH_TOKEN and not secrets.password:
        raise InvalidArgument("password_invalid", "A password is needed.", field="password")
    if len(secrets.password) > _LONGEST:
        raise InvalidArgument("password_invalid", "At most 1,000 characters.", field="password")
    if sign_in is SignIn.PASSWORD:
        return
    refresh = secrets.refresh_token
    if sign_in is SignIn.REFRESH_TOKEN and not 0 < len(refresh) <= _LONGEST_TOKEN:
        raise InvalidArgument("refresh_token_invalid", "A refresh token is needed.", field="refresh_token")
    if not _is_address(source.token_url):
        raise InvalidArgument("token_url_invalid", "An https address is needed.", field="token_url")
    if not 0 < len(source.client_id) <= _LONGEST or not source.client_id.isprintable():
        raise InvalidArgument("client_id_invalid", "A client id is needed.", field="client_id")
    if len(source.oauth_scope) > _LONGEST or not source.oauth_scope.isprintable():
        raise InvalidArgument("oauth_scope_invalid", "At most 1,000 characters.", field="oauth_scope")


def _is_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        known = parts.port is None or parts.port > 0
    except ValueError:
        return False
    private = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    plain = not parts.username and not parts.fragment and address.isascii() and address.isprintable()
    return bool(
        private and known and plain and parts.hostname and " " not in address and len(address) <= _LONGEST
    )


def token_request(sign_in: SignIn, source: TokenSource, secrets: Secrets) -> dict[str, str]:
    """The form that asks for a token; the client names itself in it, as Microsoft and Google ask."""
    form = {"grant_type": sign_in.value, "client_id": source.client_id}
    if secrets.password:
        form["client_secret"] = secrets.password
    if sign_in is SignIn.REFRESH_TOKEN:
        form["refresh_token"] = secrets.refresh_token
    if source.oauth_scope:
        form["scope"] = source.oauth_scope
    return form


def granted(status: int, body: bytes) -> Granted:
    """Raises TokenRefused with the server's own word for why."""
    try:
        answer: Any = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise TokenRefused(f"{status}: no JSON object")
    token, next_one = answer.get("access_token"), answer.get("refresh_token")
    if status != 200:
        said = (str(answer[name])[:150] for name in ("error", "error_description") if answer.get(name))
        raise TokenRefused(": ".join([str(status), *said]))
    # Whatever else stands in it would go into the dialog with the mail server.
    if not isinstance(token, str) or len(token) > _LONGEST_TOKEN or not _TOKEN.fullmatch(token):
        raise TokenRefused(f"{status}: no access token")
    if not isinstance(next_one, str) or len(next_one) > _LONGEST_TOKEN:
        next_one = ""
    return Granted(token, next_one)
