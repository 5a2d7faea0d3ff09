"""The record: incidents, their timeline, and every command on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2 as incident
from fairlead.incidents.v1 import incident_service_pb2 as messages
from fairlead.incidents.v1.incident_service_pb2_grpc import IncidentServiceStub

_AT_ONCE = 200
Entries = list[incident.TimelineEntry]


class Incidents:
    """Client of fairlead.incidents.v1.IncidentService.

    Commands take `idempotency_key` and `revision` (0 accepts any) by name and return the incident as it stands
    afterwards. RevisionConflict("revision_conflict") and InvalidState("transition_not_allowed") may be raised.
    """

    def __init__(self, channel: Any) -> None:
        self._stub = IncidentServiceStub(channel)

    def get(self, caller: Caller, incident_id: str) -> incident.Incident:
        """By id or number ("ACME-1042")."""
        return call(self._stub.GetIncident, messages.GetIncidentRequest(incident_id=incident_id), caller)

    def get_many(
        self, caller: Caller, incident_ids: Sequence[str], brief: bool = False
    ) -> list[incident.Incident]:
        """By ids and numbers, at most 500: those that exist and are visible; brief: without descriptions."""
        request = messages.BatchGetIncidentsRequest(incident_ids=incident_ids, without_descriptions=brief)
        return list(call(self._stub.BatchGetIncidents, request, caller).incidents)

    def named(self, caller: Caller, names: Sequence[str]) -> dict[str, incident.Incident]:
        """What of these ids and numbers is there, under the name asked for, without descriptions. At most 500."""
        found = self.get_many(caller, names, brief=True) if names else []
        known = {name: one for one in found for name in (one.incident_id, one.number)}
        asked = ((name, known.get(name) or known.get(name.upper())) for name in names)
        return {name: one for name, one in asked if one}

    def list(self, caller: Caller, **fields: Any) -> messages.ListIncidentsResponse:
        """Newest first; fields of ListIncidentsRequest: tenant_id, states, mine, page_size, page_token, …"""
        return call(self._stub.ListIncidents, messages.ListIncidentsRequest(**fields), caller)

    def timeline(
        self,
        caller: Caller,
        incident_id: str,
        after_seq: int = 0,
        page_size: int = 100,
        with_incident: bool = False,
    ) -> messages.ListTimelineResponse:
        """By id or number. Oldest first; internal entries only for staff."""
        request = messages.ListTimelineRequest(
            incident_id=incident_id, after_seq=after_seq, page_size=page_size, with_incident=with_incident
        )
        return call(self._stub.ListTimeline, request, caller)

    def whole_timeline(self, caller: Caller, incident_id: str) -> Entries:
        """Every entry the caller may see, oldest first, fetched page by page."""
        return self._whole(caller, self.timeline(caller, incident_id, page_size=_AT_ONCE), incident_id)

    def with_timeline(self, caller: Caller, incident_id: str) -> tuple[incident.Incident, Entries]:
        """The incident by id or number, and every entry as `whole_timeline`; mostly in one call."""
        first = self.timeline(caller, incident_id, page_size=_AT_ONCE, with_incident=True)
        return first.incident, self._whole(caller, first, first.incident.incident_id)

    def _whole(self, caller: Caller, page: messages.ListTimelineResponse, incident_id: str) -> Entries:
        entries, after = [*page.entries], 0
        while page.next_after_seq > after:
            after = page.next_after_seq
            page = self.timeline(caller, incident_id, after_seq=after, page_size=_AT_ONCE)
            entries += page.entries
        return entries

    def reply(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        """Fields: text. Public."""
        return self._command(self._stub.Reply, messages.ReplyRequest, caller, incident_id, fields)

    def note(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        """Fields: text. Internal; staff only."""
        return self._command(self._stub.Note, messages.NoteRequest, caller, incident_id, fields)

    def classify(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        """Fields: category, kind, reason."""
        return self._command(self._stub.Classify, messages.ClassifyRequest, caller, incident_id, fields)

    def prioritize(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        """Fields: impact, urgency, priority, reason."""
        return self._command(self._stub.Prioritize, messages.PrioritizeRequest, caller, incident_id, fields)

    def assign(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        """Fields: assignment_group_id, assignment_group_name, assignee_id, assignee_name, reason."""
        return self._command(self._stub.Assign, messages.AssignRequest, caller, incident_id, fields)

    def acknowledge(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        return self._command(self._stub.Acknowledge, messages.AcknowledgeRequest, caller, incident_id, fields)

    def hold(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        """Fields: awaiting, reason."""
        return self._command(self._stub.Hold, messages.HoldRequest, caller, incident_id, fields)

    def resume(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        """Fields: reason."""
        return self._command(self._stub.Resume, messages.ResumeRequest, caller, incident_id, fields)

    def resolve(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        """Fields: code, text."""
        return self._command(self._stub.Resolve, messages.ResolveRequest, caller, incident_id, fields)

    def confirm(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        return self._command(self._stub.Confirm, messages.ConfirmRequest, caller, incident_id, fields)

    def close(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        """Fields: reason."""
        return self._command(self._stub.Close, messages.CloseRequest, caller, incident_id, fields)

    def reopen(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        """Fields: reason."""
        return self._command(self._stub.Reopen, messages.ReopenRequest, caller, incident_id, fields)

    def cancel(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        """Fields: reason."""
        return self._command(self._stub.Cancel, messages.CancelRequest, caller, incident_id, fields)

    def rate(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        """Fields: score (1 to 5), comment. The requester's alone."""
        return self._command(self._stub.Rate, messages.RateRequest, caller, incident_id, fields)

    def merge(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        """Fields: into (id or number), people_join (may be left out), reason. Answers with the one that was merged."""
        return self._command(self._stub.Merge, messages.MergeRequest, caller, incident_id, fields)

    def unmerge(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        """Fields: reason."""
        return self._command(self._stub.Unmerge, messages.UnmergeRequest, caller, incident_id, fields)

    def dismiss_hint(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        return self._command(self._stub.DismissHint, messages.DismissHintRequest, caller, incident_id, fields)

    def set_parent(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        """Fields: parent (id or number; "" for none)."""
        return self._command(self._stub.SetParent, messages.SetParentRequest, caller, incident_id, fields)

    def split(self, caller: Caller, incident_id: str, **fields: Any) -> incident.Incident:
        """Fields: entry_ids, title, participants or default_participants, reason. Answers with the new one."""
        return self._command(self._stub.Split, messages.SplitRequest, caller, incident_id, fields)

    def tell_children(self, caller: Caller, incident_id: str, **fields: Any) -> Sequence[messages.ToldChild]:
        """Fields: text, resolution_code ("" answers), idempotency_key. What became of each child."""
        request = messages.TellChildrenRequest(incident_id=incident_id, **fields)
        return call(self._stub.TellChildren, request, caller).children

    def duplicates(self, caller: Caller, incident_id: str) -> Sequence[messages.Duplicate]:
        """What is perhaps about the same, the likeliest first; staff only."""
        request = messages.ListDuplicatesRequest(incident_id=incident_id)
        return list(call(self._stub.ListDuplicates, request, caller).duplicates)

    def read_answer_link(self, caller: Caller, token: str) -> messages.AnswerLink:
        """What a mailed link would do; changes nothing. The caller is the gateway itself, narrowed to a tenant."""
        return call(self._stub.ReadAnswerLink, messages.ReadAnswerLinkRequest(token=token), caller)

    def use_answer_link(
        self, caller: Caller, token: str, text: str = "", score: int = 0, reject: bool = False
    ) -> messages.AnswerLink:
        """Does it. Raises InvalidState("answer_link_used", "answer_link_expired", "answer_link_moved_on")."""
        request = messages.UseAnswerLinkRequest(token=token, text=text, score=score, reject=reject)
        return call(self._stub.UseAnswerLink, request, caller)

    def _command(
        self, method: Any, request_class: Any, caller: Caller, incident_id: str, fields: dict[str, Any]
    ) -> incident.Incident:
        return call(method, request_class(incident_id=incident_id, **fields), caller)
