"""Whether a mail is from whom it says: DMARC (RFC 7489, and the tree walk of RFC 9989), as far as it is pure.

Looking up records and verifying signatures is an adapter's work; here stands what the answers mean. SPF: domain/spf.py.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

_RESULT = re.compile(r"\bdmarc\s*=\s*([a-z]+)", re.I)
_MAX_LOOKUPS = 8


@dataclass(frozen=True, slots=True)
class Authentication:
    """What was found about who sent a mail, in the words of RFC 8601."""

    spf: str = "none"
    dkim: str = "none"
    dmarc: str = "none"

    def to_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a mail came from: the client's address, the name it greeted with, and MAIL FROM ("" for the null sender)."""

    address: str
    helo: str
    sender: str


def tags_of(record: str) -> dict[str, str]:
    """The tags of a DKIM signature or DMARC record ("v=DMARC1; p=none"), names in lower case."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, equals, value in pairs if equals}


def is_dmarc(record: str) -> bool:
    """Whether a TXT record is a DMARC policy."""
    return re.match(r"v\s*=\s*DMARC1\s*(;|$)", record) is not None


def organizational_domain(domain: str, policy_of: Callable[[str], dict[str, str] | None]) -> str:
    """The domain that speaks for this one, found by walking up its parents; itself when none has a policy.

    policy_of gives the tags of the DMARC record at `_dmarc.<domain>`, None where there is none.
    """
    labels = domain.lower().rstrip(".").split(".")
    found = ""
    first = max(len(labels) - (_MAX_LOOKUPS - 1), 0)
    for start in (0, *range(max(first, 1), len(labels))):
        candidate = ".".join(labels[start:])
        policy = policy_of(candidate)
        if policy is None:
            continue
        if policy.get("psd") == "n":
            return candidate
        if policy.get("psd") == "y":
            # A public suffix: the domain one label below it is the organisation's.
            return ".".join(labels[start - 1 :]) if start else candidate
        found = candidate
    return found or ".".join(labels)


def dmarc_passes(
    from_domain: str,
    vouching: Iterable[str],
    policy_of: Callable[[str], dict[str, str] | None],
    mode: str = "adkim",
) -> bool:
    """Whether one of the domains that vouch for the mail is aligned with the author's.

    vouching: those whose signature verified; with mode "aspf" the one that SPF passed for. Without any DMARC record for the author's domain nothing passes: its owner promised nothing.
    """
    author = from_domain.lower().rstrip(".")
    organization = organizational_domain(author, policy_of)
    policy = policy_of(author) or policy_of(organization)
    if policy is None:
        return False
    strict = policy.get(mode, "r").lower() == "s"
    for domain in vouching:
        signer = domain.lower().rstrip(".")
        if signer == author:
            return True
        if not strict and organizational_domain(signer, policy_of) == organization:
            return True
    return False


def trusted_result(authentication_results: Iterable[str], authserv_id: str) -> bool | None:
    """What our own mail server found (RFC 8601): True when DMARC passed; None when it said nothing.

    authserv_id: whose fields we believe; "" believes nobody's. Only the topmost such field counts: a sender can
    write fields of any name, but ours stands above all that was there before.
    """
    if not authserv_id:
        return None
    for value in authentication_results:
        name, _, results = value.partition(";")
        if (name.split() or [""])[0].lower() == authserv_id.lower():
            found = _RESULT.search(re.sub(r"\([^()]*\)", "", results))
            return found is not None and found[1].lower() == "pass"
    return None
