"""Which client files a mail: decided by the sender's domain, within the provider that was written to.

A mail domain never authenticates anybody; it only says under which tenant a message is kept.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from chassis.errors import InvalidArgument, NotFound
from services.directory.domain import texts
from services.directory.domain.public_mail import is_public
from services.directory.domain.tenant import NewPersonPolicy


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
    """Where a mail belongs; `tenant_id` is "" when only the provider that was written to is known.

    candidates: then, the clients of a sender who belongs to several and whose mail does not say for which they write.
    """

    provider_id: str
    tenant_id: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resolved:
    """All that is known of a mail by its addresses.

    person_id: who in the tenant has the sender's address. outsiders: of those mentioned, who must not take part.
    staff_person_id: the sender, where they are staff granted staff_tenant_id, whose own mailbox was written to.
    new_person_policy: what the tenant wants done with a sender whom nobody there knows.
    """

    filing: Filing
    person_id: str = ""
    outsiders: tuple[str, ...] = ()
    staff_person_id: str = ""
    staff_tenant_id: str = ""
    new_person_policy: NewPersonPolicy = NewPersonPolicy.CREATE


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


def claimable_domain(text: str) -> str:
    """The domain in normal form, where a client may have it. Raises InvalidArgument("domain_invalid", "mail_domain_public")."""
    wished = texts.domain(text)
    if is_public(wished):
        raise texts.invalid("domain", "Anybody may have a mailbox there.", "mail_domain_public")
    return wished


def file_mail(
    sender_domain: MailDomain | None,
    written_to: Iterable[str],
    known_in: Mapping[str, Sequence[str]] = MappingProxyType({}),
    own_mailboxes: Collection[str] = (),
) -> Filing:
    """Where a mail belongs.

    sender_domain: the tenant's domain that the sender has, if any tenant has it.
    written_to: the provider ids whose support addresses are among the recipients, none when it came to
    an address nobody has listed (a forwarding, a blind copy).
    known_in: provider id → the tenants whose member has the sender's very address.
    own_mailboxes: the tenants whose own mailbox was written to.

    Of several clients the one decides whose own mailbox was written to, else the sender's domain, else the only one
    that knows them. A client of one provider who writes to another is a stranger there: the mail goes to the provider
    that was written to, without a tenant. Raises NotFound("mail_domain_unknown") when nothing is known.
    """
    providers = list(dict.fromkeys(written_to))
    if sender_domain and (not providers or sender_domain.provider_id in providers):
        provider_id, home = sender_domain.provider_id, sender_domain.tenant_id
    elif providers:
        provider_id, home = providers[0], ""
    elif len(known_in) == 1:
        provider_id, home = next(iter(known_in)), ""
    else:
        raise NotFound("mail_domain_unknown", "No client has this mail domain.")
    theirs = list(dict.fromkeys(known_in.get(provider_id, ())))
    addressed = [tenant_id for tenant_id in own_mailboxes if tenant_id == home or tenant_id in theirs]
    if len(addressed) == 1:
        return Filing(provider_id, addressed[0])
    if home or len(theirs) == 1:
        return Filing(provider_id, home or theirs[0])
    return Filing(provider_id, candidates=tuple(sorted(theirs)))
