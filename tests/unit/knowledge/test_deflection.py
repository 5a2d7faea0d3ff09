"""When an article was enough."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.knowledge.domain.deflection import WITHIN, Deflections, Moment, deflections_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=30)


def moment(days: float = 0, person: str = "per_ana", tenant: str = "ten_acme") -> Moment:
    return Moment(tenant, person, NOON + timedelta(days=days))


def test_whoever_was_helped_and_asked_for_nothing_was_deflected():
    assert deflections_of([moment()], [], LATER) == {"ten_acme": Deflections(helped=1, deflected=1)}


def test_whoever_asks_within_three_days_was_not_helped_after_all():
    assert deflections_of([moment()], [moment(2.9)], LATER) == {"ten_acme": Deflections(helped=1)}
    assert deflections_of([moment()], [moment(3)], LATER)["ten_acme"].deflected == 1


def test_what_was_asked_before_or_by_somebody_else_or_elsewhere_does_not_count():
    others = [moment(-0.1), moment(1, person="per_ben"), moment(1, tenant="ten_lumen")]
    assert deflections_of([moment()], others, LATER)["ten_acme"].deflected == 1


def test_before_three_days_are_over_nothing_is_decided():
    soon = NOON + timedelta(days=1)
    assert deflections_of([moment()], [], soon) == {"ten_acme": Deflections(helped=1, undecided=1)}
    assert deflections_of([moment()], [moment(0.5)], soon) == {"ten_acme": Deflections(helped=1)}


MOMENTS = st.lists(
    st.builds(
        moment, st.floats(0, 40), st.sampled_from(["per_a", "per_b"]), st.sampled_from(["ten_a", "ten_b"])
    ),
    max_size=12,
)


@given(MOMENTS, MOMENTS, st.floats(0, 45))
def test_each_answer_has_one_outcome(helped, opened, now):
    now = NOON + timedelta(days=now)
    found = deflections_of(helped, opened, now)
    assert sum(each.helped for each in found.values()) == len(helped)
    for tenant, each in found.items():
        followed = [
            one
            for one in helped
            if one.tenant_id == tenant
            and any(
                (o.tenant_id, o.person_id) == (tenant, one.person_id)
                and timedelta() <= o.time - one.time < WITHIN
                for o in opened
            )
        ]
        assert each.helped == each.deflected + each.undecided + len(followed)
