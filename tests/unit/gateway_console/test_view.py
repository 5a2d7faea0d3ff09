"""A view of the queue is its address, and back."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.datastructures import MultiDict

from fairlead.triage.v1.view_pb2 import View
from services.gateway.pages.console.view import QueueView


def of(address: str) -> QueueView:
    return QueueView.of(MultiDict(parse_qsl(urlsplit(address).query)))


@pytest.mark.parametrize(
    "view",
    [
        QueueView(),
        QueueView(tab="mine", sort="due_time"),
        QueueView(tab="risk", sort="breach_risk"),
        QueueView(
            "risk",
            tenant=("ten_acme", "ten_lumen"),
            priority=("P1", "P2"),
            group="grp_net",
            query="vpn & co / é",
        ),
        QueueView(
            state=("new", "closed"),
            sla=("ok",),
            kind=("incident",),
            channel=("email",),
            assignee="me",
            needs="dispatcher",
        ),
        QueueView(view="vew_1"),
        QueueView(view="vew_1", edited=True, priority=("P1",), sort="update_time"),
    ],
)
def test_an_address_gives_the_view_it_was_made_of(view: QueueView):
    assert of(view.address()) == view


def test_what_says_nothing_is_left_out_of_the_address():
    assert QueueView().address() == "/console"
    assert QueueView(tab="mine").address(tab="all") == "/console"
    assert QueueView(tab="mine").address(after="abc") == "/console?tab=mine&after=abc"


@pytest.mark.parametrize(
    "wrong", [{"tab": "everything"}, {"priority": "P9"}, {"sort": "random"}, {"unheard": "of"}]
)
def test_what_an_address_does_not_know_counts_as_not_said(wrong: dict[str, Any]):
    assert QueueView.of(MultiDict(wrong)) == QueueView()


def test_the_tabs_counts_are_counted_over_the_filters_without_the_tab():
    view = QueueView(tab="mine", tenant=("ten_acme",), query="vpn")
    assert not view.base_filter().assignee_id
    assert view.filter("per_tom").assignee_id == "per_tom"
    assert list(view.filter("per_tom").tenant_ids) == ["ten_acme"]


@pytest.mark.parametrize("tab", ["all", "mine", "unassigned", "risk", "waiting", "dispatcher"])
def test_a_saved_view_shows_what_was_looked_at_when_it_was_saved(tab: str):
    shown = QueueView(tab, tenant=("ten_acme",), priority=("P2",), channel=("email",), sort="due_time")
    kept = View(view_id="vew_1", filter=shown.kept_filter(), sort=shown.order())
    again = QueueView.saved(kept)
    assert again.filter("per_tom") == shown.filter("per_tom") and again.order() == shown.order()
    assert again.address() == "/console?view=vew_1"


def test_mine_is_saved_as_whoever_looks():
    kept = View(filter=QueueView(tab="mine").kept_filter())
    assert kept.filter.assigned_to_me and not kept.filter.assignee_id
    assert QueueView.saved(kept).filter("per_tia").assignee_id == "per_tia"


def test_a_filter_taken_from_a_saved_view_leaves_the_rest_and_says_that_it_differs():
    shown = QueueView(view="vew_1", priority=("P1", "P2"), query="vpn")
    assert of(shown.without("priority", "P1").address()) == QueueView(
        view="vew_1", edited=True, priority=("P2",), query="vpn"
    )
    assert of(shown.address(sort="due_time")).edited


def test_what_a_tab_settles_is_no_filter_beside_it():
    assert of("/console?tab=waiting&state=new") == QueueView(tab="waiting")
    assert of("/console?tab=mine&assignee=none") == QueueView(tab="mine")
