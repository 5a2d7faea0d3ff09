"""Mailboxes that mail is fetched from."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Protocol

from pymongo.database import Database

from chassis.errors import NotFound
from chassis.outbox import AggregateStore
from chassis.tenancy import Scope, SystemScope, TenantScope
from services.intake.domain.mailbox import Account, After, Mailbox, Problem, Progress, Security

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

    def add(self, scope: TenantScope, mailbox: Mailbox, password: str) -> Mailbox:
        sealed = self._seal.close(password, mailbox.mailbox_id)
        state = {**_state(mailbox), "progress": _progress(mailbox.progress), "password": sealed}
        self.records.create(scope, mailbox.mailbox_id, state, [])
        return replace(mailbox, revision=1)

    def get(self, scope: Scope, mailbox_id: str) -> Mailbox:
        return _mailbox(self.records.load(scope, mailbox_id))

    def all(self, scope: Scope) -> list[Mailbox]:
        return [_mailbox(kept) for kept in self.records.find(scope, sort=[("_id", 1)])]

    def save(self, mailbox: Mailbox, password: str = "") -> Mailbox:
        scope = TenantScope(mailbox.provider_id, mailbox.tenant_id)
        state = {**_state(mailbox), "progress": _progress(mailbox.progress)}
        if password:
            state["password"] = self._seal.close(password, mailbox.mailbox_id)
        revision = self.records.save(scope, mailbox.mailbox_id, mailbox.revision, state, [])
        return replace(mailbox, revision=revision)

    def delete(self, scope: Scope, mailbox_id: str) -> None:
        if not self.records.delete_one(scope, {"_id": mailbox_id}).deleted_count:
            raise NotFound("mailbox_not_found", "There is no such mailbox.")

    def enabled(self) -> list[Mailbox]:
        return [_mailbox(kept) for kept in self.records.find(_FETCHING, {"enabled": True}, sort=[("_id", 1)])]

    def password(self, mailbox: Mailbox) -> str:
        scope = TenantScope(mailbox.provider_id, mailbox.tenant_id)
        return self._seal.open(self.records.load(scope, mailbox.mailbox_id)["password"], mailbox.mailbox_id)

    def note(self, mailbox: Mailbox, progress: Progress) -> None:
        # Of the revision that was fetched from: what another account was like says nothing about a changed one.
        wanted = {"_id": mailbox.mailbox_id, "revision": mailbox.revision}
        scope = TenantScope(mailbox.provider_id, mailbox.tenant_id)
        self.records.update_one(scope, wanted, {"$set": {"progress": _progress(progress)}})


def _state(mailbox: Mailbox) -> dict[str, Any]:
    account = mailbox.account
    plain = {field.name: getattr(account, field.name) for field in fields(Account)}
    return {
        "address": mailbox.address,
        "account": {**plain, "security": account.security.value, "after": account.after.value},
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
        account=Account(
            **{**account, "security": Security(account["security"]), "after": After(account["after"])}
        ),
        enabled=kept["enabled"],
        create_time=kept["create_time"],
        progress=Progress(**{**progress, "problem": Problem(progress["problem"])}),
        revision=kept["revision"],
    )
