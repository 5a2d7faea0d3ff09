"""Domain facts → protobuf messages of `fairlead.incidents.v1`, and kept events → lines of the timeline."""

from services.incidents.events.facts import outbound
from services.incidents.events.history import timeline_entry
from services.incidents.events.messages import attachment_messages, entry_message, incident_message

__all__ = ["attachment_messages", "entry_message", "incident_message", "outbound", "timeline_entry"]
