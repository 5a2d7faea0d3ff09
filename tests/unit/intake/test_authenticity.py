"""What DMARC's answers mean, with a zone of our own."""

from dataclasses import replace

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from services.intake.clients.dmarc import Origins, authenticate, passes
from services.intake.domain.authenticity import (
    Origin,
    dmarc_passes,
    organizational_domain,
    tags_of,
    trusted_result,
)
from services.intake.domain.mail import normalize
from services.intake.domain.spf import LookupFailed

LETTER = b"From: Jane <jane@acme.example>\r\nSubject: Printer\r\nTo: s@x.example\r\n\r\nIt burns.\r\n"


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def zone(key: rsa.RSAPrivateKey) -> dict[str, str]:
    import base64

    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    record = f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"
    return {
        "s._domainkey.acme.example": record,
        "s._domainkey.mail.acme.example": record,
        "s._domainkey.evil.example": record,
        "_dmarc.acme.example": "v=DMARC1; p=reject",
    }


def signed(key: rsa.RSAPrivateKey, raw: bytes = LETTER, domain: bytes = b"acme.example", **options) -> bytes:
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    return dkim.sign(raw, b"s", domain, pem, include_headers=[b"from", b"subject"], **options) + raw


class Zone:
    """DNS out of a dict of TXT records; with None it never answers."""

    def __init__(self, records: dict[str, str] | None) -> None:
        self.records = records

    def txt(self, name: str) -> list[str]:
        if self.records is None:
            raise LookupFailed(name)
        return [self.records[name]] if name in self.records else []

    def addresses(self, _name: str, _version: int) -> list[str]:
        return []

    mail_hosts = names = lambda self, name: []


def verdict(raw: bytes, zone: dict[str, str]) -> bool:
    return passes(raw, normalize(raw), Zone(zone))


def words(raw: bytes, zone: dict[str, str] | None, origin: Origin | None = None) -> tuple[str, str, str]:
    found = authenticate(raw, normalize(raw), Zone(zone), origin)
    return found.spf, found.dkim, found.dmarc


HOME = Origin("192.0.2.7", "mx.acme.example", "jane@mail.acme.example")


def test_what_was_found_is_told_in_the_words_of_rfc_8601(key, zone):
    assert words(signed(key), zone) == ("none", "pass", "pass")
    assert words(signed(key, domain=b"evil.example"), zone) == ("none", "pass", "fail")
    assert words(signed(key).replace(b"burns", b"works"), zone) == ("none", "fail", "fail")
    assert words(signed(key, length=True), zone) == ("none", "policy", "fail")
    assert words(signed(key), None) == ("none", "temperror", "temperror")
    assert words(LETTER, zone) == ("none", "none", "fail")
    assert words(LETTER, {}) == ("none", "none", "none")
    assert words(signed(key), {}) == ("none", "permerror", "none")


def test_spf_passes_for_an_aligned_sender_alone(zone):
    zone |= {"mail.acme.example": "v=spf1 ip4:192.0.2.7 -all", "evil.example": "v=spf1 +all"}
    assert words(LETTER, zone, HOME) == ("pass", "none", "pass")
    assert Origins(Zone(zone)).vouch(HOME, "acme.example")
    elsewhere = replace(HOME, address="198.51.100.1")
    assert words(LETTER, zone, elsewhere) == ("fail", "none", "fail")
    assert not Origins(Zone(zone)).vouch(elsewhere, "acme.example")
    theirs = replace(HOME, sender="x@evil.example")
    assert words(LETTER, zone, theirs) == ("pass", "none", "fail")
    strict = zone | {"_dmarc.acme.example": "v=DMARC1; p=reject; aspf=s"}
    assert words(LETTER, strict, HOME) == ("pass", "none", "fail")
    assert not Origins(Zone(None)).vouch(HOME, "acme.example")


@pytest.mark.parametrize("field", [b"Subject: Pay", b"Reply-To: x@evil.example\r\nReply-To: y@evil.example"])
def test_a_field_that_was_added_to_a_signed_mail_voids_its_signature(key, zone, field: bytes):
    assert words(field + b"\r\n" + signed(key), zone)[1:] == ("policy", "fail")


def test_an_aligned_signature_passes(key, zone):
    assert verdict(signed(key), zone)


def test_a_subdomain_is_aligned_unless_the_policy_is_strict(key, zone):
    raw = signed(key, domain=b"mail.acme.example")
    assert verdict(raw, zone)
    assert not verdict(raw, zone | {"_dmarc.acme.example": "v=DMARC1; p=reject; adkim=s"})


def test_another_domains_signature_says_nothing(key, zone):
    assert not verdict(signed(key, domain=b"evil.example"), zone)


def test_without_a_policy_nothing_passes(key, zone):
    del zone["_dmarc.acme.example"]
    assert not verdict(signed(key), zone)


def test_a_changed_body_does_not_pass(key, zone):
    assert not verdict(signed(key).replace(b"burns", b"works"), zone)


def test_a_signature_over_a_part_of_the_body_does_not_count(key, zone):
    raw = signed(key, length=True)
    assert b"l=" in raw
    assert not verdict(raw, zone)


def test_two_authors_are_none(key, zone):
    assert not verdict(b"From: boss@acme.example\r\n" + signed(key), zone)


def test_when_dns_does_not_answer_mail_is_unverified(key):
    raw = signed(key)
    assert not passes(raw, normalize(raw), Zone(None))


def test_garbage_for_a_signature_is_no_signature(zone):
    assert not verdict(b"DKIM-Signature: v=1; a=\x00; h=from; b=;;;\r\n" + LETTER, zone)


def test_the_organization_is_found_by_walking_up():
    policies = {"acme.example": {"p": "none"}, "example": {"psd": "y"}, "co.test": {"psd": "y"}}
    assert organizational_domain("a.b.acme.example", policies.get) == "acme.example"
    assert organizational_domain("shop.co.test", policies.get) == "shop.co.test"
    assert organizational_domain("nothing.invalid", policies.get) == "nothing.invalid"


def test_siblings_under_a_public_suffix_are_strangers():
    policies = {"co.test": {"psd": "y"}, "a.co.test": {"p": "none"}}
    assert not dmarc_passes("a.co.test", ["b.co.test"], policies.get)


@pytest.mark.parametrize(
    ("fields", "believed", "result"),
    [
        (["mx.north.example; dmarc=pass header.from=acme.example"], "mx.north.example", True),
        (["mx.north.example 1; spf=pass; dmarc=fail"], "mx.north.example", False),
        (["mx.north.example; spf=pass (dmarc=pass)"], "mx.north.example", False),
        (["evil.example; dmarc=pass"], "mx.north.example", None),
        (["mx.north.example; dmarc=fail", "mx.north.example; dmarc=pass"], "mx.north.example", False),
        (["mx.north.example; dmarc=pass"], "", None),
        ([], "mx.north.example", None),
    ],
)
def test_only_our_own_mail_server_is_believed(fields, believed, result):
    assert trusted_result(fields, believed) is result


def test_tags():
    assert tags_of("v=DMARC1; P=none ;x") == {"v": "DMARC1", "p": "none"}
