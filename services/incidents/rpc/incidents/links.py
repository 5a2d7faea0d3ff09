"""Links in mails by which a client answers."""

from typing import Any

import grpc

from chassis.rpc import caller_of
from fairlead.incidents.v1 import incident_pb2, incident_service_pb2
from services.incidents.domain.answer_token import AnswerAction
from services.incidents.events import incident_message
from services.incidents.rpc.incidents.calls import Calls
from services.incidents.use_cases import AnswerLink, Said


class LinkCalls(Calls):
    """Links in mails by which a client answers."""

    def ReadAnswerLink(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _link(self._use.answering.read(caller_of(context), request.token))

    def UseAnswerLink(self, request: Any, context: grpc.ServicerContext) -> Any:
        said = Said(request.text, request.score, request.reject)
        used = self._use.answering.use(caller_of(context), request.token, said)
        return _link(used)


def _link(link: AnswerLink) -> incident_service_pb2.AnswerLink:
    # Whoever approves reads what for.
    incident = incident_message(link.incident, with_description=link.action is AnswerAction.DECIDE)
    for decision in ("classification_decision", "priority_decision", "assignment_decision"):
        incident.ClearField(decision)  # why staff and machines decided is not for whoever holds a link
    party = link.recipient
    answer = incident_service_pb2.AnswerLink(
        incident=incident,
        action=f"ANSWER_ACTION_{link.action.upper()}",
        standing=f"ANSWER_STANDING_{link.standing.upper()}",
        recipient=incident_pb2.Party(person_id=party.person_id, address=party.address, name=party.name),
        rate_token=link.rate_token,
    )
    answer.expire_time.FromDatetime(link.expire_time)
    return answer
