"""Calls in: the queue, rules, assignment groups and saved views."""

from services.triage.rpc.queue import QueueServicer
from services.triage.rpc.rules import RuleServicer
from services.triage.rpc.views import ViewServicer
from services.triage.rpc.windows import WindowServicer

__all__ = ["QueueServicer", "RuleServicer", "ViewServicer", "WindowServicer"]
