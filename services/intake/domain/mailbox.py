"""A mailbox that mail is fetched from by IMAP: where it is, what becomes of what was taken, how it went lately."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chassis.errors import InvalidArgument
from services.intake.domain.sign_in import SignIn, TokenSource

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.\-]{0,252}[A-Za-z0-9])?|\[?[0-9A-Fa-f:]{2,45}\]?")
_ADDRESS = re.compile(r"[^@\s<>]{1,64}@[^@\s<>]{1,255}")
_MOST_NAME = 255
_FIRST_PAUSE = timedelta(seconds=2)
_LONGEST_PAUSE = timedelta(minutes=5)
# A password that was refused is not tried every few seconds: servers lock accounts for that.
_AFTER_REFUSAL = timedelta(minutes=5)


_NO_SOURCE = TokenSource()


class Security(StrEnum):
    """How the connection is kept private. NONE is for a server on the same machine."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class After(StrEnum):
    """What becomes of a message once its bytes are durable here."""

    SEEN = "mark_seen"
    MOVE = "move"
    DELETE = "delete"


class Problem(StrEnum):
    """Why fetching does not work; NONE while it does."""

    NONE = ""
    UNREACHABLE = "server_unreachable"
    CERTIFICATE = "certificate_invalid"
    LOGIN = "login_refused"
    TOKEN = "token_refused"  # noqa: S105 - a word for a problem
    FOLDER = "folder_missing"
    MESSAGE = "message_unreadable"
    PROTOCOL = "server_misbehaves"
    INTERNAL = "server_internal"


@dataclass(frozen=True, slots=True)
class Account:
    """Where a mailbox is and how one gets in. `after` MOVE: into move_to."""

    host: str
    port: int
    security: Security
    username: str
    folder: str = "INBOX"
    after: After = After.SEEN
    move_to: str = ""
    sign_in: SignIn = SignIn.PASSWORD
    source: TokenSource = _NO_SOURCE

    @property
    def destinations(self) -> tuple[object, ...]:
        """Where its secrets are sent, and whose they are: with another one they are others."""
        return self.host, self.port, self.security, self.username, self.sign_in, self.source


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it was emptied: messages above last_uid are new while the folder's uid_validity stays the same."""

    uid_validity: int = 0
    last_uid: int = 0
    taken: int = 0
    poll_time: datetime | None = None
    take_time: datetime | None = None
    problem: Problem = Problem.NONE
    # What the server said, for the administrator.
    detail: str = ""
    problem_time: datetime | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Mailbox:
    """tenant_id: the client whose support mailbox it is, the provider's id for the provider's own.

    address: the support mailbox whose mail lies in it; what is fetched counts as delivered to it.
    """

    mailbox_id: str
    provider_id: str
    tenant_id: str
    address: str
    account: Account
    enabled: bool
    create_time: datetime
    progress: Progress = Progress()
    revision: int = 0


def check(address: str, account: Account) -> None:
    """Raises InvalidArgument naming the field."""
    if not _ADDRESS.fullmatch(address):
        raise InvalidArgument("email_invalid", "This is no mail address.", field="address")
    if not _HOST.fullmatch(account.host):
        raise InvalidArgument("host_invalid", "A host name or an address is needed.", field="host")
    if not 1 <= account.port <= 65_535:
        raise InvalidArgument("port_invalid", "A port is 1 to 65535.", field="port")
    texts = {"username": account.username, "folder": account.folder}
    if account.after is After.MOVE:
        texts["move_to"] = account.move_to
    for field, text in texts.items():
        if not text or len(text) > _MOST_NAME or not text.isprintable():
            raise InvalidArgument(f"{field}_invalid", "Between 1 and 255 characters.", field=field)
    if account.after is After.MOVE and account.move_to == account.folder:
        raise InvalidArgument("move_to_invalid", "Another folder is needed.", field="move_to")


def polled(progress: Progress, now: datetime) -> Progress:
    """It was looked at, and all is well."""
    return replace(progress, poll_time=now, problem=Problem.NONE, detail="", problem_time=None, failures=0)


def took(progress: Progress, uid_validity: int, last_uid: int, count: int, now: datetime) -> Progress:
    """So many more are durable here; everything up to last_uid is dealt with."""
    since = now if count else progress.take_time
    return replace(
        progress,
        uid_validity=uid_validity,
        last_uid=last_uid,
        taken=progress.taken + count,
        take_time=since,
    )


def failed(progress: Progress, problem: Problem, detail: str, now: datetime) -> Progress:
    """It could not be emptied just now."""
    detail = " ".join(detail.split())[:200]
    return replace(progress, problem=problem, detail=detail, problem_time=now, failures=progress.failures + 1)


def pause_after(progress: Progress) -> timedelta:
    """Until the next attempt: 2 s doubling to five minutes; at once that long where we were refused."""
    if progress.problem in (Problem.LOGIN, Problem.TOKEN):
        return _AFTER_REFUSAL
    return min(_FIRST_PAUSE * 2 ** min(max(progress.failures - 1, 0), 10), _LONGEST_PAUSE)
