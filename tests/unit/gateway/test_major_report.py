"""A review as Markdown: what people wrote stays words."""

from zoneinfo import ZoneInfo

from fairlead.incidents.v1 import major_incident_pb2 as pb
from services.gateway.backends.major_report import ENGLISH, report_of


def test_what_people_wrote_formats_nothing() -> None:
    review = pb.MajorReview(
        facts=pb.MajorFacts(acknowledge_seconds=90, updates_sent=2, updates_late=1, updates_missed=1),
        factors=["<script>alert(1)</script> [x](http://evil)"],
        actions=[pb.ActionItem(text="*Watch* the disk", owner_name="Tess", due_date="2026-04-01")],
    )
    review.facts.resolve_time.FromJsonString("2026-03-02T09:30:00Z")
    major = pb.MajorIncident(number="MAJOR-1", title="# Mail", review=review)
    told = report_of(major, ENGLISH, ZoneInfo("Europe/Paris"))
    assert told.startswith("# MAJOR-1 \\# Mail\n")
    assert "<script>" not in told and "\\<script\\>" in told and "\\[x\\](http" in told
    assert "- \\*Watch\\* the disk · Tess · 2026-04-01 · Open" in told
    assert "- Resolved: 2026-03-02 10:30 (Europe/Paris)" in told
    assert "- Time to acknowledge: 0:01:30" in told
    assert "2 sent, 1 of them late; 1 promised and never sent" in told
