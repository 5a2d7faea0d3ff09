"""The shapes of short texts: names, slugs, addresses, domains, languages, zones.

Each function returns the text in its one normal form, or raises InvalidArgument with `values["field"]`.
"""

import re
from zoneinfo import ZoneInfo

from chassis.errors import InvalidArgument

LOCALES = frozenset({"en", "fr"})
_MAX_NAME = 200
_MAX_ADDRESS = 254  # RFC 5321, 4.5.3.1.3: a path of 256 octets with its angle brackets
_SLUG = re.compile(r"[a-z](?:[a-z0-9]|-(?!-)){0,38}[a-z0-9]")
_NUMBER_PREFIX = re.compile(r"[A-Z][A-Z0-9]{1,9}")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# Dot-atoms of RFC 5322, 3.2.3; quoted local parts are legal and never seen in a directory.
_LOCAL = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,64}")


def invalid(field: str, message: str, reason: str = "") -> InvalidArgument:
    """The refusal of one field's value; the reason is `<field>_invalid` unless one is given."""
    return InvalidArgument(reason or f"{field}_invalid", message, field=field)


def name(text: str, field: str = "name", limit: int = _MAX_NAME) -> str:
    """A name for people to read: one line, spaces folded, 1 to `limit` characters."""
    folded = " ".join(text.split())
    if not folded or len(folded) > limit:
        raise invalid(field, f"Between 1 and {limit} characters are needed.")
    if not folded.isprintable():
        raise invalid(field, "Control characters do not belong in a name.")
    return folded


def slug(text: str) -> str:
    """A short name for addresses: 2 to 40 of a-z, 0-9 and single hyphens, beginning with a letter."""
    if not _SLUG.fullmatch(text):
        raise invalid("slug", "2 to 40 of a-z, 0-9 and hyphens, beginning with a letter.")
    return text


def number_prefix(text: str) -> str:
    """What stands before a tenant's numbers: 2 to 10 of A-Z and 0-9, beginning with a letter."""
    if not _NUMBER_PREFIX.fullmatch(text):
        raise invalid("number_prefix", "2 to 10 of A-Z and 0-9, beginning with a letter.")
    return text


def locale(text: str, *, optional: bool = False) -> str:
    """A language that pages and mails are written in: "en" or "fr"; "" too where it is optional."""
    if text in LOCALES or (optional and not text):
        return text
    raise invalid("locale", "One of: en, fr.")


def time_zone(text: str, *, optional: bool = False) -> str:
    """The name of an IANA time zone; "" too where it is optional."""
    if optional and not text:
        return text
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:  # unknown; outside the zone folder; a folder itself
        raise invalid("time_zone", "The name of an IANA time zone, such as Europe/Paris.") from error
    return text


def domain(text: str, field: str = "domain") -> str:
    """A DNS name in lower case, its international labels in their ASCII form (RFC 5890)."""
    wished = text.strip().rstrip(".").lower()
    try:
        ascii_form = wished.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise invalid(field, "Not a domain name.") from error
    labels = ascii_form.split(".")
    if len(labels) < 2 or len(ascii_form) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise invalid(field, "A domain name such as acme.example is needed.")
    return ascii_form


def email(text: str, field: str = "email") -> str:
    """A mail address in lower case: two people never differ by letter case alone."""
    local, at, host = text.strip().rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or ".." in local or local.startswith(".") or local.endswith("."):
        raise invalid(field, "A mail address such as jane@acme.example is needed.")
    address = f"{local.lower()}@{domain(host, field)}"
    if len(address) > _MAX_ADDRESS:
        raise invalid(field, f"A mail address has at most {_MAX_ADDRESS} characters.")
    return address


def query(text: str) -> str:
    """What somebody looks for: spaces folded, at most 200 characters; "" looks for everything."""
    return " ".join(text.split())[:_MAX_NAME]


def without_tag(address: str) -> str:
    """The mailbox behind a tagged address (RFC 5233): "support+t0k3n@x.example" is "support@x.example"."""
    local, _, host = address.rpartition("@")
    return f"{local.partition('+')[0] or local}@{host}"
