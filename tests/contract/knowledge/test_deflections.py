"""How often articles were enough, as figures are told of it."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis import clock
from chassis.errors import InvalidArgument, NotFound, PermissionDenied, Unavailable
from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_service_pb2
from fairlead.knowledge.v1 import article_service_pb2 as pb


def counted(shelf, caller: Caller, *tenants: str, **period: datetime) -> dict[str, tuple[int, int, int]]:
    request = pb.CountDeflectionsRequest(tenant_ids=tenants)
    request.start_time.FromDatetime(period.get("start", clock.now() - timedelta(days=7)))
    request.end_time.FromDatetime(period.get("end", clock.now() + timedelta(days=1)))
    found = call(shelf.articles.CountDeflections, request, caller).deflections
    return {each.tenant_id: (each.helped, each.deflected, each.undecided) for each in found}


@pytest.fixture
def helped(shelf, desk):
    """Jane of Acme and Luc of Lumen were helped; Tess, who is staff, too; one of Acme was not."""
    article = shelf.write("Printing")
    for caller, helpful in (
        (shelf.requester, True),
        (shelf.other_requester, True),
        (shelf.technician, True),
        (shelf.served.person(shelf.provider, shelf.acme, person_id=f"per_ben{shelf.mark}"), False),
    ):
        request = pb.SendFeedbackRequest(article_id=article.article_id, helpful=helpful)
        call(shelf.articles.SendFeedback, request, caller)
    desk[0].answers.pop("ListOpenings", None)
    yield shelf
    desk[0].answers.pop("ListOpenings", None)


def test_people_of_clients_who_were_helped_are_counted_for_their_client(helped, stranger):
    both = {helped.acme: (1, 0, 1), helped.lumen: (1, 0, 1)}
    assert counted(helped, helped.admin) == both
    assert counted(helped, helped.technician) == {helped.acme: both[helped.acme]}
    assert counted(helped, helped.admin, helped.lumen) == {helped.lumen: both[helped.lumen]}
    assert counted(helped, helped.admin, start=clock.now() + timedelta(hours=1)) == {}
    assert counted(helped, stranger.admin) == {}
    with pytest.raises(NotFound):
        counted(helped, helped.technician, helped.lumen)
    assert counted(helped, stranger.admin, helped.acme) == {}
    with pytest.raises(PermissionDenied):
        counted(helped, helped.requester)


def test_whoever_opened_something_since_was_not_helped(helped, desk):
    opened = incident_service_pb2.ListOpeningsResponse()
    opened.openings.add(tenant_id=helped.acme, person_id=helped.requester.person_id)
    opened.openings[0].create_time.FromDatetime(datetime.now(UTC) + timedelta(hours=1))
    desk[0].answers["ListOpenings"] = opened
    assert counted(helped, helped.admin)[helped.acme] == (1, 0, 0)
    asked = desk[0].requests["ListOpenings"][-1]
    assert sorted(asked.tenant_ids) == sorted([helped.acme, helped.lumen])
    people = [helped.requester.person_id, helped.other_requester.person_id]
    assert sorted(asked.person_ids) == sorted(people)
    assert desk[0].callers["ListOpenings"][-1].subject == helped.admin.subject


def test_while_incidents_is_away_nothing_is_claimed(helped, desk):
    desk[0].answers["ListOpenings"] = Unavailable("store_unavailable", "Away.")
    with pytest.raises(Unavailable):
        counted(helped, helped.admin)


def test_a_period_is_needed(shelf):
    with pytest.raises(InvalidArgument):
        call(shelf.articles.CountDeflections, pb.CountDeflectionsRequest(), shelf.admin)
