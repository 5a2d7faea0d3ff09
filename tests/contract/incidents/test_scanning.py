"""Files and the virus scanner: refused with the finding, held while it is away, handed out once it has looked."""

from pathlib import Path

import pytest

from chassis.errors import InvalidArgument, InvalidState
from chassis.ids import new_id
from tests.harness.clamd import FINDING, VIRUS, clamd, closed_port
from tests.harness.files import PNG, Files
from tests.harness.incidents import Incidents, running_incidents
from tests.harness.waiting import wait_until


def _shown(incidents: Incidents, incident_id: str) -> list[tuple[str, str, str]]:
    tess = incidents.technician()
    found = incidents.call("ListTimeline", tess, incident_id=incident_id, page_size=200).entries
    return [(each.name, each.scan, each.finding) for entry in found for each in entry.attachments]


def _said(incidents: Incidents, files: Files, content: bytes, name: str) -> tuple[str, str]:
    """An incident with a reply that brings one file: the incident's id, and the file's."""
    incident, jane = incidents.open(), incidents.requester()
    sent = files.upload(jane, content, name, incident_id=incident.incident_id)
    incidents.call(
        "Reply",
        jane,
        incident_id=incident.incident_id,
        text="Look",
        attachment_ids=[sent.attachment_id],
    )
    return incident.incident_id, sent.attachment_id


def test_files_pass_the_scanner_before_anybody_is_given_them(mongod: str, tmp_path: Path) -> None:
    port = closed_port()
    settings = {"clamd": f"127.0.0.1:{port}", "sweep_seconds": 0.1}
    with running_incidents(mongod, f"t{new_id('x')[2:12]}", tmp_path, **settings) as incidents:
        incidents.wait_until_ready()
        files, tess = Files(incidents.settings), incidents.technician()
        # Away: taken, held, and shown to be held.
        clean, clean_file = _said(incidents, files, PNG, "screen.png")
        bad, bad_file = _said(incidents, files, b"..." + VIRUS, "invoice.exe")
        assert _shown(incidents, clean) == [("screen.png", "waiting", "")]
        with pytest.raises(InvalidState, match="attachment_held"):
            files.download(tess, clean, clean_file)
        with clamd(port):
            # Back: looked at by itself.
            wait_until(
                lambda: _shown(incidents, clean) == [("screen.png", "", "")],
                30,
                what="the held file to be looked at",
            )
            assert files.download(tess, clean, clean_file)[1] == PNG
            wait_until(
                lambda: _shown(incidents, bad) == [("invoice.exe", "infected", FINDING)],
                30,
                what="the virus to be found",
            )
            with pytest.raises(InvalidState, match="attachment_infected"):
                files.download(tess, bad, bad_file)
            # There: refused at once, with what was found.
            incident, jane = incidents.open(), incidents.requester()
            with pytest.raises(InvalidArgument, match="attachment_infected") as refused:
                files.upload(jane, VIRUS, "again.exe", incident_id=incident.incident_id)
            assert refused.value.values["finding"] == FINDING
            passed = files.upload(jane, PNG, incident_id=incident.incident_id)
            assert passed.scan == "clean"
            # A mail's file cannot be refused any more: it is kept, named and not handed out.
            assert (
                files.upload(incidents.service(), VIRUS, "mail.exe", tenant_id="ten_acme").scan == "infected"
            )
