"""What nobody asks for about major incidents: reminders, and what a crash left half done, through the real service."""

from datetime import timedelta

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from chassis import clock
from chassis.tenancy import Role
from fairlead.directory.v1 import person_pb2
from fairlead.incidents.v1.major_incident_pb2 import MajorIncidentChanged
from tests.harness.incidents import LUMEN, PROVIDER, Incidents
from tests.harness.waiting import wait_until


@pytest.fixture
def database(incidents: Incidents):
    with MongoClient(incidents.settings.mongodb_uri) as client:
        yield client[f"{incidents.settings.installation}_incidents"]


@pytest.fixture
def everybody(incidents: Incidents):
    return incidents.person("per_tech", Role.DISPATCHER, tenants=None)


def declared(incidents: Incidents, everybody):
    origin = incidents.open()
    major = incidents.majors("DeclareMajorIncident", everybody, incident_id=origin.number)
    new = {"tenant_id": LUMEN, "title": "Slow at Lumen"}
    return incidents.majors("AddAffectedTenants", everybody, major_id=major.major_id, tenants=[new])


def facts(incidents: Incidents, everybody, major) -> list[str]:
    entries = incidents.majors("ListMajorTimeline", everybody, major_id=major.major_id).entries
    return [one.fact for one in entries]


def test_a_promised_update_is_recalled_once(incidents: Incidents, database: Database, everybody) -> None:
    major = declared(incidents, everybody)
    past = clock.now() - timedelta(minutes=1)
    due = {"remind_time": past, "work_time": past, "next_update_time": past}
    database["major_incidents"].update_one({"_id": major.major_id}, {"$set": due})
    wait_until(
        lambda: "major_update_due" in facts(incidents, everybody, major), timeout=20, what="the reminder"
    )
    sent = incidents.majors("SendMajorUpdate", everybody, major_id=major.major_id, texts={"en": "News."})
    assert sent.next_update_time.seconds > past.timestamp()
    assert facts(incidents, everybody, major).count("major_update_due") == 1
    kept = database["major_incidents"].find_one({"_id": major.major_id})
    assert kept is not None and kept["updates_late"] == 1


def test_a_reminder_reaches_somebody_who_may_see_it_where_whoever_writes_no_longer_may(
    incidents: Incidents, database: Database, everybody
) -> None:
    grant = person_pb2.Grant(role="GRANT_ROLE_TECHNICIAN", tenant_ids=[LUMEN])
    admin = person_pb2.Grant(role="GRANT_ROLE_PROVIDER_ADMIN")
    incidents.directory.add_person("per_lumens", PROVIDER, "l@north.example", "Lu", grants=[grant])
    incidents.directory.add_person("per_chief", PROVIDER, "c@north.example", "Chief", grants=[admin])
    major = declared(incidents, everybody)
    give = {"major_id": major.major_id, "role": "MAJOR_ROLE_COMMUNICATIONS"}
    incidents.majors("GiveMajorRole", everybody, person_id="per_lumens", **give)
    review = {"facts": {}, "facts_checked": False, "factors": [], "no_factor_reason": "", "went_well": ""}
    action = {
        "action_id": "act_1", "text": "Watch", "owner_id": "per_gone", "owner_name": "Gone",
        "due_date": "2026-03-02", "state": "open", "link": "", "reminded_for": "",
    }  # fmt: skip
    written = {**review, "summary": "", "actions": [action], "finish_time": None, "finished_by": ""}
    past = clock.now() - timedelta(minutes=1)
    due = {"remind_time": past, "work_time": past, "next_update_time": past, "review": written}
    # Whoever declared and commands has left; nobody with a role may see a thing but whoever speaks to the clients.
    gone = {"holders.0.person_id": "per_gone", "declarer_id": "per_gone"}
    database["major_incidents"].update_one({"_id": major.major_id}, {"$set": {**due, **gone}})

    def said(fact: str) -> dict[str, str]:
        kept = database["major_incidents"].find_one({"_id": major.major_id}) or {}
        found = [one for one in kept["pending_events"] if one["fact"] == fact]
        return dict(MajorIncidentChanged.FromString(found[0]["payload"]).changes) if found else {}

    wait_until(lambda: said("major_update_due") and said("major_action_due"), timeout=25, what="reminders")
    assert (said("major_update_due")["name"], said("major_update_due")["at_tenant_id"]) == ("Lu", LUMEN)
    assert said("major_action_due")["name"] == "Lu"


def test_what_a_crash_left_is_carried_out_and_nothing_is_done_twice(
    incidents: Incidents, database: Database, everybody
) -> None:
    major = declared(incidents, everybody)
    child = next(one for one in major.affected if one.tenant_id == LUMEN)
    sent = incidents.majors("SendMajorUpdate", everybody, major_id=major.major_id, texts={"en": "News."})
    past = clock.now() - timedelta(minutes=1)
    # As a crash leaves it: the client's incident was opened and told, and neither was noted.
    forgotten = {"affected.1.incident_id": "", "affected.1.number": "", "affected.1.joined": False}
    database["major_incidents"].update_one(
        {"_id": major.major_id}, {"$set": {**forgotten, "work_time": past}, "$pull": {"recent_updates": ""}}
    )
    untold = {"open_time": past, "counted": False, "rows.$[].sent": False}
    database["major_updates"].update_one({"_id": sent.update_id}, {"$set": untold})

    def healed() -> bool:
        found = incidents.majors("GetMajorIncident", everybody, major_id=major.major_id)
        (update,) = incidents.majors("ListMajorUpdates", everybody, major_id=major.major_id).updates
        return all(one.number for one in found.affected) and all(row.sent for row in update.rows)

    wait_until(healed, timeout=25, what="what was left undone")
    found = incidents.majors("GetMajorIncident", everybody, major_id=major.major_id)
    assert [one.number for one in found.affected if one.tenant_id == LUMEN] == [child.number]
    assert incidents.facts(child.incident_id).count("replied") == 1
    assert facts(incidents, everybody, major).count("major_updated") == 1
