"""Amazon's side of SNS: certificates and confirmations. Asks addresses of Amazon's alone, and follows no redirect."""

import base64
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from chassis.errors import PermissionDenied, Unavailable
from services.intake.domain.alerts.senders.sns import amazons_address, check_version, signed_text

_SECONDS = 5.0
_LARGEST = 64 * 1024
_KEPT = 32
# What is got from an address: its bytes. Raises Unavailable.
Fetch = Callable[[str], bytes]


class SnsClient:
    """See ports.SnsPeer. Certificates are remembered by their address, which changes with them."""

    def __init__(self, fetch: Fetch | None = None) -> None:
        self._fetch = fetch or _fetch
        self._keys: OrderedDict[str, RSAPublicKey] = OrderedDict()
        self._lock = threading.Lock()

    def is_signed(self, fields: dict[str, Any]) -> bool:
        address = amazons_address(fields.get("SigningCertURL") or fields.get("SigningCertUrl"), ".pem")
        digest = hashes.SHA256() if check_version(fields) == "2" else hashes.SHA1()  # noqa: S303 - Amazon's version 1
        try:
            signature = base64.b64decode(str(fields.get("Signature", "")), validate=True)
            self._key(address).verify(signature, signed_text(fields), padding.PKCS1v15(), digest)
        except (InvalidSignature, ValueError):
            return False
        return True

    def confirm(self, fields: dict[str, Any]) -> None:
        self._fetch(amazons_address(fields.get("SubscribeURL")))

    def _key(self, address: str) -> RSAPublicKey:
        with self._lock:
            known = self._keys.get(address)
        if known is not None:
            return known
        key = x509.load_pem_x509_certificate(self._fetch(address)).public_key()
        if not isinstance(key, RSAPublicKey):
            raise PermissionDenied("signature_invalid", "The certificate has another kind of key.")
        with self._lock:
            self._keys[address] = key
            while len(self._keys) > _KEPT:
                self._keys.popitem(last=False)
        return key


def _fetch(address: str) -> bytes:
    import httpx  # five megabytes, which only those need whom Amazon tells of alarms

    try:
        with (
            httpx.Client(timeout=_SECONDS, follow_redirects=False) as client,
            client.stream("GET", address) as answer,
        ):
            if answer.status_code != 200:
                raise Unavailable("sns_unavailable", "Amazon's SNS does not answer as it should.")
            content = b""
            for piece in answer.iter_bytes():
                content += piece
                if len(content) > _LARGEST:
                    raise Unavailable("sns_unavailable", "Amazon's SNS answers with too much.")
            return content
    except httpx.HTTPError as error:
        raise Unavailable("sns_unavailable", "Amazon's SNS cannot be reached just now.") from error
