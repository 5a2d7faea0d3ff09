"""Keys and passwords of a new installation, as Kubernetes Secrets.

Each service gets a Secret with its own private key and no other; the public keys are one Secret that all read
(public, but whoever could change them could mint callers). Passwords are made for MongoDB (root and one for each
service), for its members among themselves, and for NATS.
"""

import base64
import json
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cli.errand import ISSUERS
from cli.installation import SERVICES


def as_kubernetes(folder: Path, passwords: Mapping[str, Mapping[str, str]], namespace: str) -> str:
    """A YAML stream (each document in its JSON form) of all Secrets.

    folder: where `make_keys` wrote; passwords: Secret name → key → value.
    """
    documents = [
        _secret(
            namespace, f"fairlead-key-{issuer}", {f"{issuer}.key": (folder / f"{issuer}.key").read_bytes()}
        )
        for issuer in ISSUERS
    ]
    public = {path.name: path.read_bytes() for path in sorted((folder / "public").iterdir())}
    documents.append(_secret(namespace, "fairlead-public-keys", public))
    for name, values in passwords.items():
        documents.append(_secret(namespace, name, {key: value.encode() for key, value in values.items()}))
    return "".join(f"---\n{json.dumps(document, indent=1)}\n" for document in documents)


def make_passwords() -> dict[str, dict[str, str]]:
    """New ones, from the system's randomness; safe inside a URL and a configuration file."""
    mongodb = {f"{service}-password": _password() for service in SERVICES}
    # The members' key file is base64 text of 6 to 1,024 characters.
    key_file = base64.b64encode(secrets.token_bytes(384)).decode()
    return {
        "fairlead-mongodb": {"root-password": _password(), "key-file": key_file, **mongodb},
        "fairlead-nats": {"password": _password(), "cluster-password": _password()},
    }


def new_installation(namespace: str) -> str:
    """Everything of a new installation; the keys are never written to a disk that stays."""
    from chassis.tokens import make_keys

    with tempfile.TemporaryDirectory(prefix="fairlead-keys-") as folder:
        make_keys(Path(folder), ISSUERS)
        return as_kubernetes(Path(folder), make_passwords(), namespace)


def _password() -> str:
    # A letter first: NATS would read a value that begins with a digit as a number.
    return "p" + secrets.token_hex(20)


def _secret(namespace: str, name: str, values: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": {"app.kubernetes.io/part-of": "fairlead"},
        },
        "type": "Opaque",
        "data": {key: base64.b64encode(value).decode() for key, value in values.items()},
    }
