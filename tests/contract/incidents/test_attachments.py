"""Files: uploaded first, named by one message, seen by whoever sees that message."""

import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gridfs
import pytest
from pymongo import MongoClient

from chassis.errors import FairleadError, InvalidArgument, NotFound, PermissionDenied, ResourceExhausted
from chassis.ids import new_id
from chassis.tenancy import Caller, Role
from tests.harness.files import PDF, PNG, Files
from tests.harness.incidents import ACME, LUMEN, OTHER_PROVIDER, Incidents, running_incidents
from tests.harness.waiting import wait_until

MB = 1024 * 1024
PIECE = os.urandom(256 * 1024)


@pytest.fixture(scope="module")
def files(incidents: Incidents) -> Files:
    return Files(incidents.settings)


def endless(size: int) -> Iterator[bytes]:
    """So many bytes that cannot be compressed, a piece at a time."""
    while size > 0:
        yield PIECE[: min(size, len(PIECE))]
        size -= len(PIECE)


def entries(incidents: Incidents, caller: Caller, incident_id: str) -> dict[str, list[str]]:
    """Fact → names of its attachments, as this caller reads the timeline."""
    found = incidents.call("ListTimeline", caller, incident_id=incident_id, page_size=200).entries
    return {entry.fact: [each.name for each in entry.attachments] for entry in found}


def test_a_requesters_picture_is_shown_with_their_reply(incidents: Incidents, files: Files) -> None:
    incident, jane = incidents.open(), incidents.requester()
    sent = files.upload(jane, PNG, "C:\\pictures\\screen\u202egnp.exe", incident_id=incident.number)
    assert (sent.name, sent.content_type, sent.size) == ("screengnp.exe", "image/png", len(PNG))
    assert sent.sha256 == hashlib.sha256(PNG).hexdigest()
    incidents.call(
        "Reply",
        jane,
        incident_id=incident.incident_id,
        text="Look",
        attachment_ids=[sent.attachment_id],
    )
    tess = incidents.technician()
    assert entries(incidents, tess, incident.incident_id)["replied"] == ["screengnp.exe"]
    told, content = files.download(tess, incident.incident_id, sent.attachment_id)
    assert (told, content) == (sent, PNG)


def test_a_submissions_files_are_shown_with_what_opened_it(incidents: Incidents, files: Files) -> None:
    jane, intake = incidents.requester(), incidents.service()
    mine = files.upload(jane, PDF, "plan.pdf", tenant_id=ACME)
    claimed = files.claim(
        intake,
        tenant_id=ACME,
        attachment_ids=[mine.attachment_id],
        uploader="person:per_jane",
        claim="form:1",
    )
    assert [each.name for each in claimed] == ["plan.pdf"]
    incident = incidents.open(
        attachment_ids=[mine.attachment_id, new_id("att")],
        attachment_uploader="person:per_jane",
        attachment_claim="form:1",
    )
    assert entries(incidents, jane, incident.incident_id)["incident_opened"] == ["plan.pdf"]
    assert files.download(jane, incident.number, mine.attachment_id)[1] == PDF


def test_a_mails_files_join_with_it_once_however_often_it_is_sent(incidents: Incidents, files: Files) -> None:
    intake, first = incidents.service(), incidents.open(channel="email", message_id="one@acme.example")
    key = f"{new_id('sub')}:2"
    sent = [files.upload(intake, PNG, "", tenant_id=ACME, source_key=key) for _ in range(3)]
    assert len({each.attachment_id for each in sent}) == 1
    assert sent[0].name == "attachment"
    mail: dict[str, Any] = {
        "submission_id": new_id("sub"),
        "channel": "email",
        "referenced_message_ids": ["one@acme.example"],
        "attachment_ids": [sent[0].attachment_id],
    }
    for _ in range(2):
        incidents.accept(mail)
    assert entries(incidents, intake, first.incident_id)["replied"] == ["attachment"]


def test_an_internal_notes_file_does_not_exist_for_clients(incidents: Incidents, files: Files) -> None:
    incident, tess = incidents.open(), incidents.technician()
    kept = files.upload(tess, PDF, "costs.pdf", incident_id=incident.incident_id)
    incidents.call(
        "Note",
        tess,
        incident_id=incident.incident_id,
        text="Expensive",
        attachment_ids=[kept.attachment_id],
    )
    assert files.download(tess, incident.incident_id, kept.attachment_id)[1] == PDF
    for client in (incidents.requester(), incidents.manager(), incidents.client()):
        with pytest.raises(NotFound, match="attachment_not_found"):
            files.download(client, incident.incident_id, kept.attachment_id)
        assert "noted" not in entries(incidents, client, incident.incident_id)


def test_an_upload_is_nobodys_to_read_before_a_message_names_it(incidents: Incidents, files: Files) -> None:
    incident, jane = incidents.open(), incidents.requester()
    sent = files.upload(jane, incident_id=incident.incident_id)
    for caller in (jane, incidents.technician(), incidents.service()):
        with pytest.raises(NotFound, match="attachment_not_found"):
            files.download(caller, incident.incident_id, sent.attachment_id)


def test_a_file_is_read_on_its_own_incident_alone(incidents: Incidents, files: Files) -> None:
    incident, other, jane = incidents.open(), incidents.open(), incidents.requester()
    sent = files.upload(jane, incident_id=incident.incident_id)
    replied(incidents, jane, incident.incident_id, sent.attachment_id)
    with pytest.raises(NotFound, match="attachment_not_found"):
        files.download(jane, other.incident_id, sent.attachment_id)


def test_a_file_serves_one_message(incidents: Incidents, files: Files) -> None:
    incident, other, jane = incidents.open(), incidents.open(), incidents.requester()
    sent = files.upload(jane, incident_id=incident.incident_id)
    replied(incidents, jane, incident.incident_id, sent.attachment_id)
    with pytest.raises(InvalidArgument, match="attachment_used"):
        replied(incidents, jane, incident.incident_id, sent.attachment_id)
    with pytest.raises(InvalidArgument, match="attachment_not_found"):
        replied(incidents, jane, other.incident_id, sent.attachment_id)


def test_the_same_reply_again_has_one_effect(incidents: Incidents, files: Files) -> None:
    incident, jane = incidents.open(), incidents.requester()
    sent = files.upload(jane, incident_id=incident.incident_id)
    for _ in range(2):
        replied(incidents, jane, incident.incident_id, sent.attachment_id, idempotency_key="once")
    assert incidents.facts(incident.incident_id).count("replied") == 1


def test_nobody_sends_anothers_upload(incidents: Incidents, files: Files) -> None:
    incident = incidents.open()
    sent = files.upload(incidents.requester(), incident_id=incident.incident_id)
    with pytest.raises(InvalidArgument, match="attachment_not_found"):
        replied(incidents, incidents.technician(), incident.incident_id, sent.attachment_id)


def test_other_tenants_and_providers_find_nothing(incidents: Incidents, files: Files) -> None:
    incident, jane = incidents.open(), incidents.requester()
    sent = files.upload(jane, incident_id=incident.incident_id)
    replied(incidents, jane, incident.incident_id, sent.attachment_id)
    strangers = (
        incidents.technician(tenants=(LUMEN,)),
        incidents.requester("per_eve"),
        incidents.person("per_admin", Role.PROVIDER_ADMIN, tenants=None, provider=OTHER_PROVIDER),
        incidents.service("triage", OTHER_PROVIDER),
    )
    for stranger in strangers:
        with pytest.raises(NotFound, match="incident_not_found"):
            files.download(stranger, incident.incident_id, sent.attachment_id)
        with pytest.raises(NotFound, match="incident_not_found"):
            files.upload(stranger, incident_id=incident.incident_id)
    for stranger in strangers[:1] + strangers[2:]:
        with pytest.raises(NotFound, match="tenant_not_found"):
            files.upload(stranger, tenant_id=ACME)


def test_only_services_claim_for_others(incidents: Incidents, files: Files) -> None:
    with pytest.raises(PermissionDenied):
        files.claim(incidents.technician(), tenant_id=ACME, attachment_ids=[new_id("att")], claim="x")


@pytest.mark.parametrize(
    ("content", "header", "reason"),
    [
        (b"", {}, "attachment_empty"),
        (PNG, {"size": len(PNG) + 1}, "attachment_incomplete"),
        (PNG, {"size": 26 * MB}, "attachment_too_large"),
        (PNG, {"source_key": "x" * 201}, "source_key_too_long"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    incidents: Incidents, files: Files, content: bytes, header: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InvalidArgument, match=reason):
        files.upload(incidents.requester(), content, tenant_id=ACME, **header)


def test_a_message_carries_twenty_files_at_most(incidents: Incidents) -> None:
    incident = incidents.open()
    with pytest.raises(InvalidArgument, match="too_many_attachments"):
        incidents.call(
            "Reply",
            incidents.requester(),
            incident_id=incident.incident_id,
            text="All of it",
            attachment_ids=[new_id("att") for _ in range(21)],
        )


def test_nobody_fills_the_store_with_what_they_never_send(incidents: Incidents, files: Files) -> None:
    eager = incidents.requester("per_eager")
    for _ in range(100):
        files.upload(eager, b"x", tenant_id=ACME)
    with pytest.raises(ResourceExhausted, match="too_many_uploads"):
        files.upload(eager, b"x", tenant_id=ACME)


def test_twenty_five_megabytes_pass_through_whole_and_one_byte_more_leaves_nothing(
    incidents: Incidents, files: Files, mongod: str
) -> None:
    incident, jane = incidents.open(), incidents.requester()
    whole = b"".join(endless(25 * MB))
    sent = files.upload(jane, endless(25 * MB), "dump.bin", incident_id=incident.incident_id)
    assert (sent.size, sent.content_type) == (25 * MB, "application/octet-stream")
    assert sent.sha256 == hashlib.sha256(whole).hexdigest()
    replied(incidents, jane, incident.incident_id, sent.attachment_id)
    assert files.download(jane, incident.incident_id, sent.attachment_id)[1] == whole
    with MongoClient(mongod) as client:
        database = client[incidents.settings.database_name]
        # Any tool that knows GridFS reads it.
        bucket = gridfs.GridFSBucket(database, "attachments")
        assert bucket.open_download_stream(sent.attachment_id).read() == whole
        before = database["attachments.chunks"].count_documents({})
        with pytest.raises(InvalidArgument, match="attachment_too_large"):
            files.upload(jane, endless(25 * MB + 1), incident_id=incident.incident_id)
        wait_until(
            lambda: database["attachments.chunks"].count_documents({}) == before, what="its bytes to go"
        )


def test_what_no_message_names_goes_and_what_one_names_stays(mongod: str, tmp_path: Path) -> None:
    quick = {"sweep_seconds": 0.1, "upload_patience_seconds": 1.0}
    name = f"t{new_id('x')[2:12]}"
    with running_incidents(mongod, name, tmp_path, **quick) as incidents, MongoClient(mongod) as client:
        incidents.wait_until_ready()
        files, jane, database = Files(incidents.settings), incidents.requester(), client[f"{name}_incidents"]
        incident = incidents.open()
        sent = files.upload(jane, incident_id=incident.incident_id)
        replied(incidents, jane, incident.incident_id, sent.attachment_id)
        orphan = files.upload(jane, PDF, incident_id=incident.incident_id)
        claimed = files.upload(jane, PDF, tenant_id=ACME)
        files.claim(
            incidents.service(),
            tenant_id=ACME,
            attachment_ids=[claimed.attachment_id],
            uploader="person:per_jane",
            claim="never sent",
        )
        kept = database["attachments.files"]
        wait_until(lambda: kept.count_documents({}) == 1, timeout=20, what="orphans to go")
        wait_until(lambda: kept.find_one({"state": "kept"}), timeout=20, what="the other to be kept")
        assert database["attachments.chunks"].distinct("files_id") == [sent.attachment_id]
        assert files.download(jane, incident.incident_id, sent.attachment_id)[1] == PNG
        with pytest.raises(InvalidArgument, match="attachment_not_found"):
            replied(incidents, jane, incident.incident_id, orphan.attachment_id)
        client.drop_database(database.name)


class Alone:
    """The service as a process of its own, whose memory can be looked at and which can be killed."""

    def __init__(self, near: Incidents) -> None:
        self.near = near
        port = near.settings.address("incidents").rpartition(":")[2]
        environment = {
            **os.environ,
            "FAIRLEAD_INSTALLATION": near.settings.installation,
            "MONGODB_URI": near.settings.mongodb_uri,
            "NATS_URL": near.settings.nats_url,
            "FAIRLEAD_KEY_DIR": str(near.settings.key_dir),
            "FAIRLEAD_INCIDENTS_ADDRESS": f"127.0.0.1:{port}",
            "FAIRLEAD_DIRECTORY_ADDRESS": near.settings.address("directory"),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "services.incidents.main"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def peak(self) -> int:
        """The most memory it ever held, in bytes (Linux's VmHWM)."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def alone(mongod: str, tmp_path: Path) -> Iterator[Alone]:
    name = f"t{new_id('x')[2:12]}"
    with running_incidents(mongod, name, tmp_path) as near:
        near.running.stop()
        process = Alone(near)
        near.wait_until_ready()
        yield process
        process.end()
        with MongoClient(mongod) as client:
            client.drop_database(f"{name}_incidents")


def test_large_files_pass_through_a_process_that_never_holds_one(alone: Alone) -> None:
    incidents = alone.near
    files, jane, incident = Files(incidents.settings), incidents.requester(), incidents.open()
    small = files.upload(jane, endless(2 * MB), incident_id=incident.incident_id)
    before = alone.peak()
    sent: list[Any] = []

    def send() -> None:
        sent.append(files.upload(jane, endless(25 * MB), incident_id=incident.incident_id))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.size for each in sent] == [25 * MB] * 4
    names = [each.attachment_id for each in (small, *sent)]
    incidents.call("Reply", jane, incident_id=incident.incident_id, text="All", attachment_ids=names)
    digest = hashlib.sha256()
    for piece in files.stream(jane, incident.incident_id, sent[0].attachment_id):
        digest.update(piece.chunk)
    assert digest.hexdigest() == sent[0].sha256
    # 100 MB went in, four at a time, and 25 MB came out: together they needed less room than one file has.
    assert alone.peak() - before < 25 * MB


def test_a_service_killed_while_it_takes_a_file_leaves_nothing_to_see(alone: Alone, mongod: str) -> None:
    incidents = alone.near
    files, jane, incident = Files(incidents.settings), incidents.requester(), incidents.open()
    whole = files.upload(jane, PNG, incident_id=incident.incident_id)
    half_way = threading.Event()

    def slowly() -> Iterator[bytes]:
        for _ in range(20):
            yield PIECE
        half_way.set()
        time.sleep(60)  # until the other end is gone
        yield PIECE

    with MongoClient(mongod) as client:
        database = client[incidents.settings.database_name]

        def kill() -> None:
            half_way.wait(30)
            wait_until(lambda: database["attachments.chunks"].count_documents({}) > 8, what="some bytes")
            alone.end()

        killer = threading.Thread(target=kill)
        killer.start()
        with pytest.raises(FairleadError):
            files.upload(jane, slowly(), incident_id=incident.incident_id)
        killer.join()
        half = database["attachments.files"].find_one({"state": "uploading"})
        assert half is not None
        alone.process = Alone(incidents).process
        incidents.wait_until_ready()
        with pytest.raises(InvalidArgument, match="attachment_not_found"):
            replied(incidents, jane, incident.incident_id, half["_id"])
        for attachment_id in (half["_id"], whole.attachment_id):
            with pytest.raises(NotFound, match="attachment_not_found"):
                files.download(jane, incident.incident_id, attachment_id)
        assert entries(incidents, jane, incident.incident_id) == {"incident_opened": []}
        # What was whole before the kill can still be sent.
        replied(incidents, jane, incident.incident_id, whole.attachment_id)
        assert files.download(jane, incident.incident_id, whole.attachment_id)[1] == PNG


def replied(incidents: Incidents, caller: Caller, incident_id: str, attachment_id: str, **more: Any) -> None:
    incidents.call(
        "Reply", caller, incident_id=incident_id, text="Look", attachment_ids=[attachment_id], **more
    )
