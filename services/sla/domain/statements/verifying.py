"""Checks statements with nothing but their files and a public key: hash, sums, credits, signature and chain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from services.sla.domain.statements.canonical import signed_bytes
from services.sla.domain.statements.credit import terms_from
from services.sla.domain.statements.statement import FORMAT, Summary, hash_of

# (public key, signature, what was signed) → whether it is good; all in base64url, the last as bytes.
CheckSignature = Callable[[str, str, bytes], bool]
# key id, and the public key that the file itself brings → the key to trust, or None.
FindKey = Callable[[str, str], str | None]


class Unverified(Exception):
    """A statement is not what was sealed; `name` is the file's, `why` a short sentence."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name
        self.why = why


@dataclass(frozen=True)
class Verified:
    """One statement that is what was sealed."""

    name: str
    statement_id: str
    tenant_id: str
    contract_id: str
    period: str
    edition: int
    sequence: int
    sha256: str
    previous_sha256: str | None
    supersedes: Mapping[str, str] | None
    key_id: str
    lines: int


def verify_files(
    files: Iterable[tuple[str, Any]], find_key: FindKey, check: CheckSignature
) -> list[Verified]:
    """The statements of these (name, parsed JSON), by chain and place in it. Raises Unverified for the first that fails.

    A chain may begin anywhere: what comes before its first file is not known here. Between two files nothing may be missing.
    """
    found = [_verify(name, file, find_key, check) for name, file in files]
    found.sort(key=lambda one: (one.tenant_id, one.contract_id, one.sequence, one.name))
    for before, after in pairwise(found):
        if (before.tenant_id, before.contract_id) == (after.tenant_id, after.contract_id):
            _check_link(before, after)
    _check_supersedes(found)
    return found


def _verify(name: str, file: Any, find_key: FindKey, check: CheckSignature) -> Verified:
    try:
        content, lines, seal = file["statement"], file["lines"], file["seal"]
        if content["format"] != FORMAT:
            raise Unverified(name, f"is of an unknown format, {content['format']!r}")
        _check_lines(name, content, lines)
        sha256 = hash_of(content)
        if sha256 != seal["sha256"]:
            raise Unverified(name, "the hash does not match: the statement was changed")
        key_id = content["key_id"]
        key = find_key(key_id, seal["public_key"])
        if key is None:
            raise Unverified(name, f"is signed with {key_id}, which is none of the given keys")
        if not check(key, seal["signature"], signed_bytes(sha256)):
            raise Unverified(name, f"the signature is not one of {key_id}")
        return Verified(
            name,
            content["statement_id"],
            content["tenant_id"],
            content["contract_id"],
            content["period"]["name"],
            content["revision"],
            content["sequence"],
            sha256,
            content["previous_sha256"],
            content["supersedes"],
            key_id,
            len(lines),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unverified(name, f"is not a whole statement ({type(error).__name__}: {error})") from error


def _check_lines(name: str, content: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> None:
    terms = terms_from(content["credit_terms"]) if content["credit_terms"] else None
    summary = Summary(terms)
    for line in lines:
        summary.add(line)
    if summary.sha256 != content["lines_sha256"]:
        raise Unverified(name, "the lines do not match their hash: one was changed, added, removed or moved")
    if summary.totals() != content["totals"]:
        raise Unverified(name, "the totals are not the sums of the lines")
    keys = f"{content['tenant_id']}.{content['contract_id']}.{content['period']['name']}.r"
    edition = content["revision"]
    credits = summary.credits(f"{keys}{edition}", f"{keys}{edition - 1}" if edition > 1 else "")
    if credits != content["credits"] or content["credit_minor"] != sum(c["amount_minor"] for c in credits):
        raise Unverified(name, "the credits do not follow from the lines and the clauses")


def _check_link(before: Verified, after: Verified) -> None:
    if after.sequence == before.sequence:
        raise Unverified(after.name, f"has the same place in the chain as {before.name}")
    if after.sequence != before.sequence + 1:
        missing = f"{before.sequence + 1} to {after.sequence - 1}"
        raise Unverified(after.name, f"the chain has a gap: statement {missing} is not here")
    if after.previous_sha256 != before.sha256:
        raise Unverified(after.name, f"is not chained to {before.name}: the hash of its predecessor differs")


def _check_supersedes(found: Iterable[Verified]) -> None:
    known = {one.statement_id: one for one in found}
    for one in known.values():
        if (one.edition > 1) != bool(one.supersedes):
            raise Unverified(one.name, "a revision says which statement it supersedes, a first one does not")
        before = known.get(one.supersedes["statement_id"]) if one.supersedes else None
        if before and one.supersedes and one.supersedes["sha256"] != before.sha256:
            raise Unverified(one.name, f"supersedes another statement than {before.name}")
