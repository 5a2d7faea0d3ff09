"""What must hold for every id, cursor, caller and filter."""

import string
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import InvalidArgument
from chassis.ids import is_id, new_id
from chassis.mongo import decode_cursor, encode_cursor, page_after, scoped_filter
from chassis.mongo.scoped import stamped
from chassis.tenancy import Caller, GrantedScope, Role, TenantScope

ids = st.text(string.ascii_lowercase + string.digits + "_-", min_size=1, max_size=12)
milliseconds = st.integers(0, 4_000_000_000_000).map(
    lambda count: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=count)
)
plain = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=20) | milliseconds


def test_ids_sort_in_the_order_they_were_made_and_never_repeat():
    made = [new_id("inc") for _ in range(5000)]

    assert made == sorted(made)
    assert all(is_id(id, "inc") and not is_id(id, "art") for id in made)


def test_ids_of_several_threads_never_repeat():
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: new_id("clk"), range(4000)))

    assert len(set(made)) == 4000


@given(st.lists(plain, max_size=4))
def test_a_cursor_gives_back_its_values(values):
    cursor = encode_cursor(values)

    assert decode_cursor(cursor) == values
    assert cursor.isascii() and not set(cursor) - set(string.ascii_letters + string.digits + "-_")


@given(st.text(max_size=60))
def test_any_other_text_is_refused_as_a_cursor_or_holds_plain_values_only(text):
    try:
        values = decode_cursor(text)
    except InvalidArgument as error:
        assert (error.reason, error.values["field"]) == ("cursor_invalid", "page_token")
    else:
        assert not any(isinstance(value, dict | list) for value in values)


@pytest.mark.parametrize("packed", ['[{"$ne":1}]', '[["x"]]', '{"t":1}', "1", '[{"t":1e400}]', '[{"t":"x"}]'])
def test_a_cursor_cannot_carry_a_query_operator(packed):
    import base64

    with pytest.raises(InvalidArgument):
        decode_cursor(base64.urlsafe_b64encode(packed.encode()).decode())


def test_a_cursor_of_another_list_is_refused():
    with pytest.raises(InvalidArgument):
        decode_cursor(encode_cursor(["a"]), length=2)


rows = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), unique=True, max_size=12)


@given(rows, st.integers(1, 5), st.sampled_from([1, -1]), st.sampled_from([1, -1]))
def test_pages_taken_one_after_another_are_the_whole_list(rows, size, first, second):
    sort = [("a", first), ("b", second)]
    whole = sorted(rows, key=lambda row: (first * row[0], second * row[1]))
    seen: list[tuple[int, int]] = []
    while True:
        after = page_after(sort, seen[-1]) if seen else {"$or": [{}]}
        page = [row for row in whole if _matches(after, row)][:size]
        if not page:
            break
        seen += page
    assert seen == whole


def _matches(query: dict, row: tuple[int, int]) -> bool:
    document = dict(zip("ab", row, strict=True))

    def holds(name: str, wanted: object) -> bool:
        if not isinstance(wanted, dict):
            return document[name] == wanted
        ((operator, bound),) = wanted.items()
        return document[name] > bound if operator == "$gt" else document[name] < bound

    return any(all(holds(name, wanted) for name, wanted in branch.items()) for branch in query["$or"])


@given(
    ids,
    ids,
    st.none() | st.frozensets(ids, max_size=3),
    st.frozensets(st.sampled_from(Role)),
    st.frozensets(ids, max_size=3),
    st.text(max_size=10),
)
def test_a_caller_survives_its_claims(person, provider, tenants, roles, scopes, name):
    caller = Caller(f"person:{person}", provider, tenants, roles, scopes, name, "fr")

    assert Caller.from_claims(caller.to_claims()) == caller


@given(ids, st.frozensets(ids, max_size=3), ids)
def test_criteria_that_name_an_owner_narrow_a_scope_and_never_widen_it(provider, tenants, wanted):
    scope = GrantedScope(provider, tenants)

    assert scoped_filter(scope, {"tenant_id": wanted}) == {"$and": [scope.filter(), {"tenant_id": wanted}]}
    assert scoped_filter(scope, {"$or": [{"tenant_id": wanted}]}).items() >= scope.filter().items()


@given(ids, ids, ids, ids)
def test_a_document_of_another_owner_is_never_stamped(provider, tenant, other_provider, other_tenant):
    scope = TenantScope(provider, tenant)
    document = {"provider_id": other_provider, "tenant_id": other_tenant}
    if (provider, tenant) == (other_provider, other_tenant):
        assert stamped(scope, document) == document
    else:
        with pytest.raises(ValueError, match="another tenant"):
            stamped(scope, document)
