"""What holds for every input."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import InvalidArgument
from chassis.tenancy import Caller, Role
from services.directory.domain import texts
from services.directory.domain.brand import contrast, readable_ink
from services.directory.domain.person import Grant, GrantRole, Membership, MembershipRole, new_person
from services.directory.domain.visibility import seen_by

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TENANTS = st.sampled_from(["ten_a", "ten_b", "ten_c"])
colors = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
memberships = st.lists(st.builds(Membership, TENANTS, st.sampled_from(MembershipRole)), max_size=3)
grants = st.lists(
    st.builds(Grant, st.sampled_from(GrantRole), st.booleans(), st.frozensets(TENANTS)), max_size=2
)
callers = st.builds(
    Caller,
    st.just("person:per_9"),
    st.sampled_from(["prv_1", "prv_2"]),
    st.none() | st.frozensets(TENANTS),
    st.sets(st.sampled_from([role for role in Role if role is not Role.OPERATOR]), min_size=1).map(frozenset),
)


@given(colors)
def test_every_color_has_a_readable_ink(background):
    assert contrast(background, readable_ink(background)) >= 4.5


@given(colors, colors)
def test_every_wish_is_granted_or_shaded_until_it_can_be_read(background, wished):
    ink = readable_ink(background, wished)
    assert contrast(background, ink) >= 4.5
    if contrast(background, wished) >= 4.5:
        assert ink == wished


@given(st.text(max_size=80) | st.emails())
def test_normalizing_an_address_twice_is_normalizing_it_once(text):
    try:
        address = texts.email(text)
    except InvalidArgument:
        return
    assert texts.email(address) == address
    mailbox = texts.without_tag(address)
    assert texts.without_tag(texts.email(mailbox)) == mailbox


@given(st.text(max_size=80))
def test_only_invalid_argument_ever_comes_out_of_a_bad_text(text):
    for read in (
        texts.email,
        texts.domain,
        texts.slug,
        texts.number_prefix,
        texts.locale,
        texts.time_zone,
        texts.name,
    ):
        try:
            read(text)
        except InvalidArgument as refused:
            assert refused.values["field"]


@given(memberships, grants, callers)
def test_nobody_learns_of_a_tenant_that_is_not_theirs(belongs, granted, caller):
    person = new_person(
        "per_1", "prv_1", email="a@b.example", display_name="A", now=NOW, memberships=belongs, grants=granted
    )
    seen = seen_by(caller, person)
    if caller.provider_id != "prv_1":
        assert seen is None
    elif seen is not None and caller.tenant_ids is not None:
        assert seen.named_tenants <= caller.tenant_ids


@given(memberships, grants, callers)
def test_clients_never_learn_more_than_the_name_of_staff_outside_their_tenants(belongs, granted, caller):
    person = new_person(
        "per_1", "prv_1", email="a@b.example", display_name="A", now=NOW, memberships=belongs, grants=granted
    )
    seen = seen_by(caller, person)
    colleague = caller.tenant_ids is None or any(m.tenant_id in caller.tenant_ids for m in belongs)
    if seen is not None and not caller.is_staff and not (colleague and belongs):
        assert not seen.grants
        assert not person.is_staff or not seen.email
