"""Calls in: the queue, rules, assignment groups, saved views, on-call schedules."""

from services.triage.rpc.escalations import EscalationServicer
from services.triage.rpc.models import ModelServicer
from services.triage.rpc.on_call import OnCallServicer
from services.triage.rpc.queue import QueueServicer
from services.triage.rpc.routing import RoutingServicer
from services.triage.rpc.rules import RuleServicer
from services.triage.rpc.views import ViewServicer
from services.triage.rpc.windows import WindowServicer

__all__ = [
    "EscalationServicer",
    "ModelServicer",
    "OnCallServicer",
    "QueueServicer",
    "RoutingServicer",
    "RuleServicer",
    "ViewServicer",
    "WindowServicer",
]
