"""`fairlead statement`: checks service level statements without an installation and without a network."""

import json
from pathlib import Path
from typing import Any

import click

from cli.errors import BadUse, Failed


@click.group()
def statement() -> None:
    """Service level statements, as files."""


@statement.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--key", "keys", multiple=True, type=click.Path(path_type=Path), help="A public key, PEM. Again for more."
)
@click.option(
    "--fingerprint",
    "fingerprints",
    multiple=True,
    help="Trust the key in the files if sha256 over its 32 bytes is this.",
)
def verify(files: tuple[Path, ...], keys: tuple[Path, ...], fingerprints: tuple[str, ...]) -> int:
    """Verify statements and the chain between them, offline.

    Checks for each FILE (JSON) that lines, sums, credits, hash and signature belong together, and between files that
    none is missing or replaced. Exit code 0: all are as they were sealed; 1: one is not; 2: that could not be checked.
    """
    from services.sla.domain.statements.verifying import Unverified, verify_files

    find_key, is_signed = _trusted(keys, fingerprints)
    read = [(str(path), _read(path)) for path in files]
    try:
        found = verify_files(read, find_key, is_signed)
    except Unverified as error:
        raise Failed(f"not verified: {error}") from None
    chains: dict[tuple[str, str], list[Any]] = {}
    for one in found:
        chains.setdefault((one.tenant_id, one.contract_id), []).append(one)
        revised = f", revision {one.edition}" if one.edition > 1 else ""
        click.echo(
            f"{one.name}: verified: {one.period}{revised}, {one.lines} lines, place {one.sequence} in its chain"
        )
    for (tenant_id, contract_id), chain in chains.items():
        first, last = chain[0], chain[-1]
        before = (
            "" if first.sequence == 1 else f"; what came before {first.sequence} is not among these files"
        )
        click.echo(
            f"chain of {contract_id} for {tenant_id}: whole from {first.sequence} to {last.sequence}{before}"
        )
    return 0


def _trusted(keys: tuple[Path, ...], fingerprints: tuple[str, ...]) -> tuple[Any, Any]:
    """How to find a key worth trusting, and how to check a signature with it."""
    from services.sla.clients.signing import fingerprint, is_signed, key_id_of, raw_key, read_public_key

    if not keys and not fingerprints:
        raise BadUse("whose signature? give --key FILE, or --fingerprint HEX to trust the key in the files")
    given: dict[str, str] = {}
    for path in keys:
        try:
            raw = raw_key(read_public_key(path.read_bytes()))
        except OSError as error:
            raise BadUse(f"{path}: {error.strerror}") from None
        except ValueError:
            raise BadUse(f"{path}: is not an Ed25519 public key in PEM") from None
        given[key_id_of(raw)] = raw
    wanted = {one.lower().replace(":", "") for one in fingerprints}

    def find_key(key_id: str, embedded: str) -> str | None:
        if key_id in given:
            return given[key_id]
        return embedded if fingerprint(embedded) in wanted else None

    return find_key, is_signed


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes(), object_pairs_hook=_once)
    except OSError as error:
        raise BadUse(f"{path}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise BadUse(f"{path}: is not JSON") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name twice would let a file show one value to a person and another to a program."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name comes twice")
    return found
