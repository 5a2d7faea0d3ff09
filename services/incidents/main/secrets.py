"""Keys of what this service signs for people outside."""

import hmac

from services.incidents.config import IncidentsSettings


def secret_for(settings: IncidentsSettings, purpose: str) -> bytes:
    """Derived from the service's own private key: every replica has the same, and nobody else has it.

    One for each purpose, so that no kind of token can stand for another. A new key pair makes the tokens of mail already
    sent void; Message-IDs still tie the answers.
    """
    private_key = (settings.key_dir / f"{settings.service}.key").read_bytes()
    return hmac.digest(private_key, f"fairlead incidents {purpose} 1".encode(), "sha256")
