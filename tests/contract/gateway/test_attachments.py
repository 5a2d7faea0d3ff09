"""Files over HTTP: programs, the portal and the console."""

import io
import os
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient

from chassis.errors import InvalidArgument, Unavailable
from chassis.ids import new_id
from fairlead.incidents.v1 import attachment_pb2, attachment_service_pb2
from services.gateway.api.server import WebServer
from services.gateway.auth.files import SAFE_IMAGES
from tests.harness.fakes.incidents import FakeFile
from tests.harness.files import PDF, PNG
from tests.harness.gateway import ACME, Room
from tests.harness.servers import free_port

MB = 1024 * 1024


def form(content: bytes = PNG, name: str = "screen.png", field: str = "file") -> dict[str, Any]:
    return {
        "data": {field: (io.BytesIO(content), name)},
        "content_type": "multipart/form-data",
    }


def kept(room: Room, name: str, content_type: str, content: bytes = PNG) -> str:
    """A file that the record has."""
    told = attachment_pb2.Attachment(
        attachment_id=new_id("att"), name=name, content_type=content_type, size=len(content), sha256="ab12"
    )
    header = attachment_service_pb2.UploadAttachmentHeader(name=name)
    room.incidents.files[told.attachment_id] = FakeFile(header, told, content)
    return told.attachment_id


def test_a_program_uploads_for_a_new_incident(room: Room, http: FlaskClient):
    headers = room.bearer("incidents:write", tenants=(ACME,))
    answer = http.post("/api/v1/attachments", headers=headers, **form())
    assert answer.status_code == 201, answer.text
    assert answer.json["name"] == "screen.png"
    file = room.incidents.files[answer.json["attachment_id"]]
    assert (file.content, file.header.tenant_id, file.header.size) == (PNG, ACME, len(PNG))


def test_a_program_uploads_for_a_reply_and_names_it_there(room: Room, http: FlaskClient):
    headers = room.bearer("incidents:write", tenants=(ACME,))
    incident = room.incidents.add(tenant_id=ACME)
    address = f"/api/v1/incidents/{incident.number}/attachments"
    made = http.post(address, headers=headers | {"Idempotency-Key": "one"}, **form())
    again = http.post(address, headers=headers | {"Idempotency-Key": "one"}, **form())
    assert made.json == again.json
    other = http.post(address, headers=headers | {"Idempotency-Key": "one"}, **form(PDF))
    assert (other.status_code, other.json["reason"]) == (422, "idempotency_key_reused")
    assert room.incidents.files[made.json["attachment_id"]].header.incident_id == incident.number


@pytest.mark.parametrize(
    ("sent", "status", "reason"),
    [
        ({"json": {}}, 415, "unsupported_media_type"),
        ({"data": {"file": "words"}, "content_type": "multipart/form-data"}, 422, "invalid_request"),
        (form(field="other"), 422, "invalid_request"),
    ],
)
def test_what_is_no_file_is_refused(
    room: Room, http: FlaskClient, sent: dict[str, Any], status: int, reason: str
):
    headers = room.bearer("incidents:write", tenants=(ACME,))
    answer = http.post("/api/v1/attachments", headers=headers, **sent)
    assert (answer.status_code, answer.json["reason"]) == (status, reason)


def test_uploading_needs_the_scope_to_write(room: Room, http: FlaskClient):
    headers = room.bearer("incidents:read", tenants=(ACME,))
    assert http.post("/api/v1/attachments", headers=headers, **form()).status_code == 403
    assert http.post("/api/v1/attachments", **form()).status_code == 401


@pytest.mark.parametrize("content_type", ["image/png", "image/svg+xml", "text/html", "application/pdf"])
def test_a_download_never_acts_on_our_origin(room: Room, http: FlaskClient, content_type: str):
    incident = room.incidents.add(tenant_id=ACME)
    file = kept(room, 'Devis "été".png', content_type)
    headers = room.bearer("incidents:read", tenants=(ACME,))
    address = f"/api/v1/incidents/{incident.incident_id}/attachments/{file}"
    answer = http.get(address, headers=headers)
    assert (answer.status_code, answer.data) == (200, PNG)
    expected = content_type if content_type in SAFE_IMAGES else "application/octet-stream"
    assert answer.headers["Content-Type"] == expected
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"Devis __t__.png\"; filename*=UTF-8''Devis%20%22%C3%A9t%C3%A9%22.png"
    )
    assert http.get(address, headers=headers | {"If-None-Match": answer.headers["ETag"]}).status_code == 304
    part = http.get(address, headers=headers | {"Range": "bytes=1-3"})
    assert (part.status_code, part.data) == (206, b"PNG")


def test_a_file_that_is_not_there_is_a_problem_not_a_broken_download(room: Room, http: FlaskClient):
    incident = room.incidents.add(tenant_id=ACME)
    headers = room.bearer("incidents:read", tenants=(ACME,))
    answer = http.get(
        f"/api/v1/incidents/{incident.incident_id}/attachments/{new_id('att')}", headers=headers
    )
    assert (answer.status_code, answer.json["reason"]) == (404, "attachment_not_found")


def test_a_file_that_ends_too_early_is_no_download(room: Room, http: FlaskClient):
    incident = room.incidents.add(tenant_id=ACME)
    file = kept(room, "a.png", "image/png")
    room.incidents.files[file].content = PNG[:-1]
    headers = room.bearer("incidents:read", tenants=(ACME,))
    answer = http.get(f"/api/v1/incidents/{incident.incident_id}/attachments/{file}", headers=headers)
    assert (answer.status_code, answer.json["reason"]) == (503, "attachment_unavailable")


class Browser:
    """Somebody signed in, in process."""

    def __init__(self, room: Room, person_id: str) -> None:
        self.room, self.client = room, room.app().test_client()
        room.sign_in(self.client, person_id)

    def post(self, address: str, content: bytes, name: str = "screen.png", **fields: str) -> Any:
        page = self.client.get(self.form_at(address), base_url="https://localhost")
        token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
        data = {"csrf_token": token, **fields, "files": (io.BytesIO(content), name)}
        return self.client.post(
            address, data=data, content_type="multipart/form-data", base_url="https://localhost"
        )

    @staticmethod
    def form_at(address: str) -> str:
        return address.removesuffix("/reply").removesuffix("/note")


def test_a_requesters_form_brings_files_and_keeps_them_when_the_words_are_missing(room: Room):
    browser = Browser(room, "per_ana")
    refused = browser.post("/t/acme/report", PNG, title="")
    assert refused.status_code == 422
    file = next(iter(room.incidents.files.values()))
    assert (file.content, file.header.tenant_id) == (PNG, ACME)
    assert f'value="{file.told.attachment_id} screen.png" checked' in refused.text
    page = browser.post(
        "/t/acme/report",
        PDF,
        "b.pdf",
        title="Printer",
        attachment_ids=f"{file.told.attachment_id} screen.png",
    )
    assert page.status_code in (303, 200), page.text[:500]
    submitted = room.intake.requests["Submit"][-1]
    assert len(submitted.attachment_ids) == 2
    assert submitted.attachment_ids[0] == file.told.attachment_id


def test_an_empty_file_is_said_to_be_empty_and_the_text_stays(room: Room, monkeypatch: pytest.MonkeyPatch):
    browser, incident = Browser(room, "per_ana"), room.incidents.add(tenant_id=ACME, title="Printer")
    incident.requester.person_id = "per_ana"
    for error, words in (
        (InvalidArgument("attachment_empty"), "is empty."),
        (InvalidArgument("attachment_too_large"), "is too large"),
        (Unavailable("store_unavailable"), "could not be attached"),
    ):

        def refuse(*args: Any, error: Exception = error, **more: Any) -> Any:
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(room.gateway.backends.attachments, "upload", refuse)
            answer = browser.post(f"/t/acme/incidents/{incident.number}/reply", b"x", text="My own words")
        assert answer.status_code == 422
        assert words in answer.text
        assert "My own words" in answer.text


def test_pages_hand_out_files_of_what_their_reader_sees(room: Room):
    incident = room.incidents.add(tenant_id=ACME, title="Printer")
    file = kept(room, "a.png", "image/png")
    for person, address in (
        ("per_ana", f"/t/acme/incidents/{incident.number}/attachments/{file}"),
        ("per_tom", f"/console/incidents/{incident.number}/attachments/{file}"),
    ):
        answer = Browser(room, person).client.get(address, base_url="https://localhost")
        assert (answer.status_code, answer.data) == (200, PNG), address
        nobody = room.app().test_client().get(address, base_url="https://localhost")
        assert nobody.status_code in (303, 401)


def test_a_visitors_form_stays_small(room: Room):
    client = room.app().test_client()
    answer = client.post(
        "/t/acme/report",
        data={"title": "x", "files": (io.BytesIO(b"x" * 3 * MB), "a.bin")},
        content_type="multipart/form-data",
        base_url="https://localhost",
    )
    assert answer.status_code == 413


def test_twenty_five_megabytes_pass_the_web_server_and_more_is_too_large(room: Room):
    port = free_port()
    server = WebServer(room.app(), "127.0.0.1", port, threads=4)
    server.start()
    try:
        headers = room.bearer("incidents:write", "incidents:read", tenants=(ACME,))
        incident, content = room.incidents.add(tenant_id=ACME), os.urandom(25 * MB)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", headers=headers, timeout=60) as client:
            address = f"/incidents/{incident.incident_id}/attachments"
            made = client.post(address, files={"file": ("dump.bin", content)})
            assert made.status_code == 201, made.text
            assert room.incidents.files[made.json()["attachment_id"]].content == content
            assert client.get(f"{address}/{made.json()['attachment_id']}").content == content
            larger = client.post(address, files={"file": ("dump.bin", content + b"x" * MB)})
            assert (larger.status_code, larger.json()["reason"]) == (413, "request_entity_too_large")
    finally:
        server.stop()
