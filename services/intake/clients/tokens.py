"""Access tokens for mailboxes, from the authorization servers that administrators name."""

import http.client
import ssl
from urllib.parse import urlencode, urlsplit

from services.intake.domain.mailbox import Account, Problem
from services.intake.domain.reach import is_public
from services.intake.domain.sign_in import Granted, Secrets, TokenRefused, granted, token_request
from services.intake.ports.mailboxes import MailboxFailed

_SECONDS = 10.0
_LARGEST = 65_536


def access_token(account: Account, secrets: Secrets, internal_allowed: bool = False) -> Granted:
    """See ports.mailboxes.AccessToken. No redirect is followed: secrets go to the named server alone."""
    parts = urlsplit(account.source.token_url)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port)
    try:
        connection.connect()
        if not internal_allowed and not is_public(connection.sock.getpeername()[0]):
            raise MailboxFailed(Problem.INTERNAL)
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        form = urlencode(token_request(account.sign_in, account.source, secrets))
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        connection.request("POST", path, form, headers)
        answer = connection.getresponse()
        status, body = answer.status, answer.read(_LARGEST)
    except ssl.SSLCertVerificationError as error:
        raise MailboxFailed(Problem.CERTIFICATE, error.verify_message) from error
    except (OSError, http.client.HTTPException) as error:
        raise MailboxFailed(Problem.UNREACHABLE, str(error)) from error
    finally:
        connection.close()
    if status >= 500 or status == 429:
        raise MailboxFailed(Problem.UNREACHABLE, f"The authorization server answers {status}.")
    try:
        return granted(status, body)
    except TokenRefused as refusal:
        raise MailboxFailed(Problem.TOKEN, str(refusal)) from refusal


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port or 443, timeout=_SECONDS, context=context)
    return http.client.HTTPConnection(host, port or 80, timeout=_SECONDS)
