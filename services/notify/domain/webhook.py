"""Webhook endpoints: who is told of which events. Pure."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from chassis.errors import InvalidArgument

# Fact → the type an endpoint subscribes to, as Standard Webhooks recommends: full-stop delimited, past tense.
EVENT_TYPES = {
    "incident_opened": "incidents.incident.opened",
    "replied": "incidents.incident.replied",
    "classified": "incidents.incident.classified",
    "prioritized": "incidents.incident.prioritized",
    "assigned": "incidents.incident.assigned",
    "held": "incidents.incident.held",
    "resumed": "incidents.incident.resumed",
    "resolved": "incidents.incident.resolved",
    "confirmed": "incidents.incident.confirmed",
    "closed": "incidents.incident.closed",
    "reopened": "incidents.incident.reopened",
    "canceled": "incidents.incident.canceled",
    "rated": "incidents.incident.rated",
    "merged": "incidents.incident.merged",
    "unmerged": "incidents.incident.unmerged",
    "approval_asked": "incidents.approval.asked",
    "approval_decided": "incidents.approval.decided",
    "target_warned": "sla.target.warned",
    "target_breached": "sla.target.breached",
    "target_met": "sla.target.met",
    "target_missed": "sla.target.missed",
    "period_closed": "sla.period.closed",
    "credit_decided": "sla.credit.decided",
}
# Sent when an administrator asks; every endpoint takes it, whatever it subscribes to.
TEST_EVENT = "fairlead.webhook.test"
# RFC 6052: what a translator (NAT64) carries to the IPv4 address in the last 32 bits.
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
# IPv4 within IPv6 as nobody uses it any more (RFC 4291), and translators of the house's own (RFC 8215).
_INSIDE = (ipaddress.ip_network("::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
# How long what is sent bears the former secret's signature, too, so that a receiver can change over in between.
OVERLAP = timedelta(days=1)


@dataclass(frozen=True)
class Webhook:
    """tenant_id is the provider's id for an endpoint that hears of every client of the provider."""

    webhook_id: str
    provider_id: str
    tenant_id: str
    url: str
    event_types: frozenset[str]
    secret: str
    enabled: bool
    create_time: datetime
    revision: int = 0
    former_secret: str = ""
    # Until when that is still signed with; None when there is none.
    former_until: datetime | None = None

    def secrets_at(self, moment: datetime) -> list[str]:
        """What to sign with, the present secret first."""
        overlaps = self.former_until is not None and moment < self.former_until
        return [self.secret, self.former_secret] if overlaps and self.former_secret else [self.secret]

    def with_secret(self, secret: str, now: datetime) -> "Webhook":
        """The endpoint with a new secret; the former one is good for a day more."""
        return replace(self, secret=secret, former_secret=self.secret, former_until=now + OVERLAP)

    @property
    def for_all_tenants(self) -> bool:
        return self.tenant_id == self.provider_id

    def wants(self, fact: str, tenant_id: str) -> bool:
        """Whether it is to be told of this fact of that tenant."""
        event_type = EVENT_TYPES.get(fact)
        if not self.enabled or event_type is None:
            return False
        if not self.for_all_tenants and tenant_id != self.tenant_id:
            return False
        return not self.event_types or event_type in self.event_types


def check_webhook(url: str, event_types: Iterable[str], internal_allowed: bool) -> None:
    """Raises InvalidArgument, naming the field, for an endpoint that could never or must not be told."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise _bad_url("This is not an address.") from error
    if (
        parts.scheme not in ("https", "http")
        or not host
        or parts.username
        or parts.fragment
        or len(url) > 2000
    ):
        raise _bad_url("An http or https address without user name and fragment is needed.")
    if parts.scheme == "http" and not internal_allowed:
        raise _bad_url("The address must begin with https.")
    if not internal_allowed and names_internal(host):
        raise _bad_url("The address must be one on the internet.")
    unknown = sorted(set(event_types) - set(EVENT_TYPES.values()))
    if unknown:
        raise InvalidArgument(
            "event_type_unknown", f"There is no event type {unknown[0]}.", field="event_types"
        )


def names_internal(host: str) -> bool:
    """Whether a host by its very name is not on the internet; where a name leads is checked at each attempt."""
    try:
        return not is_public(host.strip("[]"))
    except ValueError:
        host = host.rstrip(".")
        # 127.1 and 0x7f.1 are addresses, too, to those who resolve names; no name on the internet ends in a number.
        numeric = re.fullmatch(r"[0-9]+|0x[0-9a-f]*", host.rpartition(".")[2], re.I)
        inside = (
            host == "localhost" or host.endswith((".localhost", ".local", ".internal")) or "." not in host
        )
        return inside or numeric is not None


def is_public(address: str) -> bool:
    """Whether an IP address is one on the internet. Raises ValueError for anything but an IP address."""
    parsed = ipaddress.ip_address(address)
    if any(parsed in network for network in _INSIDE):
        return False
    meant = [parsed, _behind(parsed)] if isinstance(parsed, ipaddress.IPv6Address) else [parsed]
    return all(one.is_global and not one.is_multicast for one in meant if one is not None)


def _behind(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address to which a translator or tunnel would carry what is sent to this one."""
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _bad_url(message: str) -> InvalidArgument:
    return InvalidArgument("webhook_url_invalid", message, field="url")
