"""Generates gen/ from protos/: messages, their type stubs, and gRPC classes. Run by `make protos`.

Generated code must match the installed protobuf runtime, so it is made here and never committed. The new
tree replaces the old one whole, so a message that was removed is gone, and a running import never sees half.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import grpc_tools
from grpc_tools import protoc

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Returns protoc's exit code; on failure the old generated code stays."""
    sources = sorted(str(path.relative_to(ROOT / "protos")) for path in (ROOT / "protos").rglob("*.proto"))
    if not sources:
        print("no .proto files under protos/", file=sys.stderr)
        return 1
    well_known = Path(grpc_tools.__file__).parent / "_proto"
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".gen-") as fresh:
        options = [f"--{kind}_out={fresh}" for kind in ("python", "pyi", "grpc_python")]
        code = protoc.main(["protoc", f"-I{ROOT / 'protos'}", f"-I{well_known}", *options, *sources])
        if code == 0:
            replace(Path(fresh) / "fairlead", ROOT / "gen" / "fairlead")
    return int(code)


def replace(fresh: Path, old: Path) -> None:
    """Puts the fresh tree in the old one's place, file by file where it exists already."""
    old.mkdir(parents=True, exist_ok=True)
    wanted = {path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file()}
    for path in wanted:
        (old / path).parent.mkdir(parents=True, exist_ok=True)
        (fresh / path).replace(old / path)
    for path in [path for path in old.rglob("*") if path.is_file() and "__pycache__" not in path.parts]:
        if path.relative_to(old) not in wanted:
            path.unlink()
    for folder in sorted((path for path in old.rglob("*") if path.is_dir()), reverse=True):
        if folder.name != "__pycache__" and not any(folder.glob("[!_]*")):
            shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
