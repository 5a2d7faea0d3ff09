"""A review as Markdown: what people wrote stays words."""

from flask import Flask

from fairlead.incidents.v1 import major_incident_pb2 as pb
from services.gateway.pages.console.majors import report


def test_what_people_wrote_formats_nothing(monkeypatch) -> None:
    review = pb.MajorReview(
        factors=["<script>alert(1)</script> [x](http://evil)"],
        actions=[pb.ActionItem(text="*Watch* the disk", owner_name="Tess", due_date="2026-04-01")],
    )
    major = pb.MajorIncident(number="MAJOR-1", title="# Mail", review=review)
    monkeypatch.setattr(report, "current_zone", lambda: None)
    monkeypatch.setattr(report, "_", lambda text, **values: text % values if values else text)
    monkeypatch.setattr(report, "action_words", lambda: {"open": "Open"})
    monkeypatch.setattr(report, "time_words", dict)
    monkeypatch.setattr(report, "updates_in_words", lambda facts: "1 sent")
    with Flask("report").app_context():
        told = report.report_of(major)
    assert told.startswith("# MAJOR-1 \\# Mail\n")
    assert "<script>" not in told and "\\<script\\>" in told and "\\[x\\](http" in told
    assert "- \\*Watch\\* the disk · Tess · 2026-04-01 · Open" in told
