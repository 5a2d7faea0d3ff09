"""Who is on call at Northstar. What is there already, by its name, is left alone."""

from cli.seed import northstar
from cli.seed.office import Office
from fairlead.directory.v1 import person_pb2
from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import (
    escalation_pb2,
    escalation_service_pb2,
    on_call_pb2,
    on_call_service_pb2,
    rule_service_pb2,
)


def make_on_call(office: Office, people: dict[str, person_pb2.Person]) -> None:
    """The schedules."""
    found = office.call(office.on_call.ListSchedules, on_call_service_pb2.ListSchedulesRequest()).schedules
    present = {there.name for there in found}
    for schedule in northstar.SCHEDULES:
        if schedule.name not in present:
            message = on_call_pb2.OnCallSchedule(
                name=schedule.name,
                time_zone=schedule.time_zone,
                layers=[_layer(layer, people) for layer in schedule.layers],
            )
            request = on_call_service_pb2.CreateScheduleRequest(schedule=message)
            office.call(office.on_call.CreateSchedule, request)


def make_policies(office: Office) -> None:
    """Whom to call, one after the other."""
    present = {
        one.name
        for one in office.call(
            office.escalations.ListPolicies, escalation_service_pb2.ListPoliciesRequest()
        ).policies
    }
    schedules = office.call(
        office.on_call.ListSchedules, on_call_service_pb2.ListSchedulesRequest()
    ).schedules
    groups = office.call(
        office.rules.ListAssignmentGroups, rule_service_pb2.ListAssignmentGroupsRequest()
    ).groups
    named = {one.name: (escalation_pb2.ESCALATION_TARGET_KIND_SCHEDULE, one.schedule_id) for one in schedules}
    named |= {one.name: (escalation_pb2.ESCALATION_TARGET_KIND_GROUP, one.group_id) for one in groups}
    for policy in northstar.POLICIES:
        if policy.name not in present:
            message = escalation_pb2.EscalationPolicy(
                name=policy.name,
                position=10,
                enabled=True,
                alerts=True,
                priorities=[incident_pb2.PRIORITY_P1],
                steps=[
                    escalation_pb2.EscalationStep(
                        targets=[
                            escalation_pb2.EscalationTarget(kind=named[who][0], target_id=named[who][1])
                        ],
                        wait_minutes=minutes,
                    )
                    for who, minutes in policy.steps
                ],
                rounds=2,
            )
            office.call(
                office.escalations.CreatePolicy, escalation_service_pb2.CreatePolicyRequest(policy=message)
            )


def _layer(layer: northstar.Layer, people: dict[str, person_pb2.Person]) -> on_call_pb2.OnCallLayer:
    return on_call_pb2.OnCallLayer(
        name=layer.name,
        people=[on_call_pb2.OnCallPerson(person_id=people[one].person_id) for one in layer.people],
        start=layer.start,
        turn_count=1,
        turn_unit=on_call_pb2.TurnUnit.Value(f"TURN_UNIT_{layer.turn_unit.upper()}"),
        restrictions=[on_call_pb2.OnCallRestriction(start=start, end=end) for start, end in layer.hours],
    )
