"""A REST call as an entry says it."""

from typing import Any

from tests.matrix.probes import Probe


def ask(
    surface: str,
    *,
    json: dict[str, Any] | None = None,
    query: dict[str, Any] | None = None,
    path: dict[str, str] | None = None,
    files: dict[str, tuple[str, bytes]] | None = None,
    rows: str | None = None,
    **more: Any,
) -> Probe:
    """Places in the address that are no ids of the record are given by `path`."""
    return Probe(
        surface, {"json": json, "query": query, "path": path or {}, "files": files, "rows": rows}, **more
    )
