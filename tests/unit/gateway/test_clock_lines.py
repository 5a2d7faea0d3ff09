"""A clock's explanation tells what has passed from what is planned."""

from datetime import UTC, datetime, timedelta

from fairlead.sla.v1 import clock_pb2
from services.gateway.pages import segments as explained
from services.gateway.pages.console import clocks, risk
from services.gateway.pages.segments import SegmentLine

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def segment(start: int, end: int, counted: bool = True) -> clock_pb2.Segment:
    """Hours from noon."""
    made = clock_pb2.Segment(counted=counted, reason="business_hours" if counted else "outside_hours")
    made.start_time.FromDatetime(NOON + timedelta(hours=start))
    made.end_time.FromDatetime(NOON + timedelta(hours=end))
    made.seconds = (end - start) * 3600
    return made


def lines(monkeypatch, *segments: clock_pb2.Segment) -> list[SegmentLine]:
    monkeypatch.setattr(explained, "_reasons", dict)
    return explained.segment_lines(clock_pb2.Clock(segments=segments), NOON)


def test_a_stretch_under_way_ends_now_and_goes_on_as_planned(monkeypatch):
    passed, planned = lines(monkeypatch, segment(-2, 3))
    assert (passed.planned, passed.end_time, passed.seconds) == (False, NOON, 7200)
    assert (planned.planned, planned.start_time, planned.seconds) == (True, NOON, 3 * 3600)
    assert passed.counted and planned.counted


def test_what_is_over_has_passed_and_what_begins_now_is_planned(monkeypatch):
    found = lines(monkeypatch, segment(-3, -1), segment(-1, 0, counted=False), segment(0, 4))
    assert [line.planned for line in found] == [False, False, True]


def test_a_stretch_without_an_end_has_not_been_planned(monkeypatch):
    open_ended = segment(-1, 1)
    open_ended.ClearField("end_time")
    (line,) = lines(monkeypatch, open_ended)
    assert line.end_time is None and not line.planned


def test_a_forecast_is_told_with_its_basis_and_never_as_certain(monkeypatch):
    monkeypatch.setattr(risk, "_", str)
    monkeypatch.setattr(risk, "current_locale", lambda: "en_US")
    # Without a page there is no language to look up.
    monkeypatch.setattr(clocks, "risk_words", risk.risk_words.__wrapped__)
    forecast = clock_pb2.Forecast(chance=0.348, similar_incidents=40, similar_breached=14)
    text = clocks.forecast_text(forecast)
    assert text == "Chance of a breach: 35%. Of 40 similar incidents of this client, 14 breached."
    assert "99%" in clocks.forecast_text(clock_pb2.Forecast(chance=1.0))
