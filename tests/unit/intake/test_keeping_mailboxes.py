"""Changing a mailbox, and what of its secrets is read for that."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from chassis.errors import InvalidArgument
from services.intake.domain.mailbox import Account, Mailbox, Security
from services.intake.domain.sign_in import Secrets, SignIn, TokenSource
from services.intake.use_cases.mailboxes import KeepMailboxes

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SOURCE = TokenSource("https://login.example/token", "app")
ADMIN: Any = SimpleNamespace(require=lambda *_: None, granted=lambda: None)


class Kept:
    """One mailbox, whose secrets can be read only where they were sealed under the present key."""

    def __init__(self, account: Account, secrets: Secrets | None) -> None:
        self.mailbox = Mailbox("mbx_1", "prv_1", "ten_1", "help@acme.example", account, True, NOON)
        self.kept = secrets
        self.saved: Secrets | None = None

    def get(self, *_: object) -> Mailbox:
        return self.mailbox

    def secrets(self, _: Mailbox) -> Secrets:
        if self.kept is None:
            raise AssertionError("sealed under another key")
        return self.kept

    def save(self, mailbox: Mailbox, secrets: Secrets | None = None) -> Mailbox:
        self.saved = secrets
        return mailbox


def account(way: SignIn = SignIn.PASSWORD, host: str = "imap.example") -> Account:
    source = SOURCE if way is not SignIn.PASSWORD else TokenSource()
    return Account(host, 993, Security.TLS, "help", sign_in=way, source=source)


def changed(kept: Kept, to: Account, typed: Secrets) -> Secrets | None:
    keep = KeepMailboxes(kept, None, lambda: NOON, lambda _: "mbx_2")  # type: ignore[arg-type]  # a part of the ports
    keep.update(ADMIN, "mbx_1", to, typed, True, 0)
    return kept.saved


@pytest.mark.parametrize(
    ("way", "typed"),
    [
        (SignIn.PASSWORD, Secrets()),
        (SignIn.PASSWORD, Secrets("new")),
        (SignIn.REFRESH_TOKEN, Secrets()),
        (SignIn.REFRESH_TOKEN, Secrets("new", "r2")),
    ],
)
def test_what_was_sealed_under_another_key_keeps_nobody_from_entering_it_anew(way: SignIn, typed: Secrets):
    assert changed(Kept(account(way), None), account(way), typed) == (typed if typed.password else None)


def test_half_of_two_secrets_is_kept_where_the_other_is_typed():
    kept = Kept(account(SignIn.REFRESH_TOKEN), Secrets("old", "r1"))
    assert changed(kept, account(SignIn.REFRESH_TOKEN), Secrets(refresh_token="r2")) == Secrets("old", "r2")


def test_no_secret_goes_where_it_was_not_entered_for():
    for way, to in (
        (SignIn.PASSWORD, account(host="evil.example")),
        (SignIn.REFRESH_TOKEN, account(SignIn.REFRESH_TOKEN, "evil.example")),
        (SignIn.PASSWORD, account(SignIn.CLIENT_CREDENTIALS)),
    ):
        with pytest.raises(InvalidArgument):
            changed(Kept(account(way), Secrets("old", "r1")), to, Secrets())
