"""Which addresses are on the internet: a server that an administrator names must not be one that stands beside us."""

import ipaddress

# Translated to the IPv4 address in their last 32 bits (RFC 6052).
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
# IPv4 within IPv6 as nobody uses it any more (RFC 4291), and translators of the house's own (RFC 8215).
_INSIDE = (ipaddress.ip_network("::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


def is_public(address: str) -> bool:
    """Whether an IP address is one on the internet, and so is the one that it stands for. Raises ValueError."""
    # A zone ("fe80::1%eth0") says by which link; none of them is on the internet.
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if any(parsed in network for network in _INSIDE):
        return False
    meant = [parsed, _behind(parsed)] if isinstance(parsed, ipaddress.IPv6Address) else [parsed]
    return all(one.is_global and not one.is_multicast for one in meant if one is not None)


def _behind(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
