"""Our own scripts, kept by browsers for ever: their addresses begin with a version of all of them.

A module names the ones it imports by relative addresses, which thus have the version, too. In templates:
`{{ script("console.js") }}` for a script and, before it, everything that it imports: all are fetched at once.
"""

import hashlib
import re
import time
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath
from posixpath import normpath

from flask import Blueprint, Response
from markupsafe import Markup

from services.gateway.pages.assets import FOR_EVER, STATIC, sent_packed

scripts = Blueprint("scripts", __name__)
_FOLDER = STATIC / "js"
_IMPORTED = re.compile(r'^(?:import|export)\b[^"\';]*"(\.{1,2}/[^"]+)"', re.MULTILINE)


def script_address(name: str) -> str:
    """The address of one of our scripts, such as `live/worker.js`."""
    return current().address(name)


def script(name: str) -> Markup:
    """The element that runs a script of ours, after those that fetch what it imports."""
    return _elements(current(), name)


@dataclass(frozen=True)
class Tree:
    """All scripts as they were at one moment: name → the names that it imports."""

    version: str
    imports: dict[str, list[str]] = field(hash=False)

    def address(self, name: str) -> str:
        return f"/static/js/{self.version}/{name}"

    def imported_by(self, name: str) -> list[str]:
        """What this one imports, directly or not, each once, the nearest first."""
        found = {name: None}
        for each in (waiting := [*self.imports[name]]):
            if each not in found:
                found[each] = None
                waiting += self.imports[each]
        return [*found][1:]


def tree_of(files: dict[str, bytes]) -> Tree:
    """Scripts by their names. The version changes whenever any of them does."""
    whole = hashlib.sha256()
    imports = {}
    for name, content in sorted(files.items()):
        whole.update(f"{name}\0{len(content)}\0".encode() + content)
        here = PurePosixPath(name).parent
        imports[name] = [normpath(here / each) for each in _IMPORTED.findall(content.decode())]
    return Tree(whole.hexdigest()[:12], imports)


def current() -> Tree:
    """The scripts as they are; whether one was changed is looked up once a second."""
    return _looked_up(int(time.monotonic()))


@lru_cache(maxsize=1)
def _looked_up(_second: int) -> Tree:
    files = sorted(_FOLDER.rglob("*.js"))
    return _read(tuple((file, file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=1)
def _read(files: tuple[tuple[Path, int], ...]) -> Tree:
    return tree_of({file.relative_to(_FOLDER).as_posix(): file.read_bytes() for file, _ in files})


@lru_cache(maxsize=64)
def _elements(tree: Tree, name: str) -> Markup:
    ahead = Markup('<link rel="modulepreload" href="{}">')
    needed = [ahead.format(tree.address(each)) for each in tree.imported_by(name)]
    return Markup("\n  ").join(
        [*needed, Markup('<script type="module" src="{}"></script>').format(tree.address(name))]
    )


@scripts.get("/static/js/<version>/<path:name>")
def script_file(version: str, name: str) -> Response:
    """A script of ours. To a page of another version it is given, too, but not to keep: it is not what that address names."""
    response = sent_packed(_FOLDER, name)
    response.headers["Cache-Control"] = FOR_EVER if version == current().version else "no-cache"
    return response
