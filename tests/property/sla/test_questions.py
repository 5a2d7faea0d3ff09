"""Whatever a line says, it is answered with a line."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from services.sla.domain.business_time_case import answer_line

GOOD = {
    "id": "a",
    "op": "add",
    "calendar": {"tz": "Europe/Paris", "hours": {"mon": [["09:00", "17:00"]]}, "country": "FR"},
    "start": "2024-06-14T15:00:00Z",
    "end": "2024-06-24T15:00:00Z",
    "at": "2024-06-14T15:00:00Z",
    "seconds": 14400,
    "pauses": [],
}
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(
        ["09:00", "24:00", "2024-06-17", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:00", "FR"]
    ),
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
OPERATIONS = ("add", "between", "is_open", "next_open", "next_close", "intervals", "other")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(OPERATIONS), st.dictionaries(st.sampled_from(list(GOOD)), values, max_size=3))
def test_a_line_is_answered_by_a_line(operation, changes):
    answer = json.loads(answer_line(json.dumps(GOOD | {"op": operation} | changes)))
    assert ("result" in answer) != ("error" in answer)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(OPERATIONS),
    st.sampled_from(["tz", "hours", "holidays", "overrides", "breaks", "country"]),
    values,
)
def test_a_strange_calendar_is_answered_by_a_line(operation, name, value):
    question = GOOD | {"op": operation, "calendar": GOOD["calendar"] | {name: value}}
    answer = json.loads(answer_line(json.dumps(question)))
    assert ("result" in answer) != ("error" in answer)
