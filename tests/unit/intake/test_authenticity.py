"""What DMARC's answers mean, with a zone of our own."""

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from services.intake.clients.dmarc import LookupFailed, passes
from services.intake.domain.authenticity import dmarc_passes, organizational_domain, tags_of, trusted_result
from services.intake.domain.mail import normalize

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


def verdict(raw: bytes, zone: dict[str, str]) -> bool:
    return passes(raw, normalize(raw), lambda name: [zone[name]] if name in zone else [])


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
    def fails(_name: str) -> list[str]:
        raise LookupFailed("down")

    raw = signed(key)
    assert not passes(raw, normalize(raw), fails)


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
