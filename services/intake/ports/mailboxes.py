"""What fetching mail needs of the world."""

from collections.abc import Sequence
from typing import Protocol

from chassis.tenancy import Scope, TenantScope
from services.intake.domain.mailbox import Account, Mailbox, Problem, Progress
from services.intake.domain.sign_in import Granted, Secrets


class Mailboxes(Protocol):
    """The mailboxes that mail is fetched from; secrets are sealed, and given to whoever fetches alone."""

    def add(self, scope: TenantScope, mailbox: Mailbox, secrets: Secrets) -> Mailbox:
        """Raises AlreadyExists("mailbox_exists") for one that is fetched from already."""
        ...

    def get(self, scope: Scope, mailbox_id: str) -> Mailbox:
        """Raises NotFound("mailbox_not_found")."""
        ...

    def all(self, scope: Scope) -> list[Mailbox]: ...

    def save(self, mailbox: Mailbox, secrets: Secrets | None = None) -> Mailbox:
        """Without secrets they stay as they are. Raises RevisionConflict, NotFound."""
        ...

    def delete(self, scope: Scope, mailbox_id: str) -> None:
        """Raises NotFound("mailbox_not_found")."""
        ...

    def enabled(self) -> list[Mailbox]:
        """Of all providers, those that mail is fetched from."""
        ...

    def secrets(self, mailbox: Mailbox) -> Secrets: ...

    def renew(self, mailbox: Mailbox, secrets: Secrets) -> None:
        """Keeps what an authorization server gave instead; nothing where the mailbox was changed meanwhile."""
        ...

    def note(self, mailbox: Mailbox, progress: Progress) -> None:
        """How it went; nothing where the mailbox was removed meanwhile."""
        ...


class MailboxFailed(Exception):
    """The server, or what is behind it, does not let us: why, and what it said."""

    def __init__(self, problem: Problem, detail: str = "") -> None:
        super().__init__(problem.value, detail)
        self.problem = problem
        self.detail = detail


class OpenMailbox(Protocol):
    """A connection to a mailbox, its folder selected. Every call raises MailboxFailed."""

    uid_validity: int
    # Whatever comes after it was opened has this uid or a higher one.
    uid_next: int

    def new(self, above: int | None) -> Sequence[int]:
        """The uids above this one; with None of what nobody has read yet. Oldest first."""
        ...

    def fetch(self, uid: int, most: int) -> tuple[bytes, int] | None:
        """So many of its bytes, and how many it has; None when it is gone."""
        ...

    def took(self, uids: Sequence[int]) -> None:
        """Marks, moves or deletes them."""
        ...

    def wait(self, seconds: float) -> bool:
        """Whether something came within that time, as far as the server tells."""
        ...

    def close(self) -> None: ...


class Connect(Protocol):
    """Opens mailboxes."""

    def __call__(self, account: Account, key: str) -> OpenMailbox:
        """key: the password, or the access token. Raises MailboxFailed."""
        ...


class AccessToken(Protocol):
    """Asks an authorization server."""

    def __call__(self, account: Account, secrets: Secrets) -> Granted:
        """Raises MailboxFailed."""
        ...


class Kept(Protocol):
    """Which arrivals are here."""

    def known(self, arrival_ids: Sequence[str]) -> set[str]: ...
