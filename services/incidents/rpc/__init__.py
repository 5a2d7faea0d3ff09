"""Calls in: requests → use cases → messages, no more."""

from services.incidents.rpc.attachments import AttachmentServicer
from services.incidents.rpc.changes import ChangeServicer
from services.incidents.rpc.configuration_items import ConfigurationItemServicer
from services.incidents.rpc.incidents import IncidentServicer, UseCases
from services.incidents.rpc.majors import MajorIncidentServicer
from services.incidents.rpc.orders import CatalogServicer, OrderServicer
from services.incidents.rpc.problems import ProblemServicer
from services.incidents.rpc.status_pages import StatusPageServicer

__all__ = [
    "AttachmentServicer",
    "CatalogServicer",
    "ChangeServicer",
    "ConfigurationItemServicer",
    "IncidentServicer",
    "MajorIncidentServicer",
    "OrderServicer",
    "ProblemServicer",
    "StatusPageServicer",
    "UseCases",
]
