"""Files: upload first, then name the ids in a reply, a note or a new incident."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101

from __future__ import annotations

from flask import request

from chassis.errors import InvalidArgument
from services.gateway.api.incidents import Attachment
from services.gateway.api.meant import tenant_of
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Id, Query
from services.gateway.auth.files import file_answer

routes = Routes(
    "attachments",
    "Files. Upload first; then name the attachment_ids in a reply, a note or a new incident. An upload belongs to who "
    "sent it, serves one message, can be read by nobody before that, and expires after a day.",
)


class UploadQuery(Query):
    tenant_id: Id | None = None


@routes.post(
    "/attachments",
    "Upload a file for a new incident",
    scope="incidents:write",
    query=UploadQuery,
    upload=True,
    returns=Attachment,
    status=201,
    idempotency="service",
)
def upload_attachment(call: Call) -> Answer:
    """Up to 25 MiB. Its type is found in its bytes. The same Idempotency-Key gives the same attachment."""
    return _upload(call, tenant_id=tenant_of(call.caller, call.query.tenant_id))


@routes.post(
    "/incidents/{incident_id}/attachments",
    "Upload a file for a reply or note",
    scope="incidents:write",
    upload=True,
    returns=Attachment,
    status=201,
    idempotency="service",
)
def upload_incident_attachment(call: Call, incident_id: str) -> Answer:
    """As /attachments, for a message on this incident."""
    return _upload(call, incident_id=incident_id)


@routes.get(
    "/incidents/{incident_id}/attachments/{attachment_id}",
    "Download a file",
    scope="incidents:read",
    media_type="application/octet-stream",
)
def download_attachment(call: Call, incident_id: str, attachment_id: str) -> Answer:
    """The bytes. What belongs to an internal note is not found but by the provider's staff."""
    return file_answer(*backends().attachments.download(call.caller, incident_id, attachment_id))


def _upload(call: Call, **to: str) -> Answer:
    file = call.file
    assert file is not None
    key = call.idempotency_key
    kept = backends().attachments.upload(
        call.caller, file.stream, name=file.name, size=file.size, source_key=key, **to
    )
    if kept.sha256 != file.sha256 and "Idempotency-Key" in request.headers:
        message = "This key was used for another request."
        raise InvalidArgument("idempotency_key_reused", message, field="Idempotency-Key")
    return Attachment.of(kept)
