"""fairlead.sla.v1.PauseService."""

import grpc

from chassis.rpc import caller_of
from fairlead.sla.v1 import pause_service_pb2 as pb
from fairlead.sla.v1.pause_service_pb2_grpc import PauseServiceServicer
from services.sla.events import statements as messages
from services.sla.use_cases import Objecting, OpenPause


class PauseServicer(PauseServiceServicer):
    """Who was awaited, since when, and what was said about it."""

    def __init__(self, objecting: Objecting) -> None:
        self._objecting = objecting

    def ListPauses(
        self, request: pb.ListPausesRequest, context: grpc.ServicerContext
    ) -> pb.ListPausesResponse:
        found = self._objecting.pauses(caller_of(context), request.incident_id)
        return pb.ListPausesResponse(pauses=[_pause(pause) for pause in found])

    def ContestPause(self, request: pb.ContestPauseRequest, context: grpc.ServicerContext) -> pb.Pause:
        asked = (request.incident_id, request.pause_id, request.words)
        return _pause(self._objecting.contest(caller_of(context), *asked))

    def AnswerContest(self, request: pb.AnswerContestRequest, context: grpc.ServicerContext) -> pb.Pause:
        asked = (request.incident_id, request.pause_id, request.conceded, request.words)
        return _pause(self._objecting.answer(caller_of(context), *asked))


def _pause(pause: OpenPause) -> pb.Pause:
    return messages.pause(
        pause.incident_id,
        pause.pause_id,
        pause.awaiting,
        pause.start_time,
        pause.end_time,
        pause.stopped,
        pause.contest,
    )
