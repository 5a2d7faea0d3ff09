"""Tenants and providers."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.errors import AlreadyExists, InvalidArgument, RevisionConflict
from services.directory.domain.provider import new_provider, same_provider
from services.directory.domain.tenant import (
    TenantState,
    activated,
    changed_tenant,
    expect_revision,
    new_tenant,
    same_tenant,
    suspended,
    suspension_reason,
)

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def tenant(**fields):
    usual = {
        "name": "Acme", "slug": "acme", "number_prefix": "ACME", "locale": "", "time_zone": "",
        "support_address": "Support+x@Acme.example", "now": NOW,
    }  # fmt: skip
    return new_tenant("ten_1", "prv_1", **usual | fields)


def test_what_is_unsaid_is_english_and_utc():
    assert (tenant().locale, tenant().time_zone, tenant().state) == ("en", "UTC", TenantState.ACTIVE)


def test_a_support_address_is_a_mailbox():
    assert tenant().support_address == "support@acme.example"
    assert tenant(support_address="").support_address == ""


@pytest.mark.parametrize("prefix", ["", "A", "acme", "1A", "A-B", "ABCDEFGHIJK"])
def test_a_number_prefix_is_capitals_and_digits(prefix):
    with pytest.raises(InvalidArgument) as refused:
        tenant(number_prefix=prefix)
    assert refused.value.values["field"] == "number_prefix"


def test_suspending_and_activating_twice_is_doing_it_once():
    away = suspended(tenant(), LATER)
    assert (away.state, away.update_time) == (TenantState.SUSPENDED, LATER)
    assert suspended(away, LATER + timedelta(days=1)) is away
    back = activated(away, LATER)
    assert back.state is TenantState.ACTIVE
    assert activated(back, LATER + timedelta(days=1)) is back


def test_a_change_leaves_out_what_is_empty():
    changed = changed_tenant(tenant(), locale="fr", now=LATER)
    assert (changed.locale, changed.name, changed.update_time) == ("fr", "Acme", LATER)


def test_a_repeated_request_finds_the_same_tenant_and_another_does_not():
    assert same_tenant(tenant(), tenant(locale="fr")).locale == "en"
    for other in (tenant(name="Acme 2"), tenant(number_prefix="AC")):
        with pytest.raises(AlreadyExists) as refused:
            same_tenant(tenant(), other)
        assert refused.value.reason == "slug_taken"


def test_a_revision_is_expected_only_when_it_is_named():
    expect_revision(3, 0)
    expect_revision(3, 3)
    with pytest.raises(RevisionConflict):
        expect_revision(3, 2)


def test_a_reason_is_optional_and_short():
    assert suspension_reason("  ") == ""
    assert suspension_reason(" unpaid  bills ") == "unpaid bills"
    with pytest.raises(InvalidArgument):
        suspension_reason("x" * 501)


def test_a_provider_lists_each_mailbox_once():
    provider = new_provider("prv_1", "North", "north", ["Help@north.example", "help+x@north.example"], NOW)
    assert provider.support_addresses == ("help@north.example",)
    assert same_provider(provider, provider) is provider
    with pytest.raises(AlreadyExists):
        same_provider(provider, new_provider("prv_2", "South", "north", [], NOW))
