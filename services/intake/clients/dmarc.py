"""Who sent a mail: its DKIM signatures verified, SPF asked, the domains compared. Content is looked at in the reading
child alone; what a client's address may send for is asked in the service, of DNS and of nothing else.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol

import dkim
import dns.exception
import dns.nameserver
import dns.resolver
import dns.reversename
from dkim.util import InvalidTagValueList, parse_tag_value

from services.intake.domain.authenticity import Authentication, Origin, dmarc_passes, is_dmarc, tags_of
from services.intake.domain.mail import NormalizedMail
from services.intake.domain.spf import LookupFailed, check_host

# Answers TXT records of a name as text; an empty list for none. Raises LookupFailed when it cannot tell.
Txt = Callable[[str], list[str]]
_MAX_SIGNATURES = 5
_LIFETIME_SECONDS = 3.0
# All that SPF asks about one mail.
_SPF_SECONDS = 4.0
# RFC 5322 allows each once. Of two the signature covers one, and readers show the other.
_ONCE = frozenset({b"from", b"subject", b"date", b"to", b"reply-to", b"message-id", b"content-type", b"mime-version",
                   b"content-transfer-encoding"})  # fmt: skip


class Records(Protocol):
    """DNS, as services.intake.domain.spf.Lookup."""

    def txt(self, name: str) -> list[str]: ...
    def addresses(self, name: str, version: int) -> Sequence[str]: ...
    def mail_hosts(self, name: str) -> Sequence[str]: ...
    def names(self, address: str) -> Sequence[str]: ...


class DnsResolver:
    """Records by DNS: from the given nameservers ("address:port"), else from the system's."""

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
        return [b"".join(one.strings).decode("utf-8", "replace") for one in self._answers(name, "TXT")]

    def addresses(self, name: str, version: int) -> Sequence[str]:
        """Its addresses of this IP version."""
        return [one.address for one in self._answers(name, "A" if version == 4 else "AAAA")]

    def mail_hosts(self, name: str) -> Sequence[str]:
        """Where its mail goes."""
        found = self._answers(name, "MX")
        return [one.exchange.to_text(omit_final_dot=True) for one in found if one.exchange.to_text() != "."]

    def names(self, address: str) -> Sequence[str]:
        """What an address is called."""
        name = dns.reversename.from_address(address).to_text()
        return [one.target.to_text() for one in self._answers(name, "PTR")]

    def _answers(self, name: str, kind: str) -> "dns.resolver.Answer | Sequence[Any]":
        try:
            return self._resolver.resolve(name, kind)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            raise LookupFailed(name) from error


class _Hurried:
    """Records, as long as there is time."""

    def __init__(self, records: Records, seconds: float) -> None:
        self._records = records
        self._until = time.monotonic() + seconds

    def txt(self, name: str) -> list[str]:
        return self._in_time().txt(name)

    def addresses(self, name: str, version: int) -> Sequence[str]:
        return self._in_time().addresses(name, version)

    def mail_hosts(self, name: str) -> Sequence[str]:
        return self._in_time().mail_hosts(name)

    def names(self, address: str) -> Sequence[str]:
        return self._in_time().names(address)

    def _in_time(self) -> Records:
        if time.monotonic() > self._until:
            raise LookupFailed
        return self._records


class Origins:
    """See ports.Origins."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def vouch(self, origin: Origin, author: str) -> bool:
        records = _Hurried(self._records, _SPF_SECONDS)
        result, domain = check_host(origin.address, origin.sender, origin.helo, records)
        return result == "pass" and _aligned(author, [domain], records.txt, "aspf") == "pass"


def authenticate(
    raw: bytes, mail: NormalizedMail, records: Records, origin: Origin | None = None
) -> Authentication:
    """All that can be told about who sent a mail. Never raises: in doubt it is not authentic.

    origin: where it came from, where that is known; without it nothing is said about SPF.
    """
    spf, spf_domain = "none", ""
    if origin is not None:
        hurried = _Hurried(records, _SPF_SECONDS)
        spf, spf_domain = check_host(origin.address, origin.sender, origin.helo, hurried)
    signed, domains = _signatures(raw, records.txt)
    dmarc = "none"
    if mail.sender is not None and mail.sender.domain and "sender_missing" not in mail.problems:
        author = mail.sender.domain
        dmarc = _aligned(author, domains, records.txt, "adkim")
        if dmarc != "pass" and spf == "pass":
            by_spf = _aligned(author, [spf_domain], records.txt, "aspf")
            dmarc = by_spf if by_spf == "pass" else dmarc
    return Authentication(spf, signed, dmarc)


def passes(raw: bytes, mail: NormalizedMail, records: Records) -> bool:
    """Whether DMARC passes by an aligned DKIM signature over the whole body. Never raises: in doubt, no."""
    return authenticate(raw, mail, records).dmarc == "pass"


def _aligned(author: str, vouching: Sequence[str], txt: Txt, mode: str) -> str:
    """DMARC's word for these domains."""
    published = False

    def policy(domain: str) -> dict[str, str] | None:
        nonlocal published
        records = [record for record in txt(f"_dmarc.{domain}") if is_dmarc(record)]
        # Several records are none (RFC 7489, 6.6.3).
        found = tags_of(records[0]) if len(records) == 1 else None
        published = published or found is not None
        return found

    try:
        if dmarc_passes(author, vouching, policy, mode):
            return "pass"
    except LookupFailed:
        return "temperror"
    return "fail" if published else "none"


def _signatures(raw: bytes, txt: Txt) -> tuple[str, list[str]]:
    """The best word for the signatures of a mail, and the domains of those that are good."""
    trouble = ""

    def key(name: bytes, timeout: float = 0) -> bytes:
        nonlocal trouble
        try:
            records = txt(name.decode("ascii", "replace").rstrip("."))
        except LookupFailed:
            trouble = "temperror"
            raise
        trouble = "" if records else "permerror"
        return records[0].encode() if records else b""

    words: list[str] = []
    domains: list[str] = []
    # Everything dkimpy does with a hostile mail may raise anything; a mail that upsets it is not authentic.
    with suppress(Exception):
        verifier = dkim.DKIM(raw, minkey=1024)
        names = [name.lower() for name, _ in verifier.headers]
        signatures = [value for name, value in verifier.headers if name.lower() == b"dkim-signature"]
        if signatures and (names.count(b"from") != 1 or any(names.count(one) > 1 for one in _ONCE)):
            return "policy", []
        for index, value in enumerate(signatures[:_MAX_SIGNATURES]):
            if not _covers_all(value):
                words.append("policy")
                continue
            trouble = ""
            words.append(_verified(verifier, index, key))
            if words[-1] == "pass":
                domains.append(verifier.domain.decode("ascii", "replace"))
            elif trouble:
                words[-1] = trouble
    return next((word for word in _BEST if word in words), "none"), domains


_BEST = ("pass", "temperror", "fail", "policy", "permerror")


def _verified(verifier: dkim.DKIM, index: int, key: Callable[..., bytes]) -> str:
    try:
        return "pass" if verifier.verify(idx=index, dnsfunc=key) else "fail"
    except dkim.ValidationError:
        return "fail"  # the body is another one, or it has expired
    except (dkim.DKIMException, InvalidTagValueList, ValueError, IndexError, KeyError):
        return "permerror"
    except LookupFailed:
        return "temperror"


def _covers_all(signature: bytes) -> bool:
    """The whole body, and the author: `l=` would let anybody append to a signed mail."""
    try:
        tags = parse_tag_value(signature)
    except InvalidTagValueList:
        return False
    signed = [name.strip().lower() for name in tags.get(b"h", b"").split(b":")]
    return b"l" not in tags and b"from" in signed
