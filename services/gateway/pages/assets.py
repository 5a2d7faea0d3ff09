"""Addresses of style sheets, scripts, icons and fonts, made so that browsers may keep them.

In templates: `{{ vendor("icons.svg") }}` for third-party files built by `make assets` (named by their content,
kept for ever), `{{ asset("css/base.css") }}` for our own (with their content's hash as a query). Scripts of ours: scripts.py.
"""

import gzip
import hashlib
import json
import time
from functools import cache, lru_cache
from pathlib import Path

from flask import Blueprint, Response, request, send_from_directory

assets = Blueprint("assets", __name__)
STATIC = Path(__file__).resolve().parent.parent / "static"
VENDOR = STATIC / "vendor"
_AN_HOUR = 3600
FOR_EVER = "public, max-age=31536000, immutable"


def vendor(name: str) -> str:
    """The address of a third-party file by its plain name. Raises KeyError for a name that was not built."""
    return f"/static/vendor/{_manifest()[name]}"


def asset(path: str) -> str:
    """The address of a file of ours below static/."""
    return _address(path, int(time.monotonic()))


@lru_cache(maxsize=512)
def _address(path: str, _second: int) -> str:
    """Whether the file was changed is looked up once a second."""
    file = STATIC / path
    return f"/static/{path}?v={_fingerprint(file, file.stat().st_mtime_ns)}"


@cache
def _manifest() -> dict[str, str]:
    return json.loads((VENDOR / "manifest.json").read_text())


@cache
def _fingerprint(file: Path, _changed: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:8]


@cache
def _packed(file: Path, _changed: int) -> bytes:
    return gzip.compress(file.read_bytes(), 9, mtime=0)


@assets.get("/static/css/<path:name>")
def style(name: str) -> Response:
    """A style sheet of ours."""
    return sent_packed(STATIC / "css", name)


def sent_packed(folder: Path, name: str) -> Response:
    """A file of ours; compressed for whoever takes that."""
    response = send_from_directory(folder, name, max_age=_AN_HOUR)
    if response.status_code == 200 and "gzip" in request.headers.get("Accept-Encoding", ""):
        file = folder / name
        packed = _packed(file, file.stat().st_mtime_ns)
        headers = {key: value for key, value in response.headers if key not in ("Content-Length", "ETag")}
        response = Response(packed, headers=headers)
        response.headers["Content-Encoding"] = "gzip"
        response.add_etag()
        response.make_conditional(request)
    response.headers["Vary"] = "Accept-Encoding"
    return response


@assets.get("/static/vendor/<path:name>")
def vendor_file(name: str) -> Response:
    """A built file; compressed for whoever takes that. Its name is its content, so it is kept for ever."""
    packed = VENDOR / f"{name}.gz"
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    response = send_from_directory(VENDOR, name, max_age=0)
    if takes_gzip and name in _manifest().values() and packed.is_file():
        content_type = response.content_type
        response = Response(packed.read_bytes(), content_type=content_type)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Vary"] = "Accept-Encoding"
    return response
