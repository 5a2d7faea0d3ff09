"""The calls about incidents, in modules by what they are for."""

from services.incidents.rpc.incidents.calls import UseCases
from services.incidents.rpc.incidents.servicer import IncidentServicer

__all__ = ["IncidentServicer", "UseCases"]
