"""The shape and the indexes of what intake keeps. Hot paths use the collections underneath."""

from typing import ClassVar

import mongoengine as me

from services.intake.domain.forms import FormState
from services.intake.domain.submission import Channel, State

_ALIAS = "intake"
# A repeated delivery is recognized for so long: senders give up after five days at most.
REPEAT_SECONDS = 5 * 24 * 3600


class ArrivalDocument(me.Document):
    """A mail as it came. It belongs to no tenant before it is filed, and afterwards its submission says to whom;
    so its owners stay empty, and it is read only by the id of a submission that the caller was found to see.
    """

    meta: ClassVar[dict] = {
        "db_alias": _ALIAS,
        "collection": "arrivals",
        "auto_create_index": False,
        "indexes": [
            # Not led by the tenant: none is known yet. Partial, so what is filed costs nothing.
            {"fields": ["attempt_time"], "partialFilterExpression": {"state": "received"}, "cls": False},
        ],
    }
    id = me.StringField(primary_key=True)
    provider_id = me.StringField(required=True, default="")
    tenant_id = me.StringField(required=True, default="")
    state = me.StringField(required=True, choices=("received", "filed", "repeat"))
    envelope_sender = me.StringField()
    recipients = me.ListField(me.StringField())
    receive_time = me.DateTimeField(required=True)
    size = me.LongField(required=True)
    truncated = me.BooleanField()
    peer = me.StringField()
    raw = me.BinaryField()
    # Larger mails lie in `arrival_chunks`, this many of them.
    chunks = me.IntField()
    attempts = me.IntField()
    attempt_time = me.DateTimeField()
    lease = me.StringField()
    first = me.StringField()


class FingerprintDocument(me.Document):
    """Which arrival came first with these very bytes, for as long as a sender's server may repeat them."""

    meta: ClassVar[dict] = {
        "db_alias": _ALIAS,
        "collection": "fingerprints",
        "auto_create_index": False,
        "indexes": [{"fields": ["create_time"], "expireAfterSeconds": REPEAT_SECONDS, "cls": False}],
    }
    id = me.StringField(primary_key=True)
    provider_id = me.StringField(required=True, default="")
    tenant_id = me.StringField(required=True, default="")
    arrival_id = me.StringField(required=True)
    create_time = me.DateTimeField(required=True)


class KnownProviderDocument(me.Document):
    """A provider that the directory has announced something of."""

    meta: ClassVar[dict] = {"db_alias": _ALIAS, "collection": "providers", "auto_create_index": False}
    id = me.StringField(primary_key=True)
    provider_id = me.StringField(required=True)
    tenant_id = me.StringField(required=True)


class _Kept(me.Document):
    meta: ClassVar[dict] = {"abstract": True, "allow_inheritance": False}
    id = me.StringField(primary_key=True)
    provider_id = me.StringField(required=True)
    tenant_id = me.StringField(required=True)
    revision = me.LongField(required=True)
    channel = me.StringField(required=True, choices=[one.value for one in Channel])
    state = me.StringField(required=True, choices=[one.value for one in State])
    sender = me.DictField()
    subject = me.StringField(max_length=200)
    text = me.StringField()
    verified = me.BooleanField()
    receive_time = me.DateTimeField(required=True)
    evidence = me.DictField()
    recipients = me.ListField(me.StringField())
    raw_size = me.LongField()
    attached = me.IntField()
    problems = me.ListField(me.StringField())
    quarantine_reason = me.StringField()
    candidate_tenant_ids = me.ListField(me.StringField())
    decided_by = me.StringField()
    decision = me.StringField()
    release_provider_id = me.StringField()
    release_tenant_id = me.StringField()
    incident_id = me.StringField()
    incident_number = me.StringField()
    joined = me.BooleanField()
    accept_time = me.DateTimeField()
    opened = me.BinaryField()
    form = me.DictField()
    attempts = me.IntField()
    attempt_time = me.DateTimeField()
    lease = me.StringField()
    key = me.DictField()
    body = me.BinaryField()
    pending_events = me.ListField(me.DictField())
    published = me.DictField()


_NEWEST_FIRST = [
    {"fields": ["provider_id", "tenant_id", "-receive_time", "-id"], "cls": False},
    # Lists over all clients of a provider.
    {"fields": ["provider_id", "state", "-receive_time", "-id"], "cls": False},
]


class SubmissionDocument(_Kept):
    """A submission of a tenant."""

    meta: ClassVar[dict] = {
        "db_alias": _ALIAS,
        "collection": "submissions",
        "auto_create_index": False,
        "indexes": [
            *_NEWEST_FIRST,
            {
                "fields": ["provider_id", "tenant_id", "key.subject", "key.key"],
                "unique": True,
                "partialFilterExpression": {"key.key": {"$exists": True}},
                "cls": False,
            },
            # The sweep of all tenants for what the record has not answered.
            {"fields": ["attempt_time"], "partialFilterExpression": {"state": "received"}, "cls": False},
        ],
    }


class QuarantineDocument(_Kept):
    """What waits for an administrator, in the provider's own room, or in nobody's."""

    meta: ClassVar[dict] = {
        "db_alias": _ALIAS,
        "collection": "quarantine",
        "auto_create_index": False,
        "indexes": [
            *_NEWEST_FIRST,
            # The sweep of all providers for what was released and may not have reached its client.
            {"fields": ["attempt_time"], "partialFilterExpression": {"state": "released"}, "cls": False},
        ],
    }


class FormDocument(me.Document):
    """A form of a client: what is written, and what is offered."""

    meta: ClassVar[dict] = {
        "db_alias": _ALIAS,
        "collection": "forms",
        "auto_create_index": False,
        "indexes": [{"fields": ["provider_id", "tenant_id", "state"], "cls": False}],
    }
    id = me.StringField(primary_key=True)
    provider_id = me.StringField(required=True)
    tenant_id = me.StringField(required=True)
    revision = me.LongField(required=True)
    state = me.StringField(required=True, choices=[one.value for one in FormState])
    version = me.IntField(required=True)
    changed = me.BooleanField(required=True)
    draft = me.DictField(required=True)
    current = me.DictField(null=True)
    create_time = me.DateTimeField(required=True)
    update_time = me.DateTimeField(required=True)
    pending_events = me.ListField(me.DictField())


class FormVersionDocument(me.Document):
    """What was published at one version; never changed."""

    meta: ClassVar[dict] = {
        "db_alias": _ALIAS,
        "collection": "form_versions",
        "auto_create_index": False,
        "indexes": [{"fields": ["provider_id", "tenant_id", "form_id"], "cls": False}],
    }
    id = me.StringField(primary_key=True)
    provider_id = me.StringField(required=True)
    tenant_id = me.StringField(required=True)
    form_id = me.StringField(required=True)
    version = me.IntField(required=True)
    definition = me.DictField(required=True)


class MailboxDocument(me.Document):
    """A mailbox that mail is fetched from, in its tenant's room or in the provider's own."""

    id = me.StringField(primary_key=True)
    provider_id = me.StringField(required=True)
    tenant_id = me.StringField(required=True)
    login = me.StringField(required=True)
    enabled = me.BooleanField(required=True)
    password = me.BinaryField(required=True)

    meta: ClassVar[dict] = {
        "db_alias": _ALIAS,
        "collection": "mailboxes",
        "auto_create_index": False,
        "indexes": [
            {"fields": ["provider_id", "tenant_id"], "cls": False},
            # Of the whole installation: an account is fetched from once.
            {"fields": ["login"], "unique": True, "cls": False},
            {"fields": ["enabled"], "cls": False},
        ],
    }


DOCUMENTS = (
    FormDocument,
    FormVersionDocument,
    ArrivalDocument,
    FingerprintDocument,
    KnownProviderDocument,
    SubmissionDocument,
    QuarantineDocument,
    MailboxDocument,
)
