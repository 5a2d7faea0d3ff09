"""Schema and indexes of problems (see `problems.py`)."""

from mongoengine import DateTimeField, DictField, Document, IntField, ListField, LongField, StringField

from services.incidents.domain.incident import Impact, Priority, Urgency
from services.incidents.domain.problem.record import ProblemState


class ProblemDocument(Document):
    """One problem at its present revision, under tenant_id = provider_id; its history lies in `problems_history`."""

    problem_id = StringField(primary_key=True)
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    revision = LongField(required=True)
    position = IntField(required=True)
    state = StringField(required=True, choices=list(ProblemState))
    title = StringField(required=True)
    description = StringField(default="")
    impact = StringField(choices=list(Impact), null=True)
    urgency = StringField(choices=list(Urgency), null=True)
    priority = StringField(required=True, choices=list(Priority))
    configuration_item = StringField(default="")
    assignment_group_id = StringField(default="")
    assignment_group_name = StringField(default="")
    assignee_id = StringField(default="")
    assignee_name = StringField(default="")
    cause = StringField(default="")
    workaround = StringField(default="")
    client_text = StringField(default="")
    incidents = ListField(DictField())
    # The clients of those incidents, and of those that were linked once.
    known_to = ListField(StringField())
    publications = ListField(DictField())
    solution = DictField(null=True)
    create_time = DateTimeField(required=True)
    update_time = DateTimeField(required=True)
    close_time = DateTimeField(null=True)
    recent_keys = ListField(StringField())
    # The outbox's own; see chassis.outbox.
    pending_events = ListField(DictField())

    meta = {  # noqa: RUF012 - MongoEngine reads a plain dict
        "db_alias": "incidents",
        "collection": "problems",
        "strict": False,  # the outbox keeps fields of its own beside these
        "auto_create_index": False,
        "indexes": [
            # Unique: of two that are logged at once with one number, the second takes the next.
            {"fields": ["tenant_id", "-position"], "unique": True, "name": "problem_numbers"},
            {"fields": ["tenant_id", "incidents.incident_id"], "name": "concerned"},
        ],
    }
