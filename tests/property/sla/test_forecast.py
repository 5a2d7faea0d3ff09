"""A forecast: for any past and any incident it is a chance, and it stands on what it says."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.sla.domain.forecast.forecaster import Known, trained
from services.sla.domain.forecast.statistics import Opening

KEYS = (("a",), ("b",), ("a", "b"), ("hours", "weekday"))
openings = st.builds(
    Opening,
    st.integers(0, 10_000).map(
        lambda minutes: datetime(2024, 3, 30, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.dictionaries(st.sampled_from("ab"), st.sampled_from("xyz")),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.builds(Known, openings, st.booleans()), max_size=150), openings)
def test_a_chance_is_within_bounds_and_its_basis_is_what_was_learned(past, asked):
    forecaster = trained(past, KEYS)
    basis = forecaster.basis(asked)
    assert 0 < forecaster.chance(asked) < 1
    assert 0 <= basis.breached <= basis.incidents <= len(past)
    alike = [one for one in past if all(agrees(name, one.opening, asked) for name in basis.fields)]
    assert (basis.incidents, basis.breached) == (len(alike), sum(one.breached for one in alike))


def agrees(name, one, other):
    if name == "weekday":
        return one.time.weekday() == other.time.weekday()
    if name == "hours":
        return one.time.hour // 3 == other.time.hour // 3
    return one.said.get(name, "") == other.said.get(name, "")
