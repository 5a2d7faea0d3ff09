"""How many simulations may run at once."""

import pytest

from chassis.errors import ResourceExhausted
from chassis.tenancy import TenantScope
from services.sla.use_cases import Places

ACME, LUMEN, MOSS = (TenantScope("prv_north", tenant) for tenant in ("ten_acme", "ten_lumen", "ten_moss"))
EVIL, GRIM = (TenantScope("prv_rival", tenant) for tenant in ("ten_evil", "ten_grim"))


def refused(places: Places, scope: TenantScope) -> dict[str, str]:
    with pytest.raises(ResourceExhausted) as error, places.taken(scope):
        pass
    assert error.value.reason == "too_many_simulations"
    assert int(error.value.values.pop("retry_after")) > 0
    return error.value.values


def test_of_one_client_one_runs_and_the_next_when_it_is_done():
    places = Places(9, 9)
    with places.taken(ACME):
        assert refused(places, ACME) == {"limit": "1", "limit_of": "client"}
        with places.taken(LUMEN):
            pass
    with places.taken(ACME):
        pass


def test_a_provider_leaves_room_for_others():
    places = Places(3, 2)
    with places.taken(ACME), places.taken(LUMEN):
        assert refused(places, MOSS) == {"limit": "2", "limit_of": "provider"}
        with places.taken(EVIL):
            assert refused(places, GRIM) == {"limit": "3", "limit_of": "service"}


def test_one_that_fails_gives_its_place_back():
    places = Places(1, 1)
    with pytest.raises(ZeroDivisionError), places.taken(ACME):
        raise ZeroDivisionError
    with places.taken(ACME):
        pass
