"""Major incidents in a real MongoDB: numbers without holes, one for each incident, each provider's own."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from pymongo.database import Database

from chassis.errors import InvalidState, NotFound
from chassis.ids import new_id
from chassis.tenancy import Caller, Role, TenantScope
from chassis.tokens import CallerSigner
from services.incidents.domain.major import course
from services.incidents.domain.major.record import MajorChange, MajorState, Severity
from services.incidents.domain.major.review import Action, ActionState, Review
from services.incidents.domain.major.settings import DEFAULTS
from services.incidents.store import MajorStore
from tests.harness.incident_values import TECH, after, opened


@pytest.fixture
def majors(database: Database, signer: CallerSigner) -> MajorStore:
    return MajorStore(database, signer)


def caller_of(provider: str) -> Caller:
    return Caller("person:per_tech", provider, None, frozenset({Role.TECHNICIAN}))


def declared(provider: str) -> MajorChange:
    incident = replace(opened(), provider_id=provider, incident_id=new_id("inc"))
    return course.declare(
        incident,
        major_id=new_id("maj"),
        title="",
        summary="",
        severity=Severity.SEV1,
        holders=[],
        declarer_id="",
        settings=DEFAULTS,
        actor=TECH,
        now=after(0),
    )


def test_those_that_are_declared_at_once_have_numbers_without_holes(
    majors: MajorStore, provider: str
) -> None:
    made = [declared(provider) for _ in range(6)]
    threads = [threading.Thread(target=majors.create, args=(one, caller_of(provider))) for one in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    room = TenantScope(provider, provider)
    found, _ = majors.page(room, None, frozenset(), 50, "")
    assert sorted(one.position for one in found) == [1, 2, 3, 4, 5, 6]


def test_an_incident_has_one_until_that_has_ended(majors: MajorStore, provider: str) -> None:
    change, who = declared(provider), caller_of(provider)
    made = majors.create(change, who)
    again = replace(change, after=replace(change.after, major_id=new_id("maj")))
    with pytest.raises(InvalidState, match="incident_in_major"):
        majors.create(again, who)
    ended = course.move(made, MajorState.DECLARED_IN_ERROR, "No.", DEFAULTS, TECH, after(1))
    assert ended is not None
    majors.save(ended, who)
    assert majors.create(again, who).position == 2


def test_what_is_saved_is_read_again_as_it_was_and_by_its_own_provider(
    majors: MajorStore, provider: str
) -> None:
    who, room = caller_of(provider), TenantScope(provider, provider)
    made = majors.create(declared(provider), who)
    review = Review(factors=("Disk",), actions=(Action("act_1", "Watch", state=ActionState.DONE),))
    changed = course.changed(made, TECH, after(2), review=review, state=MajorState.REVIEW)
    majors.save(changed, who)
    assert majors.load(room, made.major_id) == changed.after
    assert majors.load_by_position(room, made.position) == changed.after
    with pytest.raises(NotFound):
        majors.load(TenantScope("prv_else", "prv_else"), made.major_id)


def test_what_is_due_is_found_by_time_alone(majors: MajorStore, provider: str) -> None:
    made = majors.create(declared(provider), caller_of(provider))
    assert made.remind_time is not None
    before, then = made.declare_time, made.remind_time + timedelta(seconds=1)
    assert made.major_id not in {one.major_id for one in majors.due(before)}
    assert made.major_id in {one.major_id for one in majors.due(then)}
