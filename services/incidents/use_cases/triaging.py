"""Applies triage's decisions, many incidents in few writes."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chassis.errors import FairleadError
from chassis.tenancy import Caller, Role
from services.incidents.domain.decisions import TriageDecision, apply_triage, decided_by_people
from services.incidents.domain.facts import Change
from services.incidents.domain.incident import Incident
from services.incidents.domain.visibility import actor_of
from services.incidents.ports import Clock, Incidents, Staff, StaffMember
from services.incidents.use_cases.attempts import attempts


@dataclass(frozen=True, slots=True)
class Applied:
    """error_reason is "" when it was applied, now or before. kept: what a person had decided, and so was left as it is."""

    incident_id: str
    error_reason: str = ""
    retryable: bool = False
    kept: tuple[str, ...] = ()


class Triaging:
    """A person's decision is never overwritten; an event's decision is applied once."""

    def __init__(self, incidents: Incidents, staff: Staff, clock: Clock) -> None:
        self._incidents = incidents
        self._staff = staff
        self._clock = clock

    def apply(self, caller: Caller, decisions: Sequence[TriageDecision]) -> list[Applied]:
        """Answers in the order of the decisions. Services only.

        An assignee who is not active staff granted the tenant is left out: the group, who can see it, has it.
        """
        caller.require(Role.SERVICE)
        chosen = {decision.assignment.assignee_id for decision in decisions} - {""}
        staff = self._staff.members(caller.provider_id, chosen) if chosen else {}
        answers: dict[int, Applied] = {}
        waiting = dict(enumerate(decisions))
        for _ in attempts():
            self._round(caller, waiting, answers, staff)
            waiting = {place: decision for place, decision in waiting.items() if place not in answers}
            if not waiting:
                break
        for place, decision in waiting.items():
            answers[place] = Applied(decision.incident_id, "revision_conflict", retryable=True)
        return [answers[place] for place in range(len(decisions))]

    def _round(
        self,
        caller: Caller,
        waiting: dict[int, TriageDecision],
        answers: dict[int, Applied],
        staff: Mapping[str, StaffMember],
    ) -> None:
        """Tries the first waiting decision about each incident."""
        first: dict[str, int] = {}
        for place, decision in waiting.items():
            first.setdefault(decision.incident_id, place)
        found = self._incidents.load_many(caller.granted(), first)
        changes: dict[int, Change] = {}
        for incident_id, place in first.items():
            incident = found.get(incident_id)
            if incident is None:
                answers[place] = Applied(incident_id, "incident_not_found")
                continue
            outcome = self._decide(caller, incident, _to_staff(waiting[place], incident, staff))
            if isinstance(outcome, Applied):
                answers[place] = outcome
            else:
                changes[place] = outcome
        saved = self._incidents.save_many(list(changes.values()), caller) if changes else []
        for (place, change), is_saved in zip(changes.items(), saved, strict=True):
            if is_saved:
                kept = decided_by_people(found[change.after.incident_id])
                answers[place] = Applied(change.after.incident_id, kept=kept)

    def _decide(self, caller: Caller, incident: Incident, decision: TriageDecision) -> Change | Applied:
        key = _fingerprint(decision)
        if key and key in incident.recent_keys:
            return Applied(incident.incident_id)
        try:
            change = apply_triage(incident, decision, actor_of(caller), self._clock())
        except FairleadError as error:
            return Applied(incident.incident_id, error.reason)
        if change is None:
            return Applied(incident.incident_id, kept=decided_by_people(incident))
        return change.remembering(key) if key else change


def _to_staff(
    decision: TriageDecision, incident: Incident, staff: Mapping[str, StaffMember]
) -> TriageDecision:
    to = decision.assignment
    member = staff.get(to.assignee_id)
    if not to.assignee_id or (member and member.covers(incident.tenant_id)):
        return decision
    return replace(decision, assignment=replace(to, assignee_id="", assignee_name=""))


def _fingerprint(decision: TriageDecision) -> str:
    if not decision.event_id:
        return ""
    return hashlib.sha256(f"triage\n{decision.event_id}".encode()).hexdigest()[:24]
