"""Reply tokens: a mailbox tag that proves that we wrote to this address about this incident.

26 characters of the incident's id, 8 of a hash of the address, 16 (80 bits) of an HMAC-SHA256 over both:
50 lower-case letters and digits, so `reply+<token>` keeps within the 64 of a local part (RFC 5321, 4.5.3.1.1).
Each recipient has a token of their own: one that leaked names the address it leaked from.
"""

import base64
import hashlib
import hmac
import re

_PREFIX = "inc_"
_ID, _ADDRESS, _MAC = 26, 8, 16
_SHAPE = re.compile(rf"[0-9a-z]{{{_ID + _ADDRESS + _MAC}}}")


class ReplyTokens:
    """Mints and reads tokens under one secret, which never leaves the service."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise ValueError("the secret needs 32 bytes")
        self._secret = secret

    def mint(self, incident_id: str, address: str) -> str:
        """The token of this incident for this address; always the same one. Raises ValueError for another id."""
        if not incident_id.startswith(_PREFIX) or len(incident_id) != len(_PREFIX) + _ID:
            raise ValueError("a reply token needs an incident id")
        body = incident_id.removeprefix(_PREFIX) + _address_hash(address)
        return body + self._mac(body)

    def read(self, token: str) -> str:
        """The incident id in it; "" unless this service minted it. Compares in constant time."""
        token = token.strip().lower()  # mailbox tags lose their case on the way
        if not _SHAPE.fullmatch(token):
            return ""
        body, mac = token[:-_MAC], token[-_MAC:]
        if not hmac.compare_digest(mac, self._mac(body)):
            return ""
        return _PREFIX + body[:_ID]

    def _mac(self, body: str) -> str:
        return _text(hmac.digest(self._secret, body.encode(), "sha256"), _MAC)


def _address_hash(address: str) -> str:
    return _text(hashlib.sha256(address.strip().lower().encode()).digest(), _ADDRESS)


def _text(digest: bytes, length: int) -> str:
    return base64.b32encode(digest).decode().lower()[:length]
