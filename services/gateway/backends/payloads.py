"""Events' payloads as JSON, for people who look at one that failed."""

from importlib import import_module
from typing import Any

from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.message import DecodeError

# Whoever announces events; what they announce is known once these are imported.
_ANNOUNCING = ("directory", "incidents", "intake", "triage", "sla", "knowledge", "notify")


def readable(type_name: str, payload: bytes) -> Any:
    """The message under the protos' own field names; None for a type or bytes that nobody knows."""
    for service in _ANNOUNCING:
        import_module(f"fairlead.{service}.v1.events_pb2")
    try:
        descriptor = descriptor_pool.Default().FindMessageTypeByName(type_name)
        message = message_factory.GetMessageClass(descriptor).FromString(payload)
    except (KeyError, DecodeError):
        return None
    return json_format.MessageToDict(message, preserving_proto_field_name=True)
