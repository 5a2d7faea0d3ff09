"""Files of messages and notes."""

from flask import Blueprint, Response

from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.auth.files import file_answer
from services.gateway.pages.console.frame import staff_only

files = Blueprint("console_files", __name__)


@files.get("/console/incidents/<number>/attachments/<attachment_id>")
@staff_only
def download_file(number: str, attachment_id: str) -> Response:
    """A file of an incident that the reader sees; by its number or id."""
    return file_answer(*gateway().backends.attachments.download(current_caller(), number, attachment_id))
