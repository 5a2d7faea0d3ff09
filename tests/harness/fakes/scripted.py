"""Any service of the protos, answering as a test says, behind a real gRPC server.

    triage = ScriptedServices(queue_service_pb2, rule_service_pb2)
    triage.answers["ListQueue"] = queue_service_pb2.ListQueueResponse(entries=[…])
    triage.answers["GetRule"] = lambda request, caller: rule_pb2.Rule(rule_id=request.rule_id)
    triage.answers["DeleteRule"] = NotFound("rule_not_found")
    with triage.serving() as address: …
    triage.requests["ListQueue"][-1], triage.callers["ListQueue"][-1]

A method without an answer gives its empty message, or with `full=True` one with every field set. Caller tokens
are read, not verified.
"""

import base64
import json
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
from google.protobuf import message_factory

from chassis.errors import FairleadError
from chassis.rpc.status import CALLER_METADATA, code_of, trailing_metadata
from chassis.tenancy import Caller


class ScriptedServices:
    """Every service that the given generated modules define."""

    def __init__(self, *modules: Any, full: bool = False) -> None:
        self._make = sample if full else lambda message_class: message_class()
        self.answers: dict[str, Any] = {}
        self.requests: dict[str, list[Any]] = defaultdict(list)
        self.callers: dict[str, list[Caller]] = defaultdict(list)
        self._handlers = []
        for module in modules:
            for service in module.DESCRIPTOR.services_by_name.values():
                methods = {method.name: self._handler(method) for method in service.methods}
                self._handlers.append(grpc.method_handlers_generic_handler(service.full_name, methods))

    @contextmanager
    def serving(self, port: int = 0) -> Iterator[str]:
        server = grpc.server(ThreadPoolExecutor(8))
        self.add_to(server)
        bound = server.add_insecure_port(f"127.0.0.1:{port}")
        server.start()
        try:
            yield f"127.0.0.1:{bound}"
        finally:
            server.stop(None).wait()

    def add_to(self, server: grpc.Server) -> None:
        """Answers beside other services of a server."""
        server.add_generic_rpc_handlers(tuple(self._handlers))

    def _handler(self, method: Any) -> grpc.RpcMethodHandler:
        request_class = message_factory.GetMessageClass(method.input_type)
        answer_class = message_factory.GetMessageClass(method.output_type)

        def answer(request: Any, context: grpc.ServicerContext) -> Any:
            caller = _caller(context)
            self.requests[method.name].append(request)
            self.callers[method.name].append(caller)
            scripted = self.answers.get(method.name) or self._make(answer_class)
            try:
                made = scripted(request, caller) if callable(scripted) else scripted
                if isinstance(made, FairleadError):
                    raise made
            except FairleadError as error:
                context.set_trailing_metadata(trailing_metadata(error))
                context.abort(code_of(error), error.reason)
            return made

        def stream(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
            made = answer(request, context)
            yield from made if isinstance(made, list) else [made]

        read, write = request_class.FromString, lambda message: message.SerializeToString()
        if method.client_streaming:
            # A stream of requests is one list of them.
            return grpc.stream_unary_rpc_method_handler(
                lambda requests, context: answer(list(requests), context), read, write
            )
        if method.server_streaming:
            return grpc.unary_stream_rpc_method_handler(stream, read, write)
        return grpc.unary_unary_rpc_method_handler(answer, read, write)


def _caller(context: grpc.ServicerContext) -> Caller:
    token = str(dict(context.invocation_metadata())[CALLER_METADATA])
    body = token.split(".")[1]
    return Caller.from_claims(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))), token)


def sample(message_class: Any, depth: int = 0) -> Any:
    """A message with every field set, to some value of its type."""
    message = message_class()
    for field in message.DESCRIPTOR.fields:
        if field.message_type and field.message_type.GetOptions().map_entry:
            getattr(message, field.name)["key"] = (
                1 if field.message_type.fields_by_name["value"].cpp_type == 2 else "x"
            )
        elif field.message_type and field.message_type.full_name == "google.protobuf.Timestamp":
            getattr(message, field.name).FromJsonString("2026-03-02T09:30:00.250Z")
        elif field.message_type:
            inner = sample(message_factory.GetMessageClass(field.message_type), depth + 1)
            target = getattr(message, field.name)
            target.append(inner) if field.is_repeated else target.CopyFrom(inner)
        else:
            value = _value(field)
            if field.is_repeated:
                getattr(message, field.name).append(value)
            else:
                setattr(message, field.name, value)
    return message


def _value(field: Any) -> Any:
    if field.enum_type:
        return field.enum_type.values[1].number
    return {
        field.CPPTYPE_STRING: b"x" if field.type == field.TYPE_BYTES else "x",
        field.CPPTYPE_BOOL: True,
    }.get(field.cpp_type, 1)
