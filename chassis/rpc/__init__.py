"""Calls between services: servers, channels, and errors that arrive as the class that was raised.

Serving:

    server = Server(
        settings, verifier,
        [(incident_service_pb2_grpc.add_IncidentServiceServicer_to_server, IncidentServicer(use_cases),
          "fairlead.incidents.v1.IncidentService")],
        readiness=readiness,            # optional; without one the server is SERVING once started
    )
    server.start()                      # returns at once; server.port is the bound port
    server.stop(grace=2.0)

    class IncidentServicer(incident_service_pb2_grpc.IncidentServiceServicer):
        def GetIncident(self, request, context):
            caller = caller_of(context)           # verified; raise chassis.errors freely
            ...

Calling:

    incidents = IncidentServiceStub(channel(settings, "incidents"))     # connects on first use
    reply = call(incidents.GetIncident, GetIncidentRequest(...), caller)    # raises chassis.errors
    for chunk in call_stream(incidents.ReadAttachment, request, caller): ...

`call` takes an iterator of requests for a client-streaming method. A caller without a token (one that
never travelled, as in a sweep) must be minted by `CallerSigner` first.
"""

from chassis.rpc.channels import channel, close_channels
from chassis.rpc.client import call, call_stream
from chassis.rpc.interceptors import caller_of
from chassis.rpc.readiness import Readiness
from chassis.rpc.server import LIVENESS, Server

__all__ = ["LIVENESS", "Readiness", "Server", "call", "call_stream", "caller_of", "channel", "close_channels"]
