"""DMARC of a mail: its DKIM signatures verified, and the domains compared. Runs in the reading child."""

from collections.abc import Callable
from contextlib import suppress

import dkim
import dns.exception
import dns.nameserver
import dns.resolver
from dkim.util import InvalidTagValueList, parse_tag_value

from services.intake.domain.authenticity import dmarc_passes, is_dmarc, tags_of
from services.intake.domain.mail import NormalizedMail

# Answers TXT records of a name as text; an empty list for none. Raises LookupFailed when it cannot tell.
Txt = Callable[[str], list[str]]
_MAX_SIGNATURES = 5
_LIFETIME_SECONDS = 3.0


class LookupFailed(Exception):
    """DNS could not answer: whether the mail is authentic stays unknown, which counts as no."""


class DnsResolver:
    """TXT records by DNS: from the given nameservers ("address:port"), else from the system's."""

    def __init__(self, nameservers: list[str]) -> None:
        self._resolver = dns.resolver.Resolver(configure=not nameservers)
        if nameservers:
            pairs = [one.rpartition(":") for one in nameservers]
            self._resolver.nameservers = [
                dns.nameserver.Do53Nameserver(host or port, int(port) if host else 53)
                for host, _, port in pairs
            ]
        self._resolver.lifetime = _LIFETIME_SECONDS

    def txt(self, name: str) -> list[str]:
        """The TXT records of a name, the strings of each joined."""
        try:
            answer = self._resolver.resolve(name, "TXT")
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            raise LookupFailed(name) from error
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]


def passes(raw: bytes, mail: NormalizedMail, txt: Txt) -> bool:
    """Whether DMARC passes by an aligned DKIM signature over the whole body. Never raises: in doubt, no."""
    if mail.sender is None or "sender_missing" in mail.problems or not mail.sender.domain:
        return False
    try:
        return dmarc_passes(
            mail.sender.domain, _verified_domains(raw, txt), lambda domain: _policy(domain, txt)
        )
    except LookupFailed:
        return False


def _policy(domain: str, txt: Txt) -> dict[str, str] | None:
    records = [record for record in txt(f"_dmarc.{domain}") if is_dmarc(record)]
    # Several records are none (RFC 7489, 6.6.3).
    return tags_of(records[0]) if len(records) == 1 else None


def _verified_domains(raw: bytes, txt: Txt) -> list[str]:
    def key(name: bytes, timeout: float = 0) -> bytes:
        records = txt(name.decode("ascii", "replace").rstrip("."))
        return records[0].encode() if records else b""

    # Everything dkimpy does with a hostile mail may raise anything; a mail that upsets it is not authentic.
    domains: list[str] = []
    with suppress(Exception):
        verifier = dkim.DKIM(raw, minkey=1024)
        if sum(1 for name, _ in verifier.headers if name.lower() == b"from") != 1:
            return []
        signatures = [value for name, value in verifier.headers if name.lower() == b"dkim-signature"]
        for index, value in enumerate(signatures[:_MAX_SIGNATURES]):
            if not _covers_all(value):
                continue
            with suppress(dkim.DKIMException, InvalidTagValueList, ValueError, IndexError, KeyError):
                if verifier.verify(idx=index, dnsfunc=key):
                    domains.append(verifier.domain.decode("ascii", "replace"))
    return domains


def _covers_all(signature: bytes) -> bool:
    """The whole body, and the author: `l=` would let anybody append to a signed mail."""
    try:
        tags = parse_tag_value(signature)
    except InvalidTagValueList:
        return False
    signed = [name.strip().lower() for name in tags.get(b"h", b"").split(b":")]
    return b"l" not in tags and b"from" in signed
