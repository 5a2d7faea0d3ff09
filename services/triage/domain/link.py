"""The tags of mailed and subscribed links: each names one record, and nobody else can write it.

"p-" for a page's answer, "f-" for a feed; then 37 letters and digits: 13 bytes of the record's id and 10 (80 bits) of
an HMAC-SHA256 over it. In lower case, since mail servers may change it; short enough for `support+p-…` (RFC 5321, 4.5.3.1.1).
"""

import base64
import binascii
import hmac
import re

_ID_BYTES, _MAC_BYTES = 13, 10


class Links:
    """Writes and reads those of one kind under one secret, which never leaves the service."""

    def __init__(self, secret: bytes, mark: str, prefix: str) -> None:
        if len(secret) < 32:
            raise ValueError("the secret needs 32 bytes")
        self._secret = secret
        self._mark, self._prefix = mark, prefix
        self._id = re.compile(prefix + r"_[0-9a-f]{26}")
        self._shape = re.compile(mark + r"-([a-z2-7]{37})")

    def tag(self, record_id: str) -> str:
        """Always the same for the same record. Raises ValueError for what is no id of this kind."""
        if not self._id.fullmatch(record_id):
            raise ValueError("a tag needs an id of its kind")
        name = bytes.fromhex(record_id.removeprefix(f"{self._prefix}_"))
        return f"{self._mark}-" + base64.b32encode(name + self._mac(name)).decode().lower().rstrip("=")

    def read(self, tag: str) -> str:
        """The record's id; "" unless this service wrote it. Compares in constant time."""
        found = self._shape.fullmatch(tag.strip().lower())
        if not found:
            return ""
        try:
            raw = base64.b32decode(found[1].upper() + "===")
        except binascii.Error:
            return ""
        name, mac = raw[:_ID_BYTES], raw[_ID_BYTES:]
        return f"{self._prefix}_{name.hex()}" if hmac.compare_digest(mac, self._mac(name)) else ""

    def _mac(self, name: bytes) -> bytes:
        return hmac.digest(self._secret, self._mark.encode() + name, "sha256")[:_MAC_BYTES]
