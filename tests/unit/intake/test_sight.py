"""What each role sees."""

from datetime import UTC, datetime

import pytest

from chassis.errors import NotFound, PermissionDenied
from chassis.tenancy import Caller, Role
from services.intake.domain.sight import require_administrator, sight_of
from services.intake.domain.submission import UNPLACED, Channel, Party, State, Submission

NOW = datetime(2025, 3, 3, 9, tzinfo=UTC)


def caller(
    *roles: Role, subject: str = "person:per_j", provider: str = "prv_n", tenants=("ten_a",)
) -> Caller:
    granted = None if tenants is None else frozenset(tenants)
    return Caller(subject, provider, granted, frozenset(roles))


def submission(
    state: State = State.ACCEPTED, tenant: str = "ten_a", provider: str = "prv_n", person: str = "per_j"
):
    return Submission(
        "sub_1", provider, tenant, Channel.EMAIL, state, Party("a@b", "", person), "", "", False, NOW
    )


KEPT = submission(State.QUARANTINED, "prv_n", person="")


@pytest.mark.parametrize(
    ("who", "own", "others", "quarantine"),
    [
        (caller(Role.REQUESTER), True, False, False),
        (caller(Role.CLIENT_MANAGER), True, True, False),
        (caller(Role.API_CLIENT, subject="client:cli_1"), True, True, False),
        (caller(Role.TECHNICIAN), True, True, False),
        (caller(Role.TECHNICIAN, tenants=None), True, True, False),
        (caller(Role.DISPATCHER), True, True, True),
        (caller(Role.PROVIDER_ADMIN), True, True, True),
        (caller(Role.SERVICE, subject="service:triage", tenants=None), True, True, True),
        (caller(Role.OPERATOR, subject="operator:cli", provider=""), True, True, True),
    ],
)
def test_what_a_role_sees(who: Caller, own: bool, others: bool, quarantine: bool):
    sight = sight_of(who)
    assert sight.shows(submission()) is own
    assert sight.shows(submission(person="per_other")) is others
    assert sight.shows(KEPT) is quarantine
    assert not sight.shows(submission(State.RELEASED))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPERATOR])
def test_nobody_sees_another_provider_or_what_has_none(role: Role):
    sight = sight_of(caller(role, tenants=None))
    assert not sight.shows(submission(provider="prv_s"))
    assert not sight.shows(submission(State.QUARANTINED, UNPLACED, UNPLACED))


@pytest.mark.parametrize("role", [Role.REQUESTER, Role.CLIENT_MANAGER, Role.TECHNICIAN, Role.DISPATCHER])
def test_nobody_sees_a_tenant_outside_the_grant(role: Role):
    assert not sight_of(caller(role)).shows(submission(tenant="ten_b"))


def test_a_requester_that_is_no_person_sees_nothing():
    with pytest.raises(NotFound):
        sight_of(caller(Role.REQUESTER, subject="client:cli_1"))


def test_administrators_decide():
    require_administrator(caller(Role.PROVIDER_ADMIN))
    for role in (Role.DISPATCHER, Role.TECHNICIAN, Role.API_CLIENT):
        with pytest.raises(PermissionDenied):
            require_administrator(caller(role))
