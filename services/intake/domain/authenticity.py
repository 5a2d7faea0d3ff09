"""Whether a mail is from whom it says: DMARC (RFC 7489, and the tree walk of RFC 9989), as far as it is pure.

Looking up records and verifying signatures is an adapter's work; here stands what the answers mean. Only aligned
DKIM counts; SPF is not evaluated yet, so a mail that would pass by SPF alone stays unverified.
"""

import re
from collections.abc import Callable, Iterable

_RESULT = re.compile(r"\bdmarc\s*=\s*([a-z]+)", re.I)
_MAX_LOOKUPS = 8


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
    from_domain: str, signing_domains: Iterable[str], policy_of: Callable[[str], dict[str, str] | None]
) -> bool:
    """Whether one of the domains whose signature verified is aligned with the author's.

    Without any DMARC record for the author's domain nothing passes: its owner promised nothing.
    """
    author = from_domain.lower().rstrip(".")
    organization = organizational_domain(author, policy_of)
    policy = policy_of(author) or policy_of(organization)
    if policy is None:
        return False
    strict = policy.get("adkim", "r").lower() == "s"
    for domain in signing_domains:
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
