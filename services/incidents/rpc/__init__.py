"""Calls in: requests → use cases → messages, no more."""

from services.incidents.rpc.attachments import AttachmentServicer
from services.incidents.rpc.problems import ProblemServicer
from services.incidents.rpc.servicer import IncidentServicer

__all__ = ["AttachmentServicer", "IncidentServicer", "ProblemServicer"]
