"""An incidents service in a few dicts, behind real gRPC and the real protos, for tests of its callers.

    fake = FakeIncidents()
    with fake.serving() as address:                      # "127.0.0.1:40123"
        ...FAIRLEAD_INCIDENTS_ADDRESS=address...
        fake.submissions["sub_1"].subject                # what was sent to AcceptSubmissions
        fake.decisions[-1].assignee_id                   # what was sent to ApplyTriage
        fake.files["att_…"].content                      # what was uploaded
        fake.refuse_with = Unavailable("store_unavailable")      # until set to None again

It verifies no tokens and knows no roles or lifecycle: those belong to the real service's contract tests.
"""

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import grpc

from chassis.errors import FairleadError, InvalidArgument, NotFound, RevisionConflict
from chassis.ids import new_id
from chassis.rpc.status import code_of, trailing_metadata
from fairlead.incidents.v1 import (
    attachment_pb2,
    attachment_service_pb2,
    attachment_service_pb2_grpc,
    catalog_service_pb2_grpc,
    incident_pb2,
    incident_service_pb2,
    incident_service_pb2_grpc,
    order_service_pb2_grpc,
    problem_service_pb2,
    status_page_service_pb2,
)
from tests.harness.fakes.orders import FakeCatalog, FakeOrders
from tests.harness.fakes.scripted import ScriptedServices


@dataclass
class FakeFile:
    """One upload: what it was announced as, what is told of it, its bytes."""

    header: attachment_service_pb2.UploadAttachmentHeader
    told: attachment_pb2.Attachment
    content: bytes


class FakeIncidents(
    incident_service_pb2_grpc.IncidentServiceServicer, attachment_service_pb2_grpc.AttachmentServiceServicer
):
    """Opens every submission as an incident of its own, unless `reply_token` is one it minted: then it joins."""

    def __init__(self, provider_id: str = "prv_test", prefix: str = "ACME") -> None:
        self.provider_id = provider_id
        self.prefix = prefix
        self.incidents: dict[str, incident_pb2.Incident] = {}
        self.catalog, self.orders = FakeCatalog(), FakeOrders(self.incidents)
        self.submissions: dict[str, incident_service_pb2.SubmissionEvidence] = {}
        self.replies: dict[str, list[str]] = {}
        self.notes: dict[str, list[str]] = {}
        self._note_keys: set[str] = set()
        self.decisions: list[incident_service_pb2.TriageDecision] = []
        self.tokens: dict[str, str] = {}
        # Problems and status pages are answered as a test says; by itself nobody has any.
        self.problems = ScriptedServices(problem_service_pb2, status_page_service_pb2)
        self.calls: list[str] = []
        self.files: dict[str, FakeFile] = {}
        self.claims: list[attachment_service_pb2.ClaimAttachmentsRequest] = []
        # Raised by every call while set.
        self.refuse_with: FairleadError | None = None
        self._by_submission: dict[str, incident_service_pb2.AcceptedSubmission] = {}
        self._lock = threading.RLock()

    @contextmanager
    def serving(self, port: int = 0) -> Iterator[str]:
        """Serves on a loopback port (a free one by default) and yields its address."""
        server = grpc.server(ThreadPoolExecutor(8))
        incident_service_pb2_grpc.add_IncidentServiceServicer_to_server(self, server)
        attachment_service_pb2_grpc.add_AttachmentServiceServicer_to_server(self, server)
        catalog_service_pb2_grpc.add_CatalogServiceServicer_to_server(self.catalog, server)
        order_service_pb2_grpc.add_OrderServiceServicer_to_server(self.orders, server)
        self.problems.add_to(server)
        bound = server.add_insecure_port(f"127.0.0.1:{port}")
        server.start()
        try:
            yield f"127.0.0.1:{bound}"
        finally:
            server.stop(None).wait()

    def add(self, **fields: Any) -> incident_pb2.Incident:
        """Puts an incident there, with an id and number of its own unless they are given."""
        with self._lock:
            incident = incident_pb2.Incident(**fields)
            incident.incident_id = incident.incident_id or new_id("inc")
            incident.provider_id = incident.provider_id or self.provider_id
            incident.number = incident.number or f"{self.prefix}-{len(self.incidents) + 1}"
            incident.state = incident.state or incident_pb2.INCIDENT_STATE_NEW
            incident.revision = incident.revision or 1
            if not incident.HasField("create_time"):
                incident.create_time.GetCurrentTime()
            self.incidents[incident.incident_id] = incident
            return incident

    def AcceptSubmissions(self, request: Any, context: grpc.ServicerContext) -> Any:
        with self._answering("AcceptSubmissions", context):
            known = set(self.incidents)
            accepted = [
                incident_service_pb2.AcceptedSubmission.FromString(self._accept(each).SerializeToString())
                for each in request.submissions
            ]
            for each in accepted if request.with_opened else ():
                if each.incident_id not in known:
                    each.opened.CopyFrom(self.incidents[each.incident_id])
            return incident_service_pb2.AcceptSubmissionsResponse(accepted=accepted)

    def GetIncident(self, request: Any, context: grpc.ServicerContext) -> Any:
        with self._answering("GetIncident", context):
            for incident in self.incidents.values():
                if request.incident_id in (incident.incident_id, incident.number):
                    return incident
            raise NotFound("incident_not_found", "There is no such incident.")

    def BatchGetIncidents(self, request: Any, context: grpc.ServicerContext) -> Any:
        with self._answering("BatchGetIncidents", context):
            named = set(request.incident_ids)
            found = [each for each in self.incidents.values() if named & {each.incident_id, each.number}]
            return incident_service_pb2.BatchGetIncidentsResponse(incidents=found)

    def ListTimeline(self, request: Any, context: grpc.ServicerContext) -> Any:
        with self._answering("ListTimeline", context):
            return incident_service_pb2.ListTimelineResponse()

    def Resolve(self, request: Any, context: grpc.ServicerContext) -> Any:
        with self._answering("Resolve", context):
            return self._change(request, incident_pb2.INCIDENT_STATE_RESOLVED)

    def Reopen(self, request: Any, context: grpc.ServicerContext) -> Any:
        with self._answering("Reopen", context):
            return self._change(request, incident_pb2.INCIDENT_STATE_NEW)

    def Note(self, request: Any, context: grpc.ServicerContext) -> Any:
        with self._answering("Note", context):
            if request.idempotency_key not in self._note_keys:
                self.notes.setdefault(request.incident_id, []).append(request.text)
            self._note_keys |= {request.idempotency_key} - {""}
            return self._change(request, self.incidents[request.incident_id].state)

    def ApplyTriage(self, request: Any, context: grpc.ServicerContext) -> Any:
        with self._answering("ApplyTriage", context):
            applied = [self._apply(decision) for decision in request.decisions]
            return incident_service_pb2.ApplyTriageResponse(applied=applied)

    def MintReplyTokens(self, request: Any, context: grpc.ServicerContext) -> Any:
        with self._answering("MintReplyTokens", context):
            tokens = []
            for wanted in request.requests:
                token = f"token{len(self.tokens) + 1}"
                self.tokens[token] = wanted.incident_id
                tokens.append(token)
            return incident_service_pb2.MintReplyTokensResponse(tokens=tokens)

    def MintAnswerTokens(self, request: Any, context: grpc.ServicerContext) -> Any:
        with self._answering("MintAnswerTokens", context):
            tokens = []
            for wanted in request.requests:
                action = incident_service_pb2.AnswerAction.Name(wanted.action).rpartition("_")[2].lower()
                tokens.append(f"{action}0{wanted.incident_id.removeprefix('inc_')}")
            return incident_service_pb2.MintAnswerTokensResponse(tokens=tokens)

    def UploadAttachment(self, request: Any, context: grpc.ServicerContext) -> Any:
        header = next(request).header
        content = b"".join(message.chunk for message in request)
        with self._answering("UploadAttachment", context):
            for known in self.files.values():
                if header.source_key and known.header.source_key == header.source_key:
                    return known.told
            image = content.startswith(b"\x89PNG")
            told = attachment_pb2.Attachment(
                attachment_id=new_id("att"),
                name=header.name,
                content_type="image/png" if image else "application/octet-stream",
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
            )
            self.files[told.attachment_id] = FakeFile(header, told, content)
            return told

    def DownloadAttachment(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        answer = attachment_service_pb2.DownloadAttachmentResponse
        with self._answering("DownloadAttachment", context):
            if request.attachment_id not in self.files:
                raise NotFound("attachment_not_found", "There is no such file.")
            file = self.files[request.attachment_id]
        yield answer(attachment=file.told)
        yield answer(chunk=file.content)

    def ClaimAttachments(self, request: Any, context: grpc.ServicerContext) -> Any:
        with self._answering("ClaimAttachments", context):
            self.claims.append(request)
            if not set(request.attachment_ids) <= self.files.keys():
                raise InvalidArgument("attachment_not_found", "It is not there.", field="attachment_ids")
            told = [self.files[each].told for each in request.attachment_ids]
            return attachment_service_pb2.ClaimAttachmentsResponse(attachments=told)

    def _accept(self, evidence: Any) -> Any:
        known = self._by_submission.get(evidence.submission_id)
        if known:
            return known
        self.submissions[evidence.submission_id] = evidence
        incident = self.incidents.get(self.tokens.get(evidence.reply_token, ""))
        joined = incident is not None and incident.tenant_id == evidence.tenant_id
        if joined:
            self.replies.setdefault(incident.incident_id, []).append(evidence.text)
            incident.revision += 1
        else:
            incident = self.add(
                tenant_id=evidence.tenant_id,
                kind=evidence.kind or incident_pb2.INCIDENT_KIND_INCIDENT,
                title=evidence.subject,
                description=evidence.text,
                requester=evidence.sender,
                channel=evidence.channel,
                verified=evidence.authenticated,
                priority=incident_pb2.PRIORITY_P3,
                submission_id=evidence.submission_id,
            )
        accepted = incident_service_pb2.AcceptedSubmission(
            submission_id=evidence.submission_id,
            incident_id=incident.incident_id,
            number=incident.number,
            joined=joined,
        )
        self._by_submission[evidence.submission_id] = accepted
        return accepted

    def _change(self, request: Any, state: Any) -> incident_pb2.Incident:
        incident = self.incidents[request.incident_id]
        if request.revision not in (0, incident.revision):
            raise RevisionConflict("revision_conflict", "Someone else changed it first.")
        incident.state = state
        incident.revision += 1
        return incident

    def _apply(self, decision: Any) -> Any:
        self.decisions.append(decision)
        incident = self.incidents.get(decision.incident_id)
        if incident is None:
            return incident_service_pb2.AppliedDecision(
                incident_id=decision.incident_id, error_reason="incident_not_found"
            )
        for name in (
            *("category", "kind", "impact", "urgency", "priority"),
            *("assignment_group_id", "assignment_group_name", "assignee_id", "assignee_name"),
        ):
            if getattr(decision, name):
                setattr(incident, name, getattr(decision, name))
        if decision.assignment_group_id or decision.assignee_id:
            incident.state = incident_pb2.INCIDENT_STATE_ASSIGNED
        incident.revision += 1
        return incident_service_pb2.AppliedDecision(incident_id=decision.incident_id)

    @contextmanager
    def _answering(self, method: str, context: grpc.ServicerContext) -> Iterator[None]:
        with self._lock:
            self.calls.append(method)
            try:
                if self.refuse_with is not None:
                    raise self.refuse_with
                yield
            except FairleadError as error:
                context.set_trailing_metadata(trailing_metadata(error))
                context.abort(code_of(error), error.reason)
