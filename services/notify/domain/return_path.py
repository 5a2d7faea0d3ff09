"""Return paths: the mailbox tag that a delivery report comes back to, and that says which delivery it is about.

"b-", then 37 letters and digits: 13 bytes of the delivery's id and 10 (80 bits) of an HMAC-SHA256 over it. A report
without one is anybody's word; one with it was sent by somebody who handled the mail's envelope. `support+b-…` keeps
within the 64 of a local part (RFC 5321, 4.5.3.1.1) up to a mailbox of 24 letters. The hyphen keeps it from being
taken for a reply token, and lower case from harm: servers on the way may change it.
"""

import base64
import binascii
import hmac
import re

_PREFIX = "dlv_"
_ID = re.compile(r"dlv_[0-9a-f]{26}")
_ID_BYTES, _MAC_BYTES = 13, 10
_SHAPE = re.compile(r"b-([a-z2-7]{37})")
_LONGEST_LOCAL = 64


class ReturnPaths:
    """Writes and reads them under one secret, which never leaves the service."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise ValueError("the secret needs 32 bytes")
        self._secret = secret

    def address(self, mailbox: str, delivery_id: str) -> str:
        """The address that reports about this delivery come to; "" where the mailbox's name leaves no room for it."""
        local, _, domain = mailbox.rpartition("@")
        tagged = f"{local}+{self.tag(delivery_id)}"
        return f"{tagged}@{domain}" if len(tagged) <= _LONGEST_LOCAL else ""

    def tag(self, delivery_id: str) -> str:
        """Always the same for the same delivery. Raises ValueError for what is no delivery's id."""
        if not _ID.fullmatch(delivery_id):
            raise ValueError("a return path needs a delivery id")
        name = bytes.fromhex(delivery_id.removeprefix(_PREFIX))
        return "b-" + base64.b32encode(name + self._mac(name)).decode().lower().rstrip("=")

    def read(self, tag: str) -> str:
        """The delivery's id; "" unless this service wrote it. Compares in constant time."""
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
