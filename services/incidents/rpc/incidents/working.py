"""What people do to one incident."""

from typing import Any

import grpc

from chassis.rpc import caller_of
from services.incidents.events import incident_message
from services.incidents.rpc import requests
from services.incidents.rpc.incidents.calls import Calls


class WorkingCalls(Calls):
    """What people do to one incident."""

    def Reply(self, request: Any, context: grpc.ServicerContext) -> Any:
        return incident_message(
            self._use.commands.reply(
                caller_of(context), requests.target(request), request.text, request.attachment_ids
            )
        )

    def Note(self, request: Any, context: grpc.ServicerContext) -> Any:
        return incident_message(
            self._use.commands.note(
                caller_of(context), requests.target(request), request.text, request.attachment_ids
            )
        )

    def Classify(self, request: Any, context: grpc.ServicerContext) -> Any:
        kind = requests.KINDS.get(request.kind)
        return incident_message(
            self._use.commands.classify(
                caller_of(context), requests.target(request), request.category, kind, request.reason
            )
        )

    def Prioritize(self, request: Any, context: grpc.ServicerContext) -> Any:
        return incident_message(
            self._use.commands.prioritize(
                caller_of(context),
                requests.target(request),
                requests.IMPACTS.get(request.impact),
                requests.URGENCIES.get(request.urgency),
                requests.PRIORITIES.get(request.priority),
                request.reason,
            )
        )

    def Assign(self, request: Any, context: grpc.ServicerContext) -> Any:
        to = requests.assignment(request)
        return incident_message(
            self._use.commands.assign(caller_of(context), requests.target(request), to, request.reason)
        )

    def Acknowledge(self, request: Any, context: grpc.ServicerContext) -> Any:
        return incident_message(self._use.commands.acknowledge(caller_of(context), requests.target(request)))

    def Hold(self, request: Any, context: grpc.ServicerContext) -> Any:
        awaiting = requests.AWAITED.get(request.awaiting)
        return incident_message(
            self._use.commands.hold(caller_of(context), requests.target(request), awaiting, request.reason)
        )

    def Resume(self, request: Any, context: grpc.ServicerContext) -> Any:
        return incident_message(
            self._use.commands.resume(caller_of(context), requests.target(request), request.reason)
        )

    def Resolve(self, request: Any, context: grpc.ServicerContext) -> Any:
        return incident_message(
            self._use.commands.resolve(
                caller_of(context), requests.target(request), request.code, request.text
            )
        )

    def Confirm(self, request: Any, context: grpc.ServicerContext) -> Any:
        return incident_message(self._use.commands.confirm(caller_of(context), requests.target(request)))

    def Close(self, request: Any, context: grpc.ServicerContext) -> Any:
        return incident_message(
            self._use.commands.close(caller_of(context), requests.target(request), request.reason)
        )

    def Reopen(self, request: Any, context: grpc.ServicerContext) -> Any:
        return incident_message(
            self._use.commands.reopen(caller_of(context), requests.target(request), request.reason)
        )

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        return incident_message(
            self._use.commands.cancel(caller_of(context), requests.target(request), request.reason)
        )

    def Rate(self, request: Any, context: grpc.ServicerContext) -> Any:
        return incident_message(
            self._use.commands.rate(
                caller_of(context), requests.target(request), request.score, request.comment
            )
        )
