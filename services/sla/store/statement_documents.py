"""Statements in MongoDB: the fields, their checks and the indexes.

A statement's lines lie beside it, a document each, for a month may have more of them than one document can hold.
"""

from typing import Any

import mongoengine as me

from services.sla.store.documents import _meta, _Owned

# Named in queries as a hint: there is next to nothing in it.
WANTED_INDEX = "wanted"


class StatementDocument(_Owned):
    """A statement; what is sealed of it stands in `content`, and is never written again once it is closed."""

    id = me.StringField(primary_key=True)
    contract_id = me.StringField(required=True)
    contract_name = me.StringField()
    period = me.StringField(required=True)
    period_zone = me.StringField(required=True)
    start_time = me.DateTimeField(required=True)
    end_time = me.DateTimeField(required=True)
    edition = me.IntField(required=True, min_value=1)
    state = me.StringField(required=True, choices=["draft", "closing", "closed"])
    wanted = me.StringField(choices=["", "draft", "close"])
    wanted_time = me.DateTimeField()
    reasons = me.ListField(me.DictField())
    supersedes = me.DictField()
    build = me.DictField()
    closed_by = me.DictField()
    close_time = me.DateTimeField()
    sequence = me.LongField()
    content = me.DictField()
    seal = me.DictField()
    decisions = me.ListField(me.DictField())

    meta = _meta(
        "statements",
        [
            {
                "fields": ["provider_id", "tenant_id", "contract_id", "period", "edition"],
                "unique": True,
                "name": "one_a_month",
            },
            {
                # A chain does not fork: whoever comes second to a place is refused.
                "fields": ["provider_id", "tenant_id", "contract_id", "sequence"],
                "unique": True,
                "name": "chain",
                "partialFilterExpression": {"sequence": {"$gt": 0}},
            },
            {"fields": ["provider_id", "tenant_id", "-start_time", "_id"], "name": "newest"},
            {
                "fields": ["provider_id", "tenant_id", "close_time", "_id"],
                "name": "feed",
                "partialFilterExpression": {"state": "closed"},
            },
            {
                # Read for all tenants at once under a SystemScope: what is waited for, as a rule nothing.
                "fields": ["wanted_time"],
                "name": WANTED_INDEX,
                "partialFilterExpression": {"wanted_time": {"$type": "date"}},
            },
        ],
    )


def _plain_meta(collection: str, indexes: list[dict[str, Any]]) -> dict[str, Any]:
    return _meta(collection, indexes)


class _Plain(me.Document):
    meta = {"abstract": True}  # noqa: RUF012 - MongoEngine reads a plain dict

    provider_id = me.StringField(required=True)
    tenant_id = me.StringField(required=True)


class StatementLineDocument(_Plain):
    """One line of one build of a statement, as it is sealed; `key` gives the order."""

    id = me.StringField(primary_key=True)
    statement_id = me.StringField(required=True)
    build = me.IntField(required=True)
    key = me.StringField(required=True)
    incident_id = me.StringField(required=True)
    outcome = me.StringField(required=True)
    line = me.DictField()

    meta = _plain_meta(
        "statement_lines",
        [{"fields": ["provider_id", "tenant_id", "statement_id", "build", "key"], "name": "order"}],
    )


class ExclusionDocument(_Plain):
    """A promise that is to be left out of statements."""

    id = me.StringField(primary_key=True)
    contract_id = me.StringField(required=True)
    incident_id = me.StringField(required=True)
    number = me.StringField()
    target = me.StringField(required=True)
    cycle = me.IntField(required=True)
    reason = me.StringField(required=True)
    proposed_by = me.DictField()
    propose_time = me.DateTimeField(required=True)
    state = me.StringField(required=True, choices=["proposed", "approved", "declined"])
    decided_by = me.DictField()
    decide_time = me.DateTimeField()

    meta = _plain_meta(
        "exclusions",
        [
            {"fields": ["provider_id", "tenant_id", "incident_id"], "name": "incident"},
            {"fields": ["provider_id", "tenant_id", "contract_id", "-propose_time"], "name": "newest"},
        ],
    )


class ContestDocument(_Plain):
    """What a client's manager said of a pause, and the answer."""

    id = me.StringField(primary_key=True)
    incident_id = me.StringField(required=True)
    pause_id = me.StringField(required=True)
    by = me.DictField()
    words = me.StringField(required=True)
    time = me.DateTimeField(required=True)
    answered_by = me.DictField()
    answer = me.StringField()
    answer_time = me.DateTimeField()
    conceded = me.BooleanField()

    meta = _plain_meta(
        "contests", [{"fields": ["provider_id", "tenant_id", "incident_id"], "name": "incident"}]
    )


class CreditTermsDocument(_Plain):
    """One version of what is owed under a contract, in the contract's room."""

    id = me.StringField(primary_key=True)
    contract_id = me.StringField(required=True)
    version = me.IntField(required=True, min_value=1)
    effective_time = me.DateTimeField(required=True)
    terms = me.DictField()

    meta = _plain_meta(
        "credit_terms",
        [{"fields": ["provider_id", "tenant_id", "contract_id", "version"], "name": "versions"}],
    )


class LateFactDocument(_Plain):
    """A note that an incident's past may have changed; removed once its statements were looked at."""

    id = me.StringField(primary_key=True)
    incident_id = me.StringField(required=True)
    earliest = me.DateTimeField(required=True)
    incident_revision = me.LongField()
    why = me.StringField(required=True)
    note_time = me.DateTimeField(required=True)

    meta = _plain_meta("late_facts", [{"fields": ["note_time"], "name": "waiting"}])


STATEMENT_DOCUMENTS = [
    StatementDocument,
    StatementLineDocument,
    ExclusionDocument,
    ContestDocument,
    CreditTermsDocument,
    LateFactDocument,
]
