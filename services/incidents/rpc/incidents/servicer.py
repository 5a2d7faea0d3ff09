"""`fairlead.incidents.v1.IncidentService`, put together from its groups of calls."""

from fairlead.incidents.v1 import incident_service_pb2_grpc
from services.incidents.rpc.incidents.batches import BatchCalls
from services.incidents.rpc.incidents.links import LinkCalls
from services.incidents.rpc.incidents.reading import ReadingCalls
from services.incidents.rpc.incidents.relating import RelatingCalls
from services.incidents.rpc.incidents.working import WorkingCalls


class IncidentServicer(
    ReadingCalls,
    WorkingCalls,
    RelatingCalls,
    BatchCalls,
    LinkCalls,
    incident_service_pb2_grpc.IncidentServiceServicer,
):
    """Translates; the rules live in the use cases."""
