"""The tag by which a page's mail is answered, by link or by reply: it names the page, and nobody else can write it.

"p-", then 37 letters and digits: 13 bytes of the page's id and 10 (80 bits) of an HMAC-SHA256 over it. In lower case,
since mail servers may change it; short enough for `support+p-…` (RFC 5321, 4.5.3.1.1).
"""

import base64
import binascii
import hmac
import re

_PREFIX = "pag_"
_ID = re.compile(r"pag_[0-9a-f]{26}")
_ID_BYTES, _MAC_BYTES = 13, 10
_SHAPE = re.compile(r"p-([a-z2-7]{37})")


class PageLinks:
    """Writes and reads them under one secret, which never leaves the service."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise ValueError("the secret needs 32 bytes")
        self._secret = secret

    def tag(self, page_id: str) -> str:
        """Always the same for the same page. Raises ValueError for what is no page's id."""
        if not _ID.fullmatch(page_id):
            raise ValueError("a tag needs a page's id")
        name = bytes.fromhex(page_id.removeprefix(_PREFIX))
        return "p-" + base64.b32encode(name + self._mac(name)).decode().lower().rstrip("=")

    def read(self, tag: str) -> str:
        """The page's id; "" unless this service wrote it. Compares in constant time."""
        found = _SHAPE.fullmatch(tag.strip().lower())
        if not found:
            return ""
        try:
            raw = base64.b32decode(found[1].upper() + "===")
        except binascii.Error:
            return ""
        name, mac = raw[:_ID_BYTES], raw[_ID_BYTES:]
        return _PREFIX + name.hex() if hmac.compare_digest(mac, self._mac(name)) else ""

    def _mac(self, name: bytes) -> bytes:
        return hmac.digest(self._secret, name, "sha256")[:_MAC_BYTES]
