"""Files of forms: sent on to the record before the words, and not lost when the words are refused.

In a form with enctype="multipart/form-data", put {{ attach_field() }} (components/attachments.html). Then

    taken = take_files(caller, once_key(), incident_id=incident.incident_id)
    if taken.problem: …show the page again; the field shows what was uploaded already
    backends.incidents.reply(…, attachment_ids=taken.ids)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from babel.numbers import format_decimal
from flask import Flask, g, request

from chassis.errors import FairleadError
from chassis.ids import is_id
from chassis.tenancy import Caller
from fairlead.incidents.v1.attachment_pb2 import Attachment
from services.gateway.auth.context import gateway
from services.gateway.auth.files import SAFE_IMAGES, SentFile, sent_files
from services.gateway.pages.language import current_language
from services.gateway.pages.language import gettext as _
from services.gateway.pages.signs import explain

MOST_FILES = 20
# A picture is shown small, but fetched whole.
_LARGEST_PICTURE = 5 * 1024 * 1024
_ICONS = {
    "application/pdf": "file-text",
    "application/zip": "file-zip",
    "application/gzip": "file-zip",
    "application/x-7z-compressed": "file-zip",
    "application/x-tar": "file-zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "file-spreadsheet",
    "application/vnd.ms-excel": "file-spreadsheet",
}
_ICONS_BY_KIND = {"image": "photo", "text": "file-text", "message": "mail"}


@dataclass(frozen=True)
class KeptFile:
    """An upload that waits for its message; the form carries it until it is sent."""

    attachment_id: str
    name: str

    @property
    def value(self) -> str:
        return f"{self.attachment_id} {self.name}"


@dataclass(frozen=True)
class Taken:
    """What a form brought. problem: why a file was not taken, in words, "" when all were."""

    files: tuple[KeptFile, ...] = ()
    problem: str = ""

    @property
    def ids(self) -> list[str]:
        return [file.attachment_id for file in self.files]


def take_files(
    caller: Caller,
    key: str,
    field: str = "files",
    names: str = "attachment_ids",
    most: int = MOST_FILES,
    **to: str,
) -> Taken:
    """Uploads a field's files (tenant_id or incident_id says for what), beside those the form brings by name already.

    key: the form's own, so that a form sent twice uploads nothing twice. names: where it brings them.
    """
    kept = _brought(names)
    sent = sent_files(field)
    problem = ""
    if len(kept) + len(sent) > most:
        sent, problem = [], _("At most %(count)s files with one message.", count=most)
    for file in sent:
        try:
            kept.append(_uploaded(caller, key, file, to))
        except FairleadError as error:
            problem = _refusal(file, error)
            if error.status == "UNAVAILABLE":
                break
    if names == "attachment_ids":
        g.kept_files = tuple(kept)
    return Taken(tuple(kept), problem)


def kept_files() -> Sequence[KeptFile]:
    """What this request's form has uploaded, for a page that shows the form again."""
    found: tuple[KeptFile, ...] = g.get("kept_files", ())
    return found


def file_size(size: int) -> str:
    """ "70 B", "1.4 MB"; in thousands, as people count and as systems show them."""
    number, unit = float(size), 0
    while number >= 999.5 and unit < 2:
        number, unit = number / 1000, unit + 1
    said = format_decimal(round(number, 1 if unit and number < 99.5 else 0), locale=current_language())
    units = (_("%(size)s B", size=said), _("%(size)s kB", size=said), _("%(size)s MB", size=said))
    return units[unit]


def file_icon(file: Attachment) -> str:
    """The icon of a type."""
    kind = file.content_type.partition("/")[0]
    return _ICONS.get(file.content_type) or _ICONS_BY_KIND.get(kind, "file")


def is_picture(file: Attachment) -> bool:
    """Whether it can be shown as it is: a type that runs nothing, and not too large to be fetched for a look."""
    return file.content_type in SAFE_IMAGES and file.size <= _LARGEST_PICTURE


def add_attaching(app: Flask) -> None:
    """What components/attachments.html asks for."""
    names: dict[str, Any] = {
        "kept_files": kept_files,
        "file_size": file_size,
        "file_icon": file_icon,
        "is_picture": is_picture,
        "most_files": MOST_FILES,
    }
    app.jinja_env.globals.update(
        names, largest_file=lambda: gateway().settings.max_file_bytes, largest_file_words=_largest
    )


def _largest() -> str:
    """The limit as people say it: 25 MiB are somewhat more than the 25 MB that this promises."""
    return file_size(gateway().settings.max_file_bytes // 2**20 * 1_000_000)


def _brought(names: str) -> list[KeptFile]:
    found = {}
    for value in request.form.getlist(names):
        attachment_id, _space, name = value.partition(" ")
        if is_id(attachment_id, "att"):
            found[attachment_id] = KeptFile(attachment_id, name[:200])
    return list(found.values())[:MOST_FILES]


def _uploaded(caller: Caller, key: str, file: SentFile, to: dict[str, str]) -> KeptFile:
    source_key = f"form:{key}:{file.sha256[:32]}"
    made = gateway().backends.attachments.upload(
        caller, file.stream, name=file.name, size=file.size, source_key=source_key, **to
    )
    return KeptFile(made.attachment_id, made.name)


def _refusal(file: SentFile, error: FairleadError) -> str:
    if error.reason == "attachment_too_large":
        return _("“%(name)s” is too large: at most %(limit)s a file.", name=file.name, limit=_largest())
    if error.reason == "attachment_empty":
        return _("“%(name)s” is empty.", name=file.name)
    if error.reason == "attachment_infected":
        found = error.values.get("finding", "")
        return _(
            "“%(name)s” was not taken: a virus was found in it (%(finding)s).", name=file.name, finding=found
        )
    return _("“%(name)s” could not be attached.", name=file.name) + " " + explain(error)
