"""Names of the headers that every event carries, in one place for those who write and those who read."""

MESSAGE_ID = "Nats-Msg-Id"  # "<aggregate>:<seq>", the event's id; JetStream drops repeats within its window
TYPE = "Fl-Type"  # full protobuf name of the payload
FACT = "Fl-Fact"  # past tense, the last token of the subject
SOURCE = "Fl-Source"  # owning service
TIME = "Fl-Time"  # RFC 3339, UTC, milliseconds: when it happened, not when it was published
SEQUENCE = "Fl-Seq"  # position within the aggregate; grows, with gaps
REVISION = "Fl-Revision"  # the aggregate's revision that the event belongs to
COLLECTION = "Fl-Collection"  # the owner's collection that the aggregate lies in
PROVIDER = "Fl-Provider"  # provider id; the tenant stands in the subject
TRACEPARENT = "traceparent"  # W3C Trace Context
CALLER = "Fl-Caller"  # signed caller token, to be verified at the event's own time

EXPECTED_LAST = "Nats-Expected-Last-Subject-Sequence"
EXPECTED_LAST_SUBJECT = "Nats-Expected-Last-Subject-Sequence-Subject"
BATCH_ID = "Nats-Batch-Id"
BATCH_SEQUENCE = "Nats-Batch-Sequence"
BATCH_COMMIT = "Nats-Batch-Commit"
