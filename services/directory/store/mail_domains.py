"""Mail domains, each of at most one tenant of the installation: a unique index says so."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pymongo.database import Database

from chassis.outbox import AggregateStore
from chassis.tenancy import Scope, TenantScope
from chassis.tokens import CallerSigner
from services.directory import events
from services.directory.domain.facts import MailDomainChanged
from services.directory.domain.mail import MailDomain
from services.directory.ports import Change
from services.directory.store.documents import MailDomainDocument, checked
from services.directory.store.refusals import named


class MailDomainStore:
    """Active mail domains are found; removed ones are kept for their history."""

    def __init__(self, database: Database, signer: CallerSigner) -> None:
        self.records = AggregateStore(database["mail_domains"], noun="mail_domain", signer=signer)

    def add(self, mail_domain: MailDomain, change: Change[MailDomainChanged]) -> MailDomain:
        facts = events.outbound(change.facts, 1, change.time, change.caller)
        with named({"domain": "mail_domain_taken"}):
            self.records.create(
                _scope(mail_domain), mail_domain.mail_domain_id, _state(mail_domain, active=True), facts
            )
        return replace(mail_domain, revision=1)

    def remove(self, mail_domain: MailDomain, change: Change[MailDomainChanged]) -> None:
        facts = events.outbound(change.facts, mail_domain.revision + 1, change.time, change.caller)
        with named({}):
            self.records.save(
                _scope(mail_domain),
                mail_domain.mail_domain_id,
                mail_domain.revision,
                _state(mail_domain, active=False),
                facts,
            )

    def find(self, scope: Scope, domain: str) -> MailDomain | None:
        found = self.records.find_one(scope, {"domain": domain, "active": True})
        return _mail_domain(found) if found else None

    def all_of(self, scope: TenantScope) -> list[MailDomain]:
        found = self.records.find(scope, {"active": True}, sort=[("domain", 1)])
        return [_mail_domain(document) for document in found]


def _scope(mail_domain: MailDomain) -> TenantScope:
    return TenantScope(mail_domain.provider_id, mail_domain.tenant_id)


def _state(mail_domain: MailDomain, active: bool) -> dict[str, Any]:
    state = {"domain": mail_domain.domain, "active": active, "create_time": mail_domain.create_time}
    return checked(MailDomainDocument, state)


def _mail_domain(document: Mapping[str, Any]) -> MailDomain:
    return MailDomain(
        mail_domain_id=document["_id"],
        provider_id=document["provider_id"],
        tenant_id=document["tenant_id"],
        domain=document["domain"],
        create_time=document["create_time"],
        revision=document["revision"],
    )
