"""Calls in: requests → use cases → messages, no more."""

from services.incidents.rpc.attachments import AttachmentServicer
from services.incidents.rpc.configuration_items import ConfigurationItemServicer
from services.incidents.rpc.orders import CatalogServicer, OrderServicer
from services.incidents.rpc.problems import ProblemServicer
from services.incidents.rpc.servicer import IncidentServicer

__all__ = [
    "AttachmentServicer",
    "CatalogServicer",
    "ConfigurationItemServicer",
    "IncidentServicer",
    "OrderServicer",
    "ProblemServicer",
]
