"""Caller tokens: who asks, signed by the service that let them in, verified by every service.

A token is a JWT (RFC 7519) signed with Ed25519 (RFC 8037, named as RFC 9864 asks) that lives five minutes.
Each service has its own key pair; every service reads all public keys, so none can mint another's caller:

- `service:<name>` comes only from the service of that name,
- `person:` and `client:` come only from the gateway, which authenticated them,
- `operator:` comes only from the command line.

A service that acts on behalf of a caller forwards the token it received, unchanged. Private keys lie in
`<key_dir>/<service>.key`, public ones in `<key_dir>/public/<service>.<key id>.pub`; public keys of retired
pairs stay, because an event's token is verified at the event's own time, however long ago that was.
"""

import base64
import json
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, OKPKey

from chassis.errors import PermissionDenied, Unauthenticated
from chassis.tenancy import Caller, Role

LIFETIME = timedelta(minutes=5)
# Machines disagree a little about the time; only the start of a token's life is lenient.
CLOCK_SKEW = timedelta(seconds=30)
# A service's own token is reused while this much of its life is left.
_FRESH = timedelta(minutes=1)
_ALGORITHM = "Ed25519"
_CACHED = 4096
_RELOAD_SECONDS = 1.0


def covers(caller: Caller, at: datetime) -> bool:
    """Whether a caller's own token says who the caller is and is valid at that time.

    The signature is not checked: this is for holders of a caller that was verified when it came in.
    """
    if not caller.token:
        return False
    try:
        subject, provider_id, issued, expires = _peek(caller.token)
    except (ValueError, TypeError, KeyError, IndexError):
        return False
    if (subject, provider_id) != (caller.subject, caller.provider_id):
        return False
    return issued - CLOCK_SKEW.total_seconds() <= at.timestamp() <= expires


@lru_cache(maxsize=1024)
def _peek(token: str) -> tuple[str, str, float, float]:
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims["sub"], claims["provider_id"], float(claims["iat"]), float(claims["exp"])


def _may_mint(issuer: str, subject: str) -> bool:
    kind, _, name = subject.partition(":")
    if not name:
        return False
    if kind == "service":
        return name == issuer
    return issuer == {"person": "gateway", "client": "gateway", "operator": "operator"}.get(kind)


def _key_id(key: OKPKey) -> str:
    return key.thumbprint()[:16]


class CallerSigner:
    """Mints caller tokens in the name of one service.

    private_key: PEM (PKCS #8) bytes, or the path of a file that holds them.
    """

    def __init__(self, service: str, private_key: bytes | Path) -> None:
        self.service = service
        pem = private_key.read_bytes() if isinstance(private_key, Path) else private_key
        self._key = OKPKey.import_key(pem)
        self._header = {"alg": _ALGORITHM, "kid": f"{service}.{_key_id(self._key)}"}
        self._own: OrderedDict[tuple[str, frozenset[str] | None], tuple[datetime, Caller]] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def load(cls, key_dir: Path, service: str) -> "CallerSigner":
        """The signer of a service whose keys `make_keys` wrote."""
        return cls(service, Path(key_dir) / f"{service}.key")

    def mint(self, caller: Caller, now: datetime) -> Caller:
        """The same caller with a token valid from now for LIFETIME.

        Raises PermissionDenied("issuer_not_allowed") for a subject that this service may not vouch for.
        """
        if not _may_mint(self.service, caller.subject):
            raise PermissionDenied("issuer_not_allowed", "This service may not mint such a caller.")
        issued = int(now.timestamp())
        claims = caller.to_claims()
        claims |= {"iss": self.service, "iat": issued, "exp": issued + int(LIFETIME.total_seconds())}
        return replace(caller, token=jwt.encode(self._header, claims, self._key, algorithms=[_ALGORITHM]))

    def service_caller(
        self, now: datetime, provider_id: str, tenant_ids: frozenset[str] | None = None
    ) -> Caller:
        """This service itself, acting for a provider ("" across providers); tenant_ids None is all tenants.

        Valid at `now` and for at least a minute after. Tokens are reused: one for each event is cheap.
        """
        wanted = (provider_id, None if tenant_ids is None else frozenset(tenant_ids))
        with self._lock:
            issued, caller = self._own.get(wanted, (None, None))
            if issued and caller and issued <= now <= issued + LIFETIME - _FRESH:
                return caller
        subject = f"service:{self.service}"
        fresh = Caller(subject, provider_id, wanted[1], frozenset({Role.SERVICE}), name=self.service)
        minted = self.mint(fresh, now)
        with self._lock:
            self._own[wanted] = (now, minted)
            self._own.move_to_end(wanted)
            if len(self._own) > _CACHED:
                self._own.popitem(last=False)
        return minted


@dataclass(frozen=True)
class _Verified:
    caller: Caller
    issued: float
    expires: float


class CallerVerifier:
    """Verifies caller tokens against a folder of public keys; what verified once is remembered."""

    def __init__(self, public_key_dir: Path) -> None:
        self._dir = Path(public_key_dir)
        self._keys: dict[str, OKPKey] = {}
        self._read_at = float("-inf")
        self._seen: OrderedDict[str, _Verified] = OrderedDict()
        self._lock = threading.Lock()

    def verify(self, token: str, at: datetime) -> Caller:
        """The caller of a token that was valid at that time, with the token in it.

        Raises Unauthenticated: "token_missing", "token_invalid", "token_expired" or "issuer_not_allowed".
        """
        with self._lock:
            known = self._seen.get(token)
            if known:
                self._seen.move_to_end(token)
        if not known:
            known = self._check(token)
            with self._lock:
                self._seen[token] = known
                if len(self._seen) > _CACHED:
                    self._seen.popitem(last=False)
        moment = at.timestamp()
        if not known.issued - CLOCK_SKEW.total_seconds() <= moment <= known.expires:
            raise Unauthenticated("token_expired", "The caller's token is not valid at this time.")
        return known.caller

    def _check(self, token: str) -> _Verified:
        if not token:
            raise Unauthenticated("token_missing", "There is no caller token.")
        try:
            decoded = jwt.decode(token, self._key_of, algorithms=[_ALGORITHM])
            claims = decoded.claims
            caller = Caller.from_claims(claims, token)
            issuer = str(claims["iss"])
            verified = _Verified(caller, float(claims["iat"]), float(claims["exp"]))
            allowed = _may_mint(issuer, caller.subject)
        except (JoseError, KeyError, ValueError, TypeError, AttributeError) as error:
            raise Unauthenticated("token_invalid", "The caller's token does not verify.") from error
        # The key id names the key's owner, and the signature proves it: the issuer claim must agree.
        owner = decoded.header.get("kid", "").rpartition(".")[0]
        if owner != issuer or not allowed:
            raise Unauthenticated("issuer_not_allowed", "The token's issuer may not vouch for this caller.")
        return verified

    def _key_of(self, token: GuestProtocol) -> OKPKey:
        key_id = str(token.headers().get("kid", ""))
        with self._lock:
            # Unknown ids re-read the folder (a new key may have been mounted), but not at a forger's pace.
            if key_id not in self._keys and time.monotonic() - self._read_at >= _RELOAD_SECONDS:
                files = self._dir.glob("*.*.pub")
                self._keys = {file.stem: OKPKey.import_key(file.read_bytes()) for file in files}
                self._read_at = time.monotonic()
            try:
                return self._keys[key_id]
            except KeyError:
                raise ValueError("unknown key id") from None


def make_keys(key_dir: Path, services: Iterable[str]) -> None:
    """Writes a key pair for each service that has no private key yet: `<service>.key` (0600) and `public/…`.

    To rotate, remove a private key, call again and restart that service; its old public key stays.
    """
    key_dir = Path(key_dir)
    public_dir = key_dir / "public"
    public_dir.mkdir(parents=True, exist_ok=True)
    for service in services:
        private_path = key_dir / f"{service}.key"
        if not private_path.exists():
            descriptor = os.open(private_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(OKPKey.generate_key("Ed25519").as_pem(private=True))
        key = OKPKey.import_key(private_path.read_bytes())
        public_path = public_dir / f"{service}.{_key_id(key)}.pub"
        if not public_path.exists():
            public_path.write_bytes(key.as_pem(private=False))
