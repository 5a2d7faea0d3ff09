"""SPF (RFC 7208): whether a host may send mail for a domain. Pure: what DNS says comes in as functions."""

import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote

PASS, FAIL, SOFTFAIL, NEUTRAL = "pass", "fail", "softfail", "neutral"
NONE, TEMPERROR, PERMERROR = "none", "temperror", "permerror"

# RFC 7208, 4.6.4: so many terms may ask DNS, so many answers may be empty, so many hosts may a name have.
_MOST_QUESTIONS = 10
_MOST_VOID = 2
_MOST_HOSTS = 10
_LONGEST_NAME = 253

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_QUALIFIERS = {"+": PASS, "-": FAIL, "~": SOFTFAIL, "?": NEUTRAL}
_TERM = re.compile(r"([+\-~?]?)([A-Za-z][A-Za-z0-9_.\-]*)(?:([:=/])(.*))?\Z")
_MACRO = re.compile(r"%(?:\{([A-Za-z])(\d{0,3})(r?)([.\-+,/_=]*)\}|([%_\-])|(.|\Z))")
_LENGTHS = re.compile(r"(?:/(\d{1,2}))?(?://(\d{1,3}))?\Z")


class LookupFailed(Exception):
    """DNS could not answer."""


class Lookup(Protocol):
    """DNS. An empty list for a name that has no such records; raises LookupFailed when it cannot tell."""

    def txt(self, name: str) -> Sequence[str]: ...
    def addresses(self, name: str, version: int) -> Sequence[str]: ...
    def mail_hosts(self, name: str) -> Sequence[str]: ...
    def names(self, address: str) -> Sequence[str]: ...


class _Broken(Exception):
    """The record cannot be understood, or asks too much."""


@dataclass
class _Asking:
    """One evaluation: who asks, and how much of DNS it has used."""

    address: Address
    sender: str
    helo: str
    lookup: Lookup
    questions: int = 0
    void: int = 0
    seen: list[str] = field(default_factory=list)

    def term(self) -> None:
        self.questions += 1
        if self.questions > _MOST_QUESTIONS:
            raise _Broken

    def counted(self, answer: Sequence[str]) -> Sequence[str]:
        if not answer:
            self.void += 1
            if self.void > _MOST_VOID:
                raise _Broken
        return answer


def check_host(address: str, sender: str, helo: str, lookup: Lookup) -> tuple[str, str]:
    """The result word (RFC 8601), and the domain it is about: the sender's, the greeting's for the null sender."""
    domain = (sender.rpartition("@")[2] if sender else helo).rstrip(".").lower()
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return NONE, domain
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if "." not in domain or not _is_name(domain):
        return NONE, domain
    whole = sender if "@" in sender.strip("@") else f"postmaster@{domain}"
    asking = _Asking(ip, whole, helo, lookup)
    try:
        return _check(asking, domain), domain
    except _Broken:
        return PERMERROR, domain
    except LookupFailed:
        return TEMPERROR, domain


def _check(asking: _Asking, domain: str) -> str:
    records = [one for one in asking.lookup.txt(domain) if re.match(r"v=spf1(?: |\Z)", one, re.I)]
    if not records:
        return NONE
    if len(records) > 1 or not records[0].isascii():
        raise _Broken
    terms = [_term(text) for text in records[0].split(" ")[1:] if text]
    for qualifier, name, argument in terms:
        if name in _MECHANISMS and _MECHANISMS[name](asking, domain, argument):
            return qualifier
    redirect = next((argument for _, name, argument in terms if name == "redirect="), None)
    if redirect is None:
        return NEUTRAL
    asking.term()
    result = _check(asking, _name(asking, domain, redirect))
    if result == NONE:
        raise _Broken
    return result


def _term(text: str) -> tuple[str, str, str]:
    """(result, mechanism or "modifier=", argument). Raises _Broken for a mechanism nobody knows."""
    found = _TERM.match(text)
    if not found:
        raise _Broken
    sign, name, parting, rest = found[1], found[2].lower(), found[3] or "", found[4] or ""
    if parting == "=":
        if sign:
            raise _Broken
        return NEUTRAL, f"{name}=", rest
    if name not in _MECHANISMS or (parting == ":" and not rest):
        raise _Broken
    return _QUALIFIERS[sign or "+"], name, parting + rest


def _all(_asking: _Asking, _domain: str, argument: str) -> bool:
    if argument:
        raise _Broken
    return True


def _include(asking: _Asking, domain: str, argument: str) -> bool:
    asking.term()
    result = _check(asking, _name(asking, domain, _after_colon(argument)))
    if result == NONE:
        raise _Broken
    return result == PASS


def _a(asking: _Asking, domain: str, argument: str) -> bool:
    asking.term()
    name, length4, length6 = _with_lengths(asking, domain, argument)
    return _is_among(asking, asking.counted(_addresses(asking, name)), length4, length6)


def _mx(asking: _Asking, domain: str, argument: str) -> bool:
    asking.term()
    name, length4, length6 = _with_lengths(asking, domain, argument)
    hosts = asking.counted(asking.lookup.mail_hosts(name))
    if len(hosts) > _MOST_HOSTS:
        raise _Broken
    return any(_is_among(asking, _addresses(asking, host), length4, length6) for host in hosts)


def _ptr(asking: _Asking, domain: str, argument: str) -> bool:
    asking.term()
    target = _name(asking, domain, _after_colon(argument)) if argument else domain
    try:
        names = list(asking.counted(asking.lookup.names(str(asking.address))))[:_MOST_HOSTS]
    except LookupFailed:
        return False
    for name in (one.rstrip(".").lower() for one in names):
        if (name == target or name.endswith(f".{target}")) and str(asking.address) in _quietly(asking, name):
            return True
    return False


def _ip4(asking: _Asking, _domain: str, argument: str) -> bool:
    return _network(asking, _after_colon(argument), 4)


def _ip6(asking: _Asking, _domain: str, argument: str) -> bool:
    return _network(asking, _after_colon(argument), 6)


def _exists(asking: _Asking, domain: str, argument: str) -> bool:
    asking.term()
    name = _name(asking, domain, _after_colon(argument))
    return bool(asking.counted(asking.lookup.addresses(name, 4)))


_MECHANISMS: dict[str, Callable[[_Asking, str, str], bool]] = {
    "all": _all, "include": _include, "a": _a, "mx": _mx, "ptr": _ptr, "ip4": _ip4, "ip6": _ip6, "exists": _exists,
}  # fmt: skip


def _after_colon(argument: str) -> str:
    if not argument.startswith(":"):
        raise _Broken
    return argument[1:]


def _network(asking: _Asking, text: str, version: int) -> bool:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise _Broken from None
    if network.version != version:
        raise _Broken
    return asking.address in network


def _with_lengths(asking: _Asking, domain: str, argument: str) -> tuple[str, int, int]:
    found = _LENGTHS.search(argument)
    assert found  # it matches the end of any text
    name = argument[: found.start()]
    length4, length6 = int(found[1] or 32), int(found[2] or 128)
    if length4 > 32 or length6 > 128:
        raise _Broken
    return (_name(asking, domain, _after_colon(name)) if name else domain), length4, length6


def _addresses(asking: _Asking, name: str) -> Sequence[str]:
    return asking.lookup.addresses(name, asking.address.version)


def _quietly(asking: _Asking, name: str) -> Sequence[str]:
    try:
        return _addresses(asking, name)
    except LookupFailed:
        return ()


def _is_among(asking: _Asking, addresses: Sequence[str], length4: int, length6: int) -> bool:
    length = length4 if asking.address.version == 4 else length6
    return any(asking.address in ipaddress.ip_network(f"{one}/{length}", strict=False) for one in addresses)


def _name(asking: _Asking, domain: str, text: str) -> str:
    """A name with its macros written out (RFC 7208, 7)."""
    name = _MACRO.sub(lambda found: _expanded(asking, domain, found), text).rstrip(".").lower()
    while len(name) > _LONGEST_NAME:
        # From the left, label by label.
        name = name.partition(".")[2]
    if not name or not _is_name(name):
        raise _Broken
    return name


def _expanded(asking: _Asking, domain: str, found: re.Match[str]) -> str:
    if found[5]:
        return {"%": "%", "_": " ", "-": "%20"}[found[5]]
    if not found[1]:
        raise _Broken
    letter = found[1].lower()
    local, _, at = asking.sender.rpartition("@")
    version = asking.address.version
    dotted = ".".join(asking.address.exploded.replace(":", "")) if version == 6 else str(asking.address)
    values = {
        "s": asking.sender, "l": local, "o": at, "d": domain, "i": dotted, "h": asking.helo,
        "v": "in-addr" if version == 4 else "ip6", "p": "unknown",
    }  # fmt: skip
    if letter not in values or found[2] == "0":
        raise _Broken
    parts = re.split("[" + re.escape(found[4] or ".") + "]", values[letter])
    if found[3]:
        parts.reverse()
    value = ".".join(parts[-int(found[2]) :] if found[2] else parts)
    return quote(value, safe="") if found[1].isupper() else value


def _is_name(name: str) -> bool:
    return len(name) <= _LONGEST_NAME and all(0 < len(label) < 64 for label in name.split("."))
