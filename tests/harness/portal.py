"""Two portals with incidents and articles in them, for tests of pages and for looking at them.

    with portal_room(mongod, "t1", tmp_path) as room:
        fill(room)
        client = room.app().test_client()

Acme: Ana reported ACME-1042 (in progress), ACME-1038 (on hold for her), ACME-1031 (resolved), ACME-1011 (closed), ACME-1009
(closed and rated), and Mia, her manager, ACME-1012 (new). Links of mails to Ana: link-confirm, link-reopen, link-rate,
link-used, link-expired, link-moved-on. Lumen: LUMEN-7 is Leo's. Of every text that no client may read, the word "SECRET" is part.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from chassis.clock import now
from chassis.errors import NotFound
from fairlead.directory.v1 import tenant_pb2
from fairlead.intake.v1 import form_pb2, form_service_pb2, submission_pb2
from fairlead.knowledge.v1 import article_pb2, article_service_pb2
from fairlead.sla.v1 import clock_pb2
from services.intake.events.forms import definition_message
from tests.harness.fakes.desk import FakeDesk
from tests.harness.form_values import LAPTOP
from tests.harness.gateway import ACME, LUMEN, NORTH, Room, gateway_room

ANA, MIA, LEO, TOM = (
    ("per_ana", "Ana Ruiz"),
    ("per_mia", "Mia Chef"),
    ("per_leo", "Leo Lumen"),
    ("per_tom", "Tom Tech"),
)
ARTICLE = "art_1"
FORM = "frm_1"
HTML = {"Accept": "text/html"}
_BODY = """Most problems with sound have one of three causes.

# Check the output

1. Open **Settings**
2. Pick your headset

| Key | Meaning |
|---|---|
| F4 | Mute |

See [the manual](https://example.com/manual).
"""


@dataclass
class Reader:
    """Somebody with a browser; `person_id` is empty for a visitor."""

    client: FlaskClient

    def get(self, address: str, **headers: str) -> TestResponse:
        return self.client.get(address, headers={**HTML, **headers})

    def post(self, address: str, page: str = "", **form: str) -> TestResponse:
        """Sends a form with the tokens of the page it stands on (the address itself by default)."""
        text = self.get(page or address).text
        tokens = {name: hidden(text, name) for name in ("csrf_token", "once") if f'name="{name}"' in text}
        return self.client.post(address, data={**tokens, **form}, headers=HTML)


def hidden(text: str, name: str) -> str:
    """The value of a hidden field; of the last form that has it, which is the page's own and not the menu's."""
    return re.findall(rf'name="{name}" value="([^"]*)"', text)[-1]


@contextmanager
def portal_room(mongodb_uri: str, installation: str, folder: Path, **settings: Any) -> Iterator[Room]:
    """A gateway over fakes whose incidents can be read and answered."""
    with gateway_room(mongodb_uri, installation, folder, incidents=FakeDesk(NORTH), **settings) as room:
        yield room


def fill(room: Room) -> None:
    """Puts brands, incidents and articles there."""
    _brand(room, ACME, "Acme Logistics", "#d9480f", "#c2410c")
    _brand(room, LUMEN, "Lumen Legal", "#f5c211", "#b8860b")
    _incidents(room)
    _articles(room)
    room.sla.answers["ExplainClocks"] = _clocks
    room.intake.answers["Submit"] = submission_pb2.Submission(
        submission_id="sub_1", tenant_id=ACME, incident_id="inc_1", incident_number="ACME-1042"
    )
    room.intake.answers["ListForms"] = lambda request, caller: form_service_pb2.ListFormsResponse(
        forms=[laptop_form()] if caller.tenant_ids == {ACME} else []
    )
    room.intake.answers["GetForm"] = lambda request, caller: (
        laptop_form() if request.form_id == FORM else NotFound("form_not_found", "There is no such form.")
    )
    room.intake.answers["GetSubmission"] = submission_pb2.Submission(submission_id="sub_1", tenant_id=ACME)


def laptop_form() -> form_pb2.Form:
    """Acme's published form, which asks everything a form can ask."""
    form = form_pb2.Form(
        form_id=FORM,
        provider_id=NORTH,
        tenant_id=ACME,
        state=form_pb2.FORM_STATE_PUBLISHED,
        version=1,
        published=definition_message(LAPTOP),
        draft=definition_message(LAPTOP),
        revision=2,
    )
    form.create_time.FromDatetime(now())
    form.update_time.FromDatetime(now())
    return form


def _brand(room: Room, tenant_id: str, name: str, primary: str, accent: str) -> None:
    room.directory.brands[tenant_id] = tenant_pb2.Brand(
        tenant_id=tenant_id,
        display_name=name,
        primary_color=primary,
        accent_color=accent,
        surface_color="#f7f8fc",
        monogram=name[0],
        revision=1,
    )


def _incidents(room: Room) -> None:
    desk: Any = room.incidents

    def opened(
        tenant_id: str, number: str, title: str, requester: tuple[str, str], state: str, **more: Any
    ) -> Any:
        incident = desk.opened(
            tenant_id,
            title,
            requester,
            f"{title}, since this morning.",
            number=number,
            state=f"INCIDENT_STATE_{state}",
            **more,
        )
        incident.create_time.FromDatetime(now() - timedelta(days=int(number.partition("-")[2]) % 7, hours=3))
        return incident

    talk = opened(ACME, "ACME-1042", "No sound in calls", ANA, "IN_PROGRESS", assignee_name="Tom Tech")
    desk.happen(talk, "assigned", actor=TOM, visible=False, reason="SECRET workload")
    desk.happen(talk, "acknowledged", actor=TOM)
    desk.happen(talk, "replied", "Hello Ana,\nplease choose the headset. Does that help?", TOM)
    desk.happen(talk, "noted", "SECRET note: same laptop as last week", TOM, visible=False)
    desk.happen(talk, "replied", "No, I only see “Speakers”.", ANA)
    held = opened(ACME, "ACME-1038", "New starter: laptop and accounts", ANA, "ON_HOLD")
    held.hold.awaiting, held.hold.reason = "AWAITED_PARTY_REQUESTER", "Which department does she join?"
    held.hold.start_time.FromDatetime(now() - timedelta(hours=20))
    desk.happen(held, "held", actor=TOM, reason=held.hold.reason, awaiting="requester")
    solved = opened(ACME, "ACME-1031", "VPN drops every 10 minutes", ANA, "RESOLVED")
    solved.resolution.code, solved.resolution.text = "fixed", "We replaced the certificate."
    solved.resolution.resolve_time.FromDatetime(now() - timedelta(hours=1))
    solved.close_due_time.FromDatetime(now() + timedelta(days=3))
    desk.happen(solved, "resolved", "We replaced the certificate.", TOM, reason="fixed")
    closed = opened(ACME, "ACME-1011", "Shared mailbox missing", ANA, "CLOSED")
    closed.close_time.FromDatetime(now() - timedelta(hours=2))
    desk.happen(closed, "closed", reason="silence", actor=("", ""))
    rated = opened(ACME, "ACME-1009", "Screen stays black", ANA, "CLOSED")
    rated.close_time.FromDatetime(now() - timedelta(days=1))
    rated.rating.score, rated.rating.comment = 4, "Quick."
    rated.rating.change_until_time.FromDatetime(now() + timedelta(days=6))
    for token, incident, action, standing in (
        ("link-confirm", solved, "confirm", "OPEN"),
        ("link-reopen", solved, "reopen", "OPEN"),
        ("link-rate", closed, "rate", "OPEN"),
        ("link-used", solved, "confirm", "USED"),
        ("link-expired", solved, "confirm", "EXPIRED"),
        ("link-moved-on", closed, "confirm", "MOVED_ON"),
    ):
        desk.link_to(incident, action, token=token, standing=standing)
    opened(ACME, "ACME-1012", "Printer on floor 2 offline", MIA, "NEW")
    opened(LUMEN, "LUMEN-7", "SECRET merger documents", LEO, "NEW")


def _articles(room: Room) -> None:
    titles = ("No sound in video calls", "VPN disconnects: check these settings", "Report a phishing mail")
    articles = [
        article_pb2.Article(
            article_id=f"art_{place}", title=title, summary=f"About: {title}.", body=_BODY, locale="en"
        )
        for place, title in enumerate(titles, 1)
    ]
    for article in articles:
        article.update_time.FromDatetime(now() - timedelta(days=9))
    found = article_service_pb2.SearchArticlesResponse(
        results=[article_service_pb2.SearchResult(article=articles[0], score=1, excerpt="headset, sound")]
    )
    none = article_service_pb2.SearchArticlesResponse()
    known = {article.article_id: article for article in articles}
    answers = room.knowledge.answers
    answers["ListArticles"] = article_service_pb2.ListArticlesResponse(articles=articles)
    answers["SearchArticles"] = lambda request, caller: found if "sound" in request.query else none
    answers["SuggestArticles"] = found
    answers["GetArticle"] = lambda request, caller: (
        known.get(request.article_id) or NotFound("article_not_found")
    )
    answers["SendFeedback"] = articles[0]


def _clocks(request: Any, caller: Any) -> clock_pb2.ClockSet:
    clocks = clock_pb2.ClockSet(incident_id=request.incident_id, has_contract=True)
    clock = clocks.clocks.add(
        kind="TARGET_KIND_RESOLUTION", state="CLOCK_STATE_RUNNING", goal_seconds=14_400, elapsed_seconds=3600
    )
    clock.due_time.FromDatetime(now() + timedelta(days=1))
    for counted, reason, hours in ((True, "business_hours", (-1, 0)), (False, "outside_hours", (0, 21))):
        stretch = clock.segments.add(counted=counted, reason=reason, seconds=3600 if counted else 0)
        stretch.start_time.FromDatetime(now() + timedelta(hours=hours[0]))
        stretch.end_time.FromDatetime(now() + timedelta(hours=hours[1]))
    # Between the provider's own people: no business of the client's.
    clocks.clocks.add(
        kind="TARGET_KIND_RESOLUTION", level="TARGET_LEVEL_OPERATIONAL", state="CLOCK_STATE_BREACHED"
    )
    return clocks
