"""What a person decides about an announced incident reaches triage as a lesson; what a machine decides does not."""

from chassis import mongo
from chassis.tenancy import GrantedScope
from fairlead.incidents.v1 import events_pb2, incident_pb2
from services.triage.domain.learning.advice import Aspect
from services.triage.domain.learning.lesson import Lesson
from services.triage.store import LessonStore
from tests.contract.triage.conftest import NORTH, Desk
from tests.harness.waiting import wait_until


def test_a_persons_category_is_heard_as_a_lesson_and_a_machines_is_not(desk: Desk) -> None:
    store = LessonStore(mongo.connect(desk.served.settings))
    ours, theirs = (
        desk.announced.open(title="Coffee machine", description="it leaks", channel="email") for _ in range(2)
    )
    for incident_id, subject in ((theirs, "service:triage"), (ours, "person:per_ada")):
        desk.announced.tell(
            incident_id,
            "classified",
            events_pb2.Classified,
            lambda incident: setattr(incident, "category", "kitchen"),
            actor=incident_pb2.Actor(subject=subject),
        )

    def heard() -> list[Lesson]:
        return [
            one for one in store.of(GrantedScope(NORTH, None), Aspect.CATEGORY, 100) if one.label == "kitchen"
        ]

    wait_until(lambda: heard(), timeout=30)
    assert [(one.incident_id, one.text) for one in heard()] == [(ours, "Coffee machine\nit leaks")]
