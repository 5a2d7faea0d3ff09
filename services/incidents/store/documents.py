"""Schema and indexes. Hot paths read and write the collections underneath (see `incidents.py`)."""

from mongoengine import (
    BooleanField,
    DateTimeField,
    DictField,
    Document,
    FloatField,
    IntField,
    ListField,
    LongField,
    StringField,
)
from mongoengine.document import EmbeddedDocument
from mongoengine.fields import EmbeddedDocumentField, EmbeddedDocumentListField

from services.incidents.domain.incident import (
    OPEN_STATES,
    AwaitedParty,
    Impact,
    Kind,
    Priority,
    State,
    Urgency,
)
from services.incidents.store.catalog_documents import CatalogItemDocument, CatalogVersionDocument
from services.incidents.store.change_documents import ChangeDocument, FreezeDocument
from services.incidents.store.configuration_item_documents import ConfigurationItemDocument
from services.incidents.store.file_documents import ChunkDocument, FileDocument
from services.incidents.store.major_documents import MAJOR_DOCUMENTS
from services.incidents.store.problem_documents import ProblemDocument
from services.incidents.store.translation import EPOCH

CLOSE_DUE_INDEX = "close_due"
ATTACHMENTS_INDEX = "attachments"
FOLLOW_UPS_INDEX = "follow_ups"
CHILDREN_INDEX = "children"
APPROVERS_INDEX, APPROVAL_DUE_INDEX = "approvers", "approval_due"
ITEMS_INDEX = "items"
ARRIVED_INDEX, RESOLVED_INDEX, OPEN_INDEX = "arrived", "resolved", "open"
# Said in the same words by the index and by who asks it, or it is not used.
OPEN_ONES = {"state": {"$in": sorted(state.value for state in OPEN_STATES)}}


class PartyDocument(EmbeddedDocument):
    """Somebody who takes part."""

    person_id = StringField(default="")
    address = StringField(default="")
    name = StringField(default="")


class HoldDocument(EmbeddedDocument):
    """Whom it awaits."""

    awaiting = StringField(required=True, choices=list(AwaitedParty))
    reason = StringField(required=True)
    start_time = DateTimeField(required=True)


class ResolutionDocument(EmbeddedDocument):
    """How it was solved."""

    code = StringField(required=True)
    text = StringField(required=True)
    resolve_time = DateTimeField(required=True)


class RatingDocument(EmbeddedDocument):
    """How satisfied the requester is."""

    score = IntField(required=True, min_value=1, max_value=5)
    comment = StringField(default="")
    rate_time = DateTimeField(required=True)


class DecisionDocument(EmbeddedDocument):
    """Why a value is what it is."""

    source = StringField(required=True)
    reason = StringField(default="")
    confidence = FloatField(default=1.0)


class IncidentDocument(Document):
    """One incident at its present revision; what was before lies in `incidents_history`, event by event."""

    incident_id = StringField(primary_key=True)
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    revision = LongField(required=True)
    number = StringField(required=True)
    kind = StringField(required=True, choices=list(Kind))
    state = StringField(required=True, choices=list(State))
    title = StringField(required=True)
    description = StringField(default="")
    requester = EmbeddedDocumentField(PartyDocument, required=True)
    participants = EmbeddedDocumentListField(PartyDocument)
    # Person ids of requester and participants, for "mine".
    party_ids = ListField(StringField())
    channel = StringField(default="")
    verified = BooleanField(default=False)
    impact = StringField(choices=list(Impact), null=True)
    urgency = StringField(choices=list(Urgency), null=True)
    priority = StringField(required=True, choices=list(Priority))
    category = StringField(default="")
    assignment_group_id = StringField(default="")
    assignment_group_name = StringField(default="")
    assignee_id = StringField(default="")
    assignee_name = StringField(default="")
    hold = EmbeddedDocumentField(HoldDocument, null=True)
    resolution = EmbeddedDocumentField(ResolutionDocument, null=True)
    create_time = DateTimeField(required=True)
    update_time = DateTimeField(required=True)
    first_response_time = DateTimeField(null=True)
    close_time = DateTimeField(null=True)
    close_due_time = DateTimeField(null=True)
    reopen_count = IntField(default=0)
    acknowledge_time = DateTimeField(null=True)
    held_seconds = LongField(default=0)
    contact_count = IntField(default=1)
    rating = EmbeddedDocumentField(RatingDocument, null=True)
    classification_decision = EmbeddedDocumentField(DecisionDocument, null=True)
    priority_decision = EmbeddedDocumentField(DecisionDocument, null=True)
    assignment_decision = EmbeddedDocumentField(DecisionDocument, null=True)
    follows_incident_id = StringField(default="")
    may_belong_to = StringField(default="")
    parent_id = StringField(default="")
    split_from_id = StringField(default="")
    split_ids = ListField(StringField())
    major_id = StringField(default="")
    major_number = StringField(default="")
    configuration_item = StringField(default="")
    item_ids = ListField(StringField())
    submission_ids = ListField(StringField())
    recent_keys = ListField(StringField())
    attachments = ListField(DictField())
    # Where it went, while it is merged; and what was merged into it.
    merged = DictField(null=True)
    absorptions = ListField(DictField())
    # What was filled in, when it came by a form.
    form = DictField()
    # What was ordered; whom its approval awaits (ids and "role:…"), and when time does something to that.
    order = DictField(null=True)
    approvers = ListField(StringField())
    approval_due_time = DateTimeField(null=True)
    # The outbox's own; see chassis.outbox.
    pending_events = ListField(DictField())

    meta = {  # noqa: RUF012 - MongoEngine reads a plain dict
        "db_alias": "incidents",
        "collection": "incidents",
        "strict": False,  # the outbox keeps fields of its own beside these
        "auto_create_index": False,
        "index_background": True,
        "indexes": [
            {"fields": ["tenant_id", "submission_ids"], "unique": True, "name": "submissions"},
            {"fields": ["tenant_id", "number"], "unique": True, "name": "numbers"},
            {"fields": ["tenant_id", "-create_time", "-_id"], "name": "newest"},
            {"fields": ["tenant_id", "state", "-create_time", "-_id"], "name": "by_state"},
            {"fields": ["tenant_id", "party_ids", "-create_time", "-_id"], "name": "by_party"},
            {
                "fields": ["tenant_id", "assignee_id", "-create_time", "-_id"],
                "name": "by_assignee",
                "partialFilterExpression": {"assignee_id": {"$gt": ""}},
            },
            {
                "fields": ["tenant_id", "follows_incident_id"],
                "name": FOLLOW_UPS_INDEX,
                "partialFilterExpression": {"follows_incident_id": {"$gt": ""}},
            },
            # Provider-first: the children of one incident are many clients'.
            {
                "fields": ["provider_id", "parent_id"],
                "name": CHILDREN_INDEX,
                "partialFilterExpression": {"parent_id": {"$gt": ""}},
            },
            # Provider-first: incidents about one shared item are many clients'.
            {
                "fields": ["provider_id", "item_ids", "-create_time", "-_id"],
                "name": ITEMS_INDEX,
                "partialFilterExpression": {"item_ids.0": {"$exists": True}},
            },
            # Figures are counted from these two alone; `channel` tells what came in from a number never used.
            {"fields": ["provider_id", "tenant_id", "create_time", "channel"], "name": ARRIVED_INDEX},
            {
                "fields": ["provider_id", "tenant_id", "resolution.resolve_time"],
                "name": RESOLVED_INDEX,
                "partialFilterExpression": {"resolution.resolve_time": {"$gt": EPOCH}},
            },
            # The backlog is aged from this one.
            {
                "fields": ["provider_id", "tenant_id", "create_time"],
                "name": OPEN_INDEX,
                "partialFilterExpression": OPEN_ONES,
            },
            # Provider-first: staff with a grant for every tenant ask for all of them, and by number alone.
            {"fields": ["provider_id", "-create_time", "-_id"], "name": "newest_of_provider"},
            {"fields": ["provider_id", "number"], "name": "numbers_of_provider"},
            # By the sweep alone, and only of incidents that have any.
            {
                "fields": ["tenant_id", "attachments.attachment_id"],
                "name": ATTACHMENTS_INDEX,
                "partialFilterExpression": {"attachments.0": {"$exists": True}},
            },
            {
                "fields": ["tenant_id", "approvers", "-create_time", "-_id"],
                "name": APPROVERS_INDEX,
                "partialFilterExpression": {"approvers.0": {"$exists": True}},
            },
            # Of all tenants: SystemScope("approvals that time moves").
            {
                "fields": ["approval_due_time"],
                "name": APPROVAL_DUE_INDEX,
                "partialFilterExpression": {"approval_due_time": {"$gt": EPOCH}},
            },
            # Of all tenants: SystemScope("closing after silence").
            {
                "fields": ["close_due_time"],
                "name": CLOSE_DUE_INDEX,
                "partialFilterExpression": {"close_due_time": {"$gt": EPOCH}},
            },
        ],
    }


class NumberDocument(Document):
    """One tenant's counter: the last position given out, and those whose incident is not reported as saved."""

    tenant = StringField(primary_key=True)
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    position = LongField(default=0)
    reserved = ListField(DictField())

    meta = {  # noqa: RUF012 - MongoEngine reads a plain dict
        "db_alias": "incidents",
        "collection": "numbers",
        "strict": False,
        "auto_create_index": False,
        "indexes": [],
    }


class MailThreadDocument(Document):
    """A Message-ID (without brackets) that was seen, mentioned or sent, and the incident it speaks of."""

    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    message_id = StringField(required=True)
    incident_id = StringField(required=True)
    # How firmly: domain.threading.Tie.
    tie = IntField()
    # The submission or event that it says or tells of.
    line = StringField()
    create_time = DateTimeField(required=True)

    meta = {  # noqa: RUF012 - MongoEngine reads a plain dict
        "db_alias": "incidents",
        "collection": "mail_threads",
        "strict": False,
        "auto_create_index": False,
        "indexes": [{"fields": ["tenant_id", "message_id"], "unique": True, "name": "message_ids"}],
    }


class ClosingRulesDocument(Document):
    """One version of a contract's closing rules. The provider's default lies under tenant_id = provider_id."""

    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    contract_id = StringField(required=True)
    version = IntField(required=True)
    effective_time = DateTimeField(required=True)
    close_after_seconds = LongField(required=True)
    reopen_within_seconds = LongField(required=True)

    meta = {  # noqa: RUF012 - MongoEngine reads a plain dict
        "db_alias": "incidents",
        "collection": "closing_rules",
        "strict": False,
        "auto_create_index": False,
        "indexes": [
            {"fields": ["tenant_id", "contract_id", "version"], "unique": True, "name": "versions"},
            {"fields": ["tenant_id", "-effective_time", "-version"], "name": "in_force"},
        ],
    }


DOCUMENTS = (
    IncidentDocument,
    ConfigurationItemDocument,
    ChangeDocument,
    FreezeDocument,
    NumberDocument,
    MailThreadDocument,
    ClosingRulesDocument,
    FileDocument,
    ChunkDocument,
    ProblemDocument,
    CatalogItemDocument,
    CatalogVersionDocument,
    *MAJOR_DOCUMENTS,
)
