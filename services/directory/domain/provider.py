"""A managed service provider. Nothing crosses providers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chassis.errors import AlreadyExists
from services.directory.domain import texts


@dataclass(frozen=True)
class Provider:
    """An MSP; `support_addresses` belong to it as a whole, not to one of its clients."""

    provider_id: str
    name: str
    slug: str
    support_addresses: tuple[str, ...]
    create_time: datetime
    revision: int = 0


def new_provider(
    provider_id: str, name: str, slug: str, support_addresses: Iterable[str], now: datetime
) -> Provider:
    """A provider with every text in its normal form. Raises InvalidArgument."""
    addresses = (texts.email(address, "support_addresses") for address in support_addresses)
    return Provider(
        provider_id=provider_id,
        name=texts.name(name),
        slug=texts.slug(slug),
        support_addresses=tuple(dict.fromkeys(texts.without_tag(address) for address in addresses)),
        create_time=now,
    )


def same_provider(existing: Provider, wished: Provider) -> Provider:
    """The existing one, when it is what a repeated request wished for. Raises AlreadyExists("slug_taken")."""
    if (existing.slug, existing.name) != (wished.slug, wished.name):
        raise AlreadyExists("slug_taken", "Another provider has this short name.", slug=wished.slug)
    return existing
