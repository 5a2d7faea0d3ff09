"""Mailboxes over IMAP (RFC 9051, and RFC 3501 as most servers speak it), with IDLE (RFC 2177) where there is it."""

import logging
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from imapclient import DELETED, SEEN, IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from services.intake.domain.mailbox import Account, After, Problem, Security
from services.intake.domain.reach import is_public
from services.intake.domain.sign_in import SignIn
from services.intake.ports.mailboxes import MailboxFailed

_TIMEOUT = SocketTimeout(connect=10, read=60)
# An idle connection is tried so often: routers on the way forget silent ones.
_IDLE_SECONDS = 240.0
# Where the server does not tell of new mail by itself.
_POLL_SECONDS = 30.0
Answer = TypeVar("Answer")

# It logs every line of every conversation, passwords among them.
logging.getLogger("imapclient").setLevel(logging.ERROR)


def connect(account: Account, key: str, internal_allowed: bool = False) -> "ImapMailbox":
    """See ports.mailboxes.Connect. internal_allowed: servers that are not on the internet, too."""
    if not internal_allowed:
        _require_public(_addresses(account))
    client = _asked(lambda: _client(account), Problem.UNREACHABLE)
    try:
        if not internal_allowed:
            # The name may lead elsewhere by now.
            _require_public([client.socket().getpeername()[0]])
        try:
            _sign_in(client, account, key)
        except LoginError as error:
            away = "UNAVAILABLE" in str(error).upper()
            raise MailboxFailed(Problem.UNREACHABLE if away else Problem.LOGIN, str(error)) from error
        except (OSError, IMAPClientError) as error:
            raise MailboxFailed(Problem.UNREACHABLE, str(error)) from error
        return ImapMailbox(client, account)
    except BaseException:
        with suppress(Exception):
            client.shutdown()
        raise


def _sign_in(client: IMAPClient, account: Account, key: str) -> None:
    if account.sign_in is SignIn.PASSWORD:
        client.login(account.username, key)
    elif client.has_capability("AUTH=OAUTHBEARER") and not client.has_capability("AUTH=XOAUTH2"):
        client.oauthbearer_login(account.username, key)
    else:
        client.oauth2_login(account.username, key)


def _addresses(account: Account) -> list[str]:
    try:
        found = socket.getaddrinfo(account.host.strip("[]"), account.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise MailboxFailed(Problem.UNREACHABLE, str(error)) from error
    return [str(entry[4][0]) for entry in found]


def _require_public(addresses: Sequence[str]) -> None:
    """Before anything is said, or shown of what the other side says."""
    if not all(is_public(address) for address in addresses):
        raise MailboxFailed(Problem.INTERNAL)


def _client(account: Account) -> IMAPClient:
    tls = account.security is Security.TLS
    context = ssl.create_default_context()
    client = IMAPClient(
        account.host.strip("[]"),
        account.port,
        ssl=tls,
        ssl_context=context if tls else None,
        timeout=_TIMEOUT,
    )
    if account.security is Security.STARTTLS:
        client.starttls(context)
    return client


def _asked(ask: Callable[[], Answer], refusal: Problem) -> Answer:
    """What the server answers. refusal: what it means when it says no."""
    try:
        return ask()
    except ssl.SSLCertVerificationError as error:
        raise MailboxFailed(Problem.CERTIFICATE, error.verify_message) from error
    except (OSError, IMAPClientAbortError) as error:
        raise MailboxFailed(Problem.UNREACHABLE, str(error)) from error
    except IMAPClientError as error:
        raise MailboxFailed(refusal, str(error)) from error
    except (ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
        # Whatever the library does with an answer that is none.
        raise MailboxFailed(Problem.PROTOCOL, f"{type(error).__name__}: {error}") from error


class ImapMailbox:
    """See ports.mailboxes.OpenMailbox. For one thread."""

    def __init__(self, client: IMAPClient, account: Account) -> None:
        self._client = client
        self._account = account
        self._idle_since: float | None = None
        self._looked = time.monotonic()
        selected = _asked(lambda: client.select_folder(account.folder), Problem.FOLDER)
        self.uid_validity = int(selected.get(b"UIDVALIDITY", 0))
        self.uid_next = int(selected.get(b"UIDNEXT", 1))
        self._can = frozenset(client.capabilities())

    def new(self, above: int | None) -> Sequence[int]:
        criteria = ["UNSEEN"] if above is None else ["UID", f"{above + 1}:*"]
        found = self._do(lambda: self._client.search([*criteria, "UNDELETED"]), Problem.PROTOCOL)
        self._looked = time.monotonic()
        # "7:*" names the last message, too, where there is none above.
        return sorted(uid for uid in found if above is None or uid > above)

    def fetch(self, uid: int, most: int) -> tuple[bytes, int] | None:
        wanted = ["RFC822.SIZE", f"BODY.PEEK[]<0.{most}>"]
        answer = self._do(lambda: self._client.fetch([uid], wanted), Problem.MESSAGE).get(uid)
        if not answer:
            return None
        raw = answer.get(b"BODY[]<0>", answer.get(b"BODY[]"))
        if not isinstance(raw, bytes):
            raise MailboxFailed(Problem.MESSAGE, "The server gives no bytes.")
        return raw, int(answer.get(b"RFC822.SIZE", len(raw)))

    def took(self, uids: Sequence[int]) -> None:
        match self._account.after:
            case After.SEEN:
                self._do(lambda: self._client.add_flags(uids, [SEEN], silent=True), Problem.PROTOCOL)
            case After.MOVE:
                self._move(uids)
            case After.DELETE:
                self._remove(uids)

    def _move(self, uids: Sequence[int]) -> None:
        folder = self._account.move_to
        if not self._do(lambda: self._client.folder_exists(folder), Problem.FOLDER):
            self._do(lambda: self._client.create_folder(folder), Problem.FOLDER)
        if b"MOVE" in self._can:
            self._do(lambda: self._client.move(uids, folder), Problem.FOLDER)
            return
        self._do(lambda: self._client.copy(uids, folder), Problem.FOLDER)
        self._remove(uids)

    def _remove(self, uids: Sequence[int]) -> None:
        """Without UIDPLUS it stays marked as deleted: expunging would remove what others have marked."""
        self._do(lambda: self._client.add_flags(uids, [DELETED], silent=True), Problem.PROTOCOL)
        if b"UIDPLUS" in self._can:
            self._do(lambda: self._client.uid_expunge(uids), Problem.PROTOCOL)

    def wait(self, seconds: float) -> bool:
        if b"IDLE" not in self._can:
            time.sleep(seconds)
            return time.monotonic() - self._looked >= _POLL_SECONDS
        if self._idle_since is None:
            _asked(self._client.idle, Problem.PROTOCOL)
            self._idle_since = time.monotonic()
        began = time.monotonic()
        said = _asked(lambda: self._client.idle_check(timeout=seconds), Problem.PROTOCOL)
        if not said and time.monotonic() - began < seconds / 2:
            # It hung up: nothing is said, and at once.
            raise MailboxFailed(Problem.UNREACHABLE, "The server closed the connection.")
        if any(_is_farewell(one) for one in said):
            raise MailboxFailed(Problem.UNREACHABLE, "The server said goodbye.")
        came = any(len(one) > 1 and one[1] in (b"EXISTS", b"RECENT") for one in said)
        return came or time.monotonic() - self._idle_since > _IDLE_SECONDS

    def close(self) -> None:
        with suppress(Exception):
            self._awake()
            self._client.logout()
            return
        with suppress(Exception):
            self._client.shutdown()

    def _do(self, ask: Callable[[], Any], refusal: Problem) -> Any:
        self._awake()
        return _asked(ask, refusal)

    def _awake(self) -> None:
        if self._idle_since is not None:
            self._idle_since = None
            _asked(self._client.idle_done, Problem.PROTOCOL)


def _is_farewell(said: Any) -> bool:
    return bool(said) and said[0] == b"BYE"
