"""Callers with real signatures, for tests."""

from datetime import datetime
from pathlib import Path

from chassis.tenancy import Caller, Role
from chassis.tokens import CallerSigner, CallerVerifier, make_keys

PROVIDER = "prv_northstar"
TENANT = "ten_acme"


class Identities:
    """A folder of fresh keys, and what they sign and verify."""

    def __init__(self, folder: Path, *services: str) -> None:
        self.key_dir = folder
        make_keys(folder, {"gateway", "operator", *services})
        self.verifier = CallerVerifier(folder / "public")

    def signer(self, service: str) -> CallerSigner:
        return CallerSigner.load(self.key_dir, service)

    def person(self, now: datetime, *roles: Role, person_id: str = "per_ada", tenant: str = TENANT) -> Caller:
        """A person of one tenant, as the gateway vouches for them at that time."""
        granted = frozenset({tenant})
        caller = Caller(f"person:{person_id}", PROVIDER, granted, frozenset(roles or {Role.REQUESTER}))
        return self.signer("gateway").mint(caller, now)
