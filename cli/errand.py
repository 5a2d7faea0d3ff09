"""Errands that the supervisor runs in processes of their own, so that what they import is not kept for its life."""

import os
import subprocess
import sys
from pathlib import Path

from cli import given, servers
from cli.errors import BadUse, Failed
from cli.installation import SERVICES

ISSUERS = (*SERVICES, "operator")
BAD_USE = 2


def initiate(port: str) -> None:
    """Makes the mongod on that port a primary."""
    servers.initiate(int(port), timeout=60.0)


def keys(folder: str) -> None:
    """Makes the key pairs that are missing."""
    from chassis.tokens import make_keys

    make_keys(Path(folder), ISSUERS)


def ask_given(_: str) -> None:
    """Asks the servers that the environment names: not by an argument, which everybody on the machine may read."""
    try:
        given.ask(os.environ)
    except BadUse as error:
        print(error, file=sys.stderr)
        sys.exit(BAD_USE)


def keys_are_missing(folder: Path) -> bool:
    """Whether `keys` would make any."""
    public = folder / "public"
    return any(
        not (folder / f"{one}.key").exists() or not any(public.glob(f"{one}.*.pub")) for one in ISSUERS
    )


def run(errand: str, argument: str = "") -> None:
    """Runs one of the above in its own process and waits. Raises Failed, or BadUse, with its last words."""
    command = [sys.executable, "-P", "-m", "cli.errand", errand, argument]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode == BAD_USE:
        raise BadUse(done.stderr.strip().splitlines()[-1])
    if done.returncode != 0:
        raise Failed(f"{errand}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")


if __name__ == "__main__":
    {"initiate": initiate, "keys": keys, "ask_given": ask_given}[sys.argv[1]](sys.argv[2])
