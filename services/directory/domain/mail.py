"""Which client files a mail: decided by the sender's domain, within the provider that was written to.

A mail domain never authenticates anybody; it only says under which tenant a message is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chassis.errors import InvalidArgument, NotFound
from services.directory.domain import texts


@dataclass(frozen=True)
class MailDomain:
    """A domain whose senders' mail is filed under one tenant. Sub-domains are domains of their own."""

    mail_domain_id: str
    provider_id: str
    tenant_id: str
    domain: str
    create_time: datetime
    revision: int = 0


@dataclass(frozen=True)
class Filing:
    """Where a mail belongs; `tenant_id` is "" when only the provider that was written to is known."""

    provider_id: str
    tenant_id: str = ""


@dataclass(frozen=True)
class Resolved:
    """All that is known of a mail by its addresses.

    person_id: who in the tenant has the sender's address. outsiders: of those mentioned, who must not take part.
    staff_person_id: the sender, where they are staff granted staff_tenant_id, whose own mailbox was written to.
    """

    filing: Filing
    person_id: str = ""
    outsiders: tuple[str, ...] = ()
    staff_person_id: str = ""
    staff_tenant_id: str = ""


def sender_address(text: str) -> str:
    """The sender in normal form, "" for one that is no address: bounces have none, forgers anything."""
    try:
        return texts.email(text, "sender")
    except InvalidArgument:
        return ""


def mailboxes(recipients: Iterable[str]) -> frozenset[str]:
    """The mailboxes that were written to, without tags; what is no address is left out."""
    found = set()
    for recipient in recipients:
        try:
            found.add(texts.without_tag(texts.email(recipient, "recipients")))
        except InvalidArgument:
            continue
    return frozenset(found)


def file_mail(sender_domain: MailDomain | None, written_to: Iterable[str]) -> Filing:
    """Where a mail belongs.

    sender_domain: the tenant's domain that the sender has, if any tenant has it.
    written_to: the provider ids whose support addresses are among the recipients, none when it came to
    an address nobody has listed (a forwarding, a blind copy).

    A client of one provider who writes to another is a stranger there: the mail goes to the provider that
    was written to, without a tenant. Raises NotFound("mail_domain_unknown") when nothing is known.
    """
    providers = list(dict.fromkeys(written_to))
    if sender_domain and (not providers or sender_domain.provider_id in providers):
        return Filing(sender_domain.provider_id, sender_domain.tenant_id)
    if providers:
        return Filing(providers[0])
    raise NotFound("mail_domain_unknown", "No client has this mail domain.")
