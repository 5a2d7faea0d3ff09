"""A gateway room with work in it, for the console's pages.

    with console_room(mongod, installation, tmp_path) as console:
        browser = console.as_person("per_tom")        # Flask's client, signed in
        vpn = console.incident                         # an incident of acme with a conversation
        console.workshop.commands[-1]

The staff: per_tom (dispatcher everywhere), per_tia (technician of acme alone), per_ada (administrator); per_eve is
another provider's. per_ana is a requester of acme.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from chassis.clock import now
from chassis.errors import NotFound
from fairlead.incidents.v1 import incident_pb2
from fairlead.intake.v1 import submission_pb2, submission_service_pb2
from fairlead.knowledge.v1 import article_pb2, article_service_pb2
from fairlead.notify.v1 import delivery_pb2, notify_service_pb2
from fairlead.sla.v1 import clock_pb2
from fairlead.triage.v1 import rule_pb2, rule_service_pb2
from tests.harness.fakes import figures
from tests.harness.fakes.workshop import FakeWorkshop
from tests.harness.gateway import ACME, LUMEN, NORTH, Room, gateway_room

TOM, TIA, ANA = ("per_tom", "Tom Tech"), ("per_tia", "Tia Tech"), ("per_ana", "Ana Ruiz")


@dataclass
class Console:
    """The room, its record, and an incident with everything in it."""

    room: Room
    workshop: FakeWorkshop
    incident: incident_pb2.Incident

    def as_person(self, person_id: str) -> FlaskClient:
        browser = self.room.app().test_client()
        self.room.sign_in(browser, person_id)
        return browser


@contextmanager
def console_room(mongodb_uri: str, installation: str, folder: Path, **settings: Any) -> Iterator[Console]:
    """A room whose services know one well-used incident."""
    workshop = FakeWorkshop(NORTH)
    with gateway_room(mongodb_uri, installation, folder, incidents=workshop, **settings) as room:
        incident = _vpn(workshop)
        _answer(room, workshop)
        yield Console(room, workshop, incident)


def _vpn(workshop: FakeWorkshop) -> incident_pb2.Incident:
    incident = workshop.opened(
        ACME,
        "VPN drops every 10 minutes",
        ANA,
        "Hello, since this morning it stops after about ten minutes.\nTwo colleagues see the same thing.",
        number="ACME-1042",
        kind="INCIDENT_KIND_INCIDENT",
        channel="email",
        verified=True,
        category="network",
        impact="IMPACT_MEDIUM",
        urgency="URGENCY_HIGH",
        priority="PRIORITY_P2",
        state="INCIDENT_STATE_IN_PROGRESS",
        assignment_group_id="grp_net",
        assignment_group_name="Network",
        assignee_id=TIA[0],
        assignee_name=TIA[1],
        classification_decision=incident_pb2.Decision(
            source="rule", reason="Rule “VPN and network” (“vpn”)", confidence=1
        ),
        priority_decision=incident_pb2.Decision(
            source="matrix", reason="Impact medium × urgency high", confidence=1
        ),
        assignment_decision=incident_pb2.Decision(
            source="routing",
            reason="Group Network takes category network; Tia Tech has the least open",
            confidence=1,
        ),
    )
    for fact, changes in (
        ("classified", {"category": "network", "kind": "incident"}),
        ("prioritized", {"priority": "p2", "impact": "medium", "urgency": "high"}),
        ("assigned", {"assignee_name": TIA[1], "assignment_group_name": "Network"}),
    ):
        entry = workshop.happen(
            incident, fact, visible=False, reason="Rule “VPN and network” (“vpn”)", **changes
        )
        entry.actor.subject = "service:triage"
    workshop.happen(incident, "acknowledged", actor=TIA)
    workshop.happen(incident, "replied", "Good morning Ana, we are looking at the gateway now.", actor=TIA)
    workshop.happen(
        incident, "noted", "Looks like the same tunnel as ACME-1011. Checking the firewall log.", TIA, False
    )
    workshop.happen(incident, "replied", "Thank you! It just happened again.", actor=ANA)
    workshop.clocks[incident.incident_id] = ("at_risk", now() + timedelta(minutes=42))
    return incident


def _answer(room: Room, workshop: FakeWorkshop) -> None:
    room.triage.answers["ListQueue"] = workshop.list_queue
    room.triage.answers["CountQueue"] = workshop.count_queue
    workshop.views.answer(room.triage)
    room.triage.answers["CountOpen"] = figures.count_open(workshop)
    room.sla.answers["CountAttainment"] = figures.count_attainment
    workshop.flow = figures.count_flow
    workshop.kpis = figures.count_kpis
    groups = [
        rule_pb2.AssignmentGroup(group_id="grp_net", name="Network", categories=["network", "wifi"]),
        rule_pb2.AssignmentGroup(
            group_id="grp_desk", name="Service desk", categories=["access"], is_default=True
        ),
    ]
    room.triage.answers["ListAssignmentGroups"] = rule_service_pb2.ListAssignmentGroupsResponse(groups=groups)
    room.triage.answers["GetAssignmentGroup"] = lambda request, _: next(
        (group for group in groups if group.group_id == request.group_id),
        NotFound("group_not_found", "No such group."),
    )
    room.sla.answers["ExplainClocks"] = lambda request, _: clocks(request.incident_id)
    article = article_pb2.Article(
        article_id="art_vpn",
        title="VPN disconnects: check these settings",
        summary="Keep-alive and MTU.",
        body="# First\n\nLook at the keep-alive.",
        audience="AUDIENCE_ALL_CLIENTS",
        locale="en",
    )
    room.knowledge.answers["GetArticle"] = lambda request, _: (
        article if request.article_id == "art_vpn" else NotFound("article_not_found", "There is none.")
    )
    room.knowledge.answers["SuggestArticles"] = article_service_pb2.SearchArticlesResponse(
        results=[
            article_service_pb2.SearchResult(
                article=article,
                score=4.2,
                excerpt="If the tunnel drops every ten minutes, look at the keep-alive first.",
            )
        ]
    )
    room.notify.answers["ListDeliveries"] = lambda request, _: notify_service_pb2.ListDeliveriesResponse(
        deliveries=_deliveries(request)
    )
    room.intake.answers["ListSubmissions"] = submission_service_pb2.ListSubmissionsResponse(
        submissions=[quarantined()]
    )
    room.intake.answers["GetSubmission"] = lambda request, _: (
        quarantined()
        if request.submission_id == "sub_1"
        else NotFound("submission_not_found", "There is none.")
    )
    room.intake.answers["DownloadRaw"] = [
        submission_service_pb2.RawChunk(
            data=b"From: stranger@nowhere.example\r\nSubject: Printer\r\n\r\n<b>Help</b> \x00\xff"
        )
    ]


def clocks(incident_id: str) -> clock_pb2.ClockSet:
    """First response met, resolution running, with its segments."""
    began = now() - timedelta(hours=3)
    first = clock_pb2.Clock(
        kind="TARGET_KIND_FIRST_RESPONSE",
        cycle=1,
        state="CLOCK_STATE_MET",
        goal_seconds=3600,
        elapsed_seconds=240,
    )
    last = clock_pb2.Clock(
        kind="TARGET_KIND_RESOLUTION",
        cycle=1,
        state="CLOCK_STATE_RUNNING",
        goal_seconds=4 * 3600,
        elapsed_seconds=11880,
        warned=True,
    )
    last.due_time.FromDatetime(now() + timedelta(minutes=42))
    for start, end, counted, reason in (
        (0, 1, True, "business_hours"),
        (1, 2, False, "paused"),
        (2, 3.7, True, "business_hours"),  # on to the due time, as it will be
    ):
        seconds = int((end - start) * 3600)
        segment = last.segments.add(counted=counted, reason=reason, seconds=seconds, calendar_version=1)
        segment.start_time.FromDatetime(began + timedelta(hours=start))
        segment.end_time.FromDatetime(began + timedelta(hours=end))
    return clock_pb2.ClockSet(
        incident_id=incident_id,
        has_contract=True,
        contract_name="Gold",
        contract_version=2,
        clocks=[first, last],
    )


def quarantined() -> submission_pb2.Submission:
    """A mail of a stranger."""
    submission = submission_pb2.Submission(
        submission_id="sub_1",
        provider_id=NORTH,
        channel="CHANNEL_EMAIL",
        state="SUBMISSION_STATE_QUARANTINED",
        sender_address="stranger@nowhere.example",
        sender_name="A Stranger",
        subject="Printer <script>alert(1)</script>",
        text="Our printer is on fire.",
        quarantine_reason="mail_domain_unknown",
        raw_size=1234,
        recipients=["help@northstar.example"],
    )
    submission.receive_time.FromDatetime(now() - timedelta(minutes=12))
    return submission


def _deliveries(request: Any) -> list[delivery_pb2.Delivery]:
    made = []
    for number, (what, who, state, error) in enumerate(
        (
            ("incident_opened", "ana@acme.example", "SENT", ""),
            ("assigned", "tia@northstar.example", "SENT", ""),
            ("replied", "ana@acme.example", "DEAD", "550 mailbox unavailable"),
        )
    ):
        delivery = delivery_pb2.Delivery(
            delivery_id=f"dlv_{number}", tenant_id=ACME, incident_number="ACME-1042", channel="DELIVERY_CHANNEL_EMAIL",
            state=f"DELIVERY_STATE_{state}", notification=what, recipient=who, attempts=1, last_error=error,
        )  # fmt: skip
        delivery.create_time.FromDatetime(now())
        delivery.send_time.FromDatetime(now())
        if request.state in (0, delivery.state):
            made.append(delivery)
    return made


def fill_queue(workshop: FakeWorkshop, many: int = 40) -> None:
    """More rows, of both clients, in every state and with every kind of clock."""
    titles = (
        "Outlook keeps asking for the password", "New starter: laptop and accounts", "Backup job failed on FS-02",
        "Website certificate expires soon", "Teams calls have no sound", "Phishing mail reported",
        "MFA prompt loop after phone change", "Printer on the second floor prints blank pages since the driver update",
    )  # fmt: skip
    people = (("per_ana", "Ana Ruiz"), ("per_leo", "Leo Lumen"), ("per_x", "Chloé Petit-Montgomery"))
    states = ("NEW", "ASSIGNED", "IN_PROGRESS", "ON_HOLD", "IN_PROGRESS")
    marks = ("ok", "at_risk", "breached", "ok", "ok", "paused", "no_contract")
    for number in range(many):
        mark = marks[number % len(marks)]
        held = states[number % 5] == "ON_HOLD" or mark == "paused"
        who = ("", "") if number % 4 == 0 else (TOM if number % 4 == 1 else TIA)
        incident = workshop.opened(
            ACME if number % 3 else LUMEN,
            titles[number % len(titles)],
            people[number % 3],
            number=f"{'ACME' if number % 3 else 'LUMEN'}-{1100 + number}",
            state=f"INCIDENT_STATE_{'ON_HOLD' if held else states[number % 5]}",
            priority=f"PRIORITY_P{1 + (number * 7) % 5}",
            channel="portal",
            verified=number % 9 != 0,
            assignee_id=who[0],
            assignee_name=who[1],
            assignment_group_name="Service desk" if number % 2 else "",
        )
        if held:
            incident.hold.awaiting = incident_pb2.AWAITED_PARTY_VENDOR
            incident.hold.reason = "The supplier sends a part"
        due = {
            "ok": timedelta(hours=2 + number, minutes=5),
            "at_risk": timedelta(minutes=12 + number),
            "breached": timedelta(minutes=-7 * number - 3),
        }.get("ok" if held and mark != "paused" else mark)
        word = "paused" if held else mark
        workshop.clocks[incident.incident_id] = (word, now() + due if due and not held else None)
        if mark in ("ok", "at_risk", "paused") and number % 3:
            workshop.chances[incident.incident_id] = ((number * 37 % 90 + 5) / 100, 45, 12)
        if number % 11 == 0:
            workshop.needs_dispatcher.add(incident.incident_id)
