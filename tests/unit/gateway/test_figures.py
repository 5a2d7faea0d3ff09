"""Figures between the services that count them and the pages that show them."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import InvalidArgument
from fairlead.incidents.v1.incident_service_pb2 import CountKpisResponse
from fairlead.knowledge.v1.article_service_pb2 import CountDeflectionsResponse
from fairlead.sla.v1.clock_service_pb2 import CountAttainmentResponse
from services.gateway.backends.figures import period_start, with_all_rows
from services.gateway.pages.figures.charts import _step
from services.gateway.pages.figures.sheet import sheet
from services.gateway.pages.figures.tables import Column, Kind, Table
from services.incidents.domain.flow import period_until

ZONES = ["UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Havana"]
moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


@given(moments, st.integers(1, 366), st.sampled_from(ZONES))
def test_all_figures_of_a_period_begin_at_the_same_instant(now, days, zone):
    assert period_start(now, days, zone) == period_until(now, days, zone).start_time


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../zone", "Europe"])
def test_a_zone_that_is_none_is_refused(zone):
    with pytest.raises(InvalidArgument) as refused:
        period_start(datetime(2026, 1, 1, tzinfo=UTC), 7, zone)
    assert refused.value.values["field"] == "time_zone"


@given(st.integers(0, 10**9))
def test_a_scale_of_four_steps_holds_the_largest_number_and_is_not_much_longer(most):
    step = _step(most)
    assert step * 4 >= most and (step == 1 or step * 4 <= most * 2.5)
    assert str(step).rstrip("0") in ("1", "2", "5")


_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)


@given(st.lists(st.tuples(_texts, st.integers(0, 10**6), st.none() | st.just(66.6))))
def test_whatever_a_client_is_called_the_csv_is_read_back_whole_and_runs_nothing(rows):
    columns = (Column('He said "Client"', Kind.TEXT), Column("Open"), Column("Kept", Kind.PERCENT))
    written = sheet(Table("clients", "", columns, rows, [("",)] * len(rows))).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(written, newline="")))
    assert read[0] == ['He said "Client"', "Open", "Kept"]
    assert len(read) == len(rows) + 1
    for (name, count, percent), row in zip(rows, read[1:], strict=True):
        assert row == [row[0], str(count), "" if percent is None else "66.6"]
        assert row[0] in (name, f"'{name}") and not row[0].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_day_is_written_as_iso_8601():
    columns = (Column("Day", Kind.DATE), Column("Arrived"))
    table = Table("flow", "", columns, [(date(2026, 3, 29), 4)], [("",)])
    assert sheet(table).endswith(b"2026-03-29,4\r\n")


def test_what_has_verdicts_or_answers_alone_has_its_row_and_what_has_none_has_not():
    found, kept, answered = CountKpisResponse(), CountAttainmentResponse(), CountDeflectionsResponse()
    found.tenants.add(tenant_id="ten_b").kpis.arrived = 3
    found.groups.add(assignment_group_id="grp_b", name="B")
    found.groups.add()
    kept.attainments.add(tenant_id="ten_c", breached=1)
    kept.attainments.add(tenant_id="ten_running", running=4)
    kept.groups.add(assignment_group_id="grp_c", met=1)
    answered.deflections.add(tenant_id="ten_a", helped=2, deflected=2)
    whole = with_all_rows(found, kept, answered)
    assert [(each.tenant_id, each.kpis.arrived) for each in whole.tenants] == [
        ("ten_b", 3),
        ("ten_a", 0),
        ("ten_c", 0),
    ]
    assert [each.assignment_group_id for each in whole.groups] == ["grp_b", "grp_c", ""]
    assert with_all_rows(found, None, None) == found
