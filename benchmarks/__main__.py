"""python -m benchmarks [NAME …] [--seconds N]: JSON lines on standard output, progress on standard error.

Exit status: 0, or 1 when a run was void or failed.
"""

import argparse
import json
import signal
import sys

from benchmarks.catalog import BENCHMARKS, load
from benchmarks.context import Context
from benchmarks.figures import Void
from benchmarks.installation import Installation


def main(arguments: list[str] | None = None) -> int:
    """Runs what was asked for, one after another on one installation."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(BENCHMARKS)}")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long each load lasts (30)")
    parser.add_argument(
        "--incidents", type=int, default=10_000, help="among how many pages are read (10,000)"
    )
    parser.add_argument(
        "--clocks", type=int, default=1_000_000, help="how many clocks open_clocks has open (1,000,000)"
    )
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(BENCHMARKS):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    names = [name for name in BENCHMARKS if not options.names or name in options.names]
    failed = 0
    # Whoever ends us by TERM (a time-out) wants the installation gone as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with Installation() as installation:
        context = Context(installation, options.seconds, options.incidents, options.clocks)
        context.progress(f"ready: {installation.base_url}")
        for name in names:
            context.progress(f"— {name}")
            failed += not _run(name, context)
    return 1 if failed else 0


def _run(name: str, context: Context) -> bool:
    try:
        for found in load(name).run(context):
            print(json.dumps(found), flush=True)
    except Void as void:
        print(json.dumps({"name": name, "void": str(void)}), flush=True)
        context.progress(f"void: {void}")
        return False
    except Exception as error:
        # One that breaks down does not keep the others from being measured.
        print(json.dumps({"name": name, "void": f"{type(error).__name__}: {error}"}), flush=True)
        context.progress(f"failed: {type(error).__name__}: {error}")
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
