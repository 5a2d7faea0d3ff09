"""Files of a conversation."""

from flask import Blueprint, Response

from chassis.errors import NotFound
from services.gateway.auth.context import gateway
from services.gateway.auth.files import file_answer
from services.gateway.pages.portal.room import Portal, portal_page

files = Blueprint("portal_files", __name__)


@files.get("/incidents/<number>/attachments/<attachment_id>")
@portal_page
def download_file(portal: Portal, number: str, attachment_id: str) -> Response:
    """A file of a message that the reader sees."""
    backends = gateway().backends
    incident = backends.incidents.get(portal.caller, number)
    if incident.tenant_id != portal.tenant_id:
        raise NotFound("incident_not_found", "There is no such incident.")
    return file_answer(*backends.attachments.download(portal.caller, incident.incident_id, attachment_id))
