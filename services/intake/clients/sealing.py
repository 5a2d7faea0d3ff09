"""Secrets that must be read again, sealed before they are stored: AES-GCM under a key of this service alone."""

import hmac
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class Seal:
    """Derived from the service's own private key: every replica has the same, and nobody else has it."""

    def __init__(self, private_key: bytes) -> None:
        self._cipher = AESGCM(hmac.digest(private_key, b"fairlead intake mailbox password 1", "sha256"))

    @classmethod
    def of(cls, key_dir: Path, service: str) -> "Seal":
        """The seal of the service whose key lies there."""
        return cls((key_dir / f"{service}.key").read_bytes())

    def close(self, text: str, place: str) -> bytes:
        """place: what it belongs to; elsewhere it cannot be opened."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """Raises cryptography's InvalidTag for what was sealed elsewhere, or under another key."""
        return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode()).decode()
