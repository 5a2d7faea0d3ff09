"""What few incidents have is known of all at once: at once where it is saved here, and asked of each where many have it."""

from collections.abc import Callable

from chassis.tenancy import GrantedScope
from services.incidents.store.lately import Rare

EVERYWHERE, ACME = GrantedScope("prv", None), GrantedScope("prv", frozenset({"ten_acme"}))


def named(*records: list[str]) -> Callable[[int], list[list[str]]]:
    return lambda most: [*records][:most]


def never() -> bool:
    raise AssertionError("nothing is asked about one alone")


def test_what_few_have_is_read_once_for_all_until_somebody_saves() -> None:
    rare = Rare()
    assert rare.has(EVERYWHERE, "inc_1", named(["inc_1", "inc_2"]), never)
    assert not rare.has(EVERYWHERE, "inc_3", named(["inc_3"]), never)
    rare.saved()
    assert rare.has(EVERYWHERE, "inc_3", named(["inc_3"]), never)


def test_each_scope_knows_its_own() -> None:
    rare = Rare()
    assert rare.has(EVERYWHERE, "inc_1", named(["inc_1"]), never)
    assert not rare.has(ACME, "inc_1", named(), never)


def test_where_many_have_it_each_is_asked() -> None:
    rare = Rare()
    many = named(*([f"inc_{number}"] for number in range(1_000)))
    assert not rare.has(EVERYWHERE, "inc_1", many, lambda: False)
    assert rare.has(EVERYWHERE, "other", many, lambda: True)
