"""Mailboxes that mail is fetched from."""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any, Protocol

from pymongo.database import Database

from chassis.errors import NotFound
from chassis.outbox import AggregateStore
from chassis.tenancy import Scope, SystemScope, TenantScope
from services.intake.domain.mailbox import Account, After, Mailbox, Problem, Progress, Security
from services.intake.domain.sign_in import Secrets, SignIn, TokenSource

_FETCHING = SystemScope("mail is fetched from the mailboxes of every provider")


class Seals(Protocol):
    """What keeps a secret that must be read again."""

    def close(self, text: str, place: str) -> bytes: ...
    def open(self, sealed: bytes, place: str) -> str: ...


class MailboxStore:
    """See ports.mailboxes.Mailboxes."""

    def __init__(self, database: Database, seal: Seals) -> None:
        self.records = AggregateStore(database["mailboxes"], noun="mailbox")
        self._seal = seal

    def add(self, scope: TenantScope, mailbox: Mailbox, secrets: Secrets) -> Mailbox:
        sealed = self._sealed(mailbox, secrets)
        state = {**_state(mailbox), "progress": _progress(mailbox.progress), **sealed}
        self.records.create(scope, mailbox.mailbox_id, state, [])
        return replace(mailbox, revision=1)

    def get(self, scope: Scope, mailbox_id: str) -> Mailbox:
        return _mailbox(self.records.load(scope, mailbox_id))

    def all(self, scope: Scope) -> list[Mailbox]:
        return [_mailbox(kept) for kept in self.records.find(scope, sort=[("_id", 1)])]

    def save(self, mailbox: Mailbox, secrets: Secrets | None = None) -> Mailbox:
        scope = TenantScope(mailbox.provider_id, mailbox.tenant_id)
        state = {**_state(mailbox), "progress": _progress(mailbox.progress)}
        if secrets:
            state |= self._sealed(mailbox, secrets)
        revision = self.records.save(scope, mailbox.mailbox_id, mailbox.revision, state, [])
        return replace(mailbox, revision=revision)

    def delete(self, scope: Scope, mailbox_id: str) -> None:
        if not self.records.delete_one(scope, {"_id": mailbox_id}).deleted_count:
            raise NotFound("mailbox_not_found", "There is no such mailbox.")

    def enabled(self) -> list[Mailbox]:
        return [_mailbox(kept) for kept in self.records.find(_FETCHING, {"enabled": True}, sort=[("_id", 1)])]

    def secrets(self, mailbox: Mailbox) -> Secrets:
        scope = TenantScope(mailbox.provider_id, mailbox.tenant_id)
        kept = self.records.load(scope, mailbox.mailbox_id)
        refresh = kept.get("refresh_token")
        return Secrets(
            self._seal.open(kept["password"], mailbox.mailbox_id),
            self._seal.open(refresh, _refresh_of(mailbox)) if refresh else "",
        )

    def renew(self, mailbox: Mailbox, secrets: Secrets) -> None:
        wanted = {"_id": mailbox.mailbox_id, "revision": mailbox.revision}
        scope = TenantScope(mailbox.provider_id, mailbox.tenant_id)
        self.records.update_one(scope, wanted, {"$set": self._sealed(mailbox, secrets)})

    def _sealed(self, mailbox: Mailbox, secrets: Secrets) -> dict[str, bytes]:
        refresh = secrets.refresh_token
        return {
            "password": self._seal.close(secrets.password, mailbox.mailbox_id),
            "refresh_token": self._seal.close(refresh, _refresh_of(mailbox)) if refresh else b"",
        }

    def note(self, mailbox: Mailbox, progress: Progress) -> None:
        # Of the revision that was fetched from: what another account was like says nothing about a changed one.
        wanted = {"_id": mailbox.mailbox_id, "revision": mailbox.revision}
        scope = TenantScope(mailbox.provider_id, mailbox.tenant_id)
        self.records.update_one(scope, wanted, {"$set": {"progress": _progress(progress)}})


def _refresh_of(mailbox: Mailbox) -> str:
    return f"{mailbox.mailbox_id} refresh token"


def _state(mailbox: Mailbox) -> dict[str, Any]:
    account = mailbox.account
    plain = {field.name: getattr(account, field.name) for field in fields(Account)}
    return {
        "address": mailbox.address,
        "account": {
            **plain,
            "security": account.security.value,
            "after": account.after.value,
            "sign_in": account.sign_in.value,
            "source": asdict(account.source),
        },
        # One account is fetched from once, whoever set it up.
        "login": f"{account.username}@{account.host.lower()}:{account.port}/{account.folder}",
        "enabled": mailbox.enabled,
        "create_time": mailbox.create_time,
    }


def _progress(progress: Progress) -> dict[str, Any]:
    plain = {field.name: getattr(progress, field.name) for field in fields(Progress)}
    return {**plain, "problem": progress.problem.value}


def _mailbox(kept: Mapping[str, Any]) -> Mailbox:
    account, progress = kept["account"], kept["progress"]
    return Mailbox(
        mailbox_id=kept["_id"],
        provider_id=kept["provider_id"],
        tenant_id=kept["tenant_id"],
        address=kept["address"],
        account=_account(account),
        enabled=kept["enabled"],
        create_time=kept["create_time"],
        progress=Progress(**{**progress, "problem": Problem(progress["problem"])}),
        revision=kept["revision"],
    )


def _account(kept: Mapping[str, Any]) -> Account:
    words = {
        "security": Security(kept["security"]),
        "after": After(kept["after"]),
        # Mailboxes from before there was a choice have a password.
        "sign_in": SignIn(kept.get("sign_in", SignIn.PASSWORD.value)),
        "source": TokenSource(**kept.get("source", {})),
    }
    return Account(**{**kept, **words})
