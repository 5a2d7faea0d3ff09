"""Signatures of statements: Ed25519 (RFC 8032) with the service's own key pair.

The pair is the one that vouches for the service's callers; what is signed here begins with words of its own
(domain/statements/canonical.py), so neither kind of signature can pass for the other. A retired pair's public key stays in
the folder, and with it every statement that it signed can be verified.
"""

import base64
import hashlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from joserfc.jwk import OKPKey

from services.sla.domain.statements.canonical import signed_bytes
from services.sla.domain.statements.statement import Seal
from services.sla.ports import PublicKey

_KEY_ID_LENGTH = 16


class StatementKeys:
    """Implements ports.StatementKeys."""

    def __init__(self, key_dir: Path, service: str = "sla") -> None:
        self._service = service
        self._public_dir = key_dir / "public"
        self._private = _private_key((key_dir / f"{service}.key").read_bytes())
        self.key_id = key_id_of(raw_key(self._private.public_key()), service)

    def seal(self, sha256: str) -> Seal:
        public = raw_key(self._private.public_key())
        return Seal(sha256, self.key_id, public, encoded(self._private.sign(signed_bytes(sha256))))

    def public_keys(self) -> list[PublicKey]:
        found = []
        for file in sorted(self._public_dir.glob(f"{self._service}.*.pub")):
            pem = file.read_text("ascii")
            raw = raw_key(read_public_key(pem.encode()))
            found.append(PublicKey(file.stem, pem, raw, fingerprint(raw), file.stem == self.key_id))
        return found


def read_public_key(pem: bytes) -> Ed25519PublicKey:
    """Raises ValueError for anything but an Ed25519 public key in PEM."""
    key = load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 public key")
    return key


def raw_key(key: Ed25519PublicKey) -> str:
    """The 32 bytes of a public key, in base64url."""
    return encoded(key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def fingerprint(raw: str) -> str:
    """sha256 over a public key's 32 bytes, in hexadecimal. Raises ValueError for what is no base64url."""
    return hashlib.sha256(decoded(raw)).hexdigest()


def key_id_of(raw: str, service: str = "sla") -> str:
    """The id under which a public key is kept: its owner, and the beginning of its thumbprint (RFC 7638)."""
    key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": raw})
    return f"{service}.{key.thumbprint()[:_KEY_ID_LENGTH]}"


def is_signed(raw: str, signature: str, message: bytes) -> bool:
    """Whether a signature is good. Raises ValueError for what is no key or no base64url."""
    try:
        Ed25519PublicKey.from_public_bytes(decoded(raw)).verify(decoded(signature), message)
    except InvalidSignature:
        return False
    return True


def encoded(value: bytes) -> str:
    """As base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def decoded(text: str) -> bytes:
    """Raises ValueError for what is no base64url."""
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _private_key(pem: bytes) -> Ed25519PrivateKey:
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("the service's private key is not an Ed25519 key")
    return key
