"""Files in requests and answers: whose bodies may be large, and headers that let no file act on our origin.

@conversation.post("/incidents/<number>/reply")
@takes_files                      # outermost but for the route: up to max_form_bytes, once signed in
@portal_page
def send_reply(portal, number):
files = sent_files()          # on disk as soon as they are larger than half a megabyte

return file_answer(*backends.attachments.download(caller, number, attachment_id))
"""

import hashlib
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import wraps
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import quote

from flask import Response, current_app, request
from werkzeug.wsgi import FileWrapper

from chassis.errors import Unavailable
from fairlead.incidents.v1.attachment_pb2 import Attachment
from services.gateway.auth.access import current_session
from services.gateway.auth.context import gateway

# What a browser shows without running anything; everything else is handed over as bytes.
SAFE_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_MARK = "takes_files"
_IN_MEMORY = 512 * 1024
_READ = 256 * 1024
# Room for the parts' own headers and the other fields of a form.
_AROUND = 256 * 1024


@dataclass(frozen=True)
class SentFile:
    """A file of the request, as its sender calls it; read from its beginning."""

    name: str
    size: int
    sha256: str
    stream: IO[bytes]


def takes_files(view: Callable[..., Any]) -> Callable[..., Any]:
    """Marks a view whose request may carry files."""

    @wraps(view)
    def marked(*args: Any, **values: Any) -> Any:
        return view(*args, **values)

    setattr(marked, _MARK, True)
    return marked


def allow_files() -> None:
    """Before anything reads a form: lets it be large where files are taken, from those who are known.

    A visitor's form keeps the small limit: nobody has to sign in to make us keep bytes on disk. Programs are known by
    a token, which is checked before their body is read.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    if not getattr(view, _MARK, False):
        return
    settings = gateway().settings
    if request.path.startswith("/api/"):
        request.max_content_length = settings.max_file_bytes + _AROUND
    elif current_session():
        request.max_content_length = settings.max_form_bytes + _AROUND


def sent_files(field: str = "files") -> list[SentFile]:
    """The files of a form's field; a field left empty has none. Raises RequestEntityTooLarge."""
    found = []
    for storage in request.files.getlist(field):
        if not storage.filename:
            continue
        digest, size = hashlib.sha256(), 0
        while chunk := storage.stream.read(_READ):
            digest.update(chunk)
            size += len(chunk)
        storage.stream.seek(0)
        found.append(SentFile(storage.filename, size, digest.hexdigest(), storage.stream))
    return found


def file_answer(attachment: Attachment, chunks: Generator[bytes, None, None]) -> Response:
    """An attachment as a download: sandboxed, never sniffed, of its own type only where that is a safe image.

    Kept by the browser, and asked for anew each time: whether it may still be read is decided on each request.
    """
    etag = attachment.sha256
    if etag in request.if_none_match:
        chunks.close()
        response = Response(status=304)
    else:
        # Taken in at once, so that a slow reader holds up this process alone and not the record's.
        spool = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed with the response
        for chunk in chunks:
            spool.write(chunk)
        if spool.tell() != attachment.size:
            spool.close()
            raise Unavailable("attachment_unavailable", "The file could not be read whole. Try again.")
        spool.seek(0)
        response = Response(FileWrapper(spool, _READ), direct_passthrough=True)
        response.call_on_close(spool.close)
        response.content_length = attachment.size
        safe = attachment.content_type in SAFE_IMAGES
        response.content_type = attachment.content_type if safe else "application/octet-stream"
    response.set_etag(etag)
    headers = response.headers
    headers["Content-Disposition"] = _disposition(attachment.name)
    headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cache-Control"] = "private, no-cache"
    if response.status_code == 200:
        response.make_conditional(request.environ, accept_ranges=True, complete_length=attachment.size)
    return response


def _disposition(name: str) -> str:
    """RFC 6266: the name for old programs, in ASCII, and the name as it is (RFC 8187)."""
    plain = "".join(one if " " <= one <= "~" and one not in '"\\%' else "_" for one in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
