"""A view of the queue is its address, and back."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from services.gateway.pages.console.view import QueueView


@pytest.mark.parametrize(
    "view",
    [
        QueueView(),
        QueueView(tab="mine", sort="due_time"),
        QueueView("risk", "ten_acme", "P1", "grp_net", "vpn & co / é", "update_time"),
    ],
)
def test_an_address_gives_the_view_it_was_made_of(view: QueueView):
    assert QueueView.of(dict(parse_qsl(urlsplit(view.address()).query))) == view


def test_what_says_nothing_is_left_out_of_the_address():
    assert QueueView().address() == "/console"
    assert QueueView(tab="mine").address(tab="all") == "/console"
    assert QueueView(tab="mine").address(after="abc") == "/console?tab=mine&after=abc"


@pytest.mark.parametrize(
    "wrong", [{"tab": "everything"}, {"priority": "P9"}, {"sort": "random"}, {"unheard": "of"}]
)
def test_what_an_address_does_not_know_counts_as_not_said(wrong: dict[str, str]):
    assert QueueView.of(wrong) == QueueView()


def test_the_tabs_counts_are_counted_over_the_filters_without_the_tab():
    view = QueueView(tab="mine", tenant="ten_acme", query="vpn")
    assert not view.base_filter().assignee_id
    assert view.filter("per_tom").assignee_id == "per_tom"
    assert list(view.filter("per_tom").tenant_ids) == ["ten_acme"]
