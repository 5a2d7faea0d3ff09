"""What lies in MongoDB of major incidents: fields, indexes, and the way back to the domain."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from mongoengine import (
    BooleanField,
    DateTimeField,
    DictField,
    Document,
    IntField,
    ListField,
    LongField,
    StringField,
)

from services.incidents.domain.incident import Actor, Impact, Priority, Urgency
from services.incidents.domain.major.record import (
    Affected,
    Holder,
    Major,
    MajorState,
    Role,
    Severity,
    Standing,
)
from services.incidents.domain.major.review import Action, ActionState, Facts, Review
from services.incidents.domain.major.update import Row, Update
from services.incidents.store.translation import EPOCH

WORK_INDEX, TOUCHING_INDEX, OPEN_UPDATES_INDEX = "work_due", "touching", "open_updates"


def _meta(collection: str, indexes: list[Any]) -> dict[str, Any]:
    return {
        "db_alias": "incidents",
        "collection": collection,
        "strict": False,
        "auto_create_index": False,
        "indexes": indexes,
    }


class MajorIncidentDocument(Document):
    """A major incident, in the provider's own room; its history lies in `major_incidents_history`."""

    major_id = StringField(primary_key=True)
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    revision = LongField(required=True)
    position = IntField(required=True)
    origin_key = StringField(required=True)
    title = StringField(required=True)
    summary = StringField()
    state = StringField(required=True, choices=list(MajorState))
    severity = StringField(required=True, choices=list(Severity))
    declare_time = DateTimeField(required=True)
    update_time = DateTimeField(required=True)
    resolve_time = DateTimeField(null=True)
    work_time = DateTimeField(null=True)
    holders = ListField(DictField())
    affected = ListField(DictField())
    review = DictField(null=True)
    meta = _meta(
        "major_incidents",
        [
            {"fields": ["tenant_id", "position"], "unique": True, "name": "positions"},
            {"fields": ["tenant_id", "origin_key"], "unique": True, "name": "origins"},
            {"fields": ["tenant_id", "-declare_time", "-_id"], "name": "newest_majors"},
            {"fields": ["tenant_id", "affected.tenant_id", "-declare_time", "-_id"], "name": TOUCHING_INDEX},
            # Of all providers: SystemScope("major incidents with something due").
            {
                "fields": ["work_time"],
                "name": WORK_INDEX,
                "partialFilterExpression": {"work_time": {"$gt": EPOCH}},
            },
        ],
    )


class MajorUpdateDocument(Document):
    """An update with what each client is told, in the provider's own room."""

    update_id = StringField(primary_key=True)
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    revision = LongField(required=True)
    major_id = StringField(required=True)
    create_time = DateTimeField(required=True)
    open_time = DateTimeField(null=True)
    rows = ListField(DictField())
    meta = _meta(
        "major_updates",
        [
            {"fields": ["tenant_id", "major_id", "-create_time", "-_id"], "name": "of_a_major"},
            # Of all providers: SystemScope("updates that were not told to everybody").
            {
                "fields": ["open_time"],
                "name": OPEN_UPDATES_INDEX,
                "partialFilterExpression": {"open_time": {"$gt": EPOCH}},
            },
        ],
    )


class UpdateTemplateDocument(Document):
    """Words for updates, in the provider's own room."""

    template_id = StringField(primary_key=True)
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    revision = LongField(required=True)
    name = StringField(required=True)
    texts = DictField()
    update_time = DateTimeField(required=True)
    meta = _meta("major_templates", [{"fields": ["tenant_id", "name"], "name": "by_name"}])


class MajorSettingsDocument(Document):
    """How a provider handles major incidents, in its own room."""

    id = StringField(primary_key=True)
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    revision = LongField(required=True)
    minutes = DictField()
    actions_before_closing = BooleanField()
    meta = _meta("major_settings", [])


class StatusAddressDocument(Document):
    """By which anybody who has it reads a client's status page; read by its id alone once its seal is verified."""

    address_id = StringField(primary_key=True)
    provider_id = StringField(required=True)
    tenant_id = StringField(required=True)
    revision = LongField(required=True)
    create_time = DateTimeField(required=True)
    meta = _meta("status_addresses", [{"fields": ["tenant_id"], "unique": True, "name": "of_a_tenant"}])


MAJOR_DOCUMENTS = (
    MajorIncidentDocument,
    MajorUpdateDocument,
    UpdateTemplateDocument,
    MajorSettingsDocument,
    StatusAddressDocument,
)


def plain(value: Any) -> Any:
    """Without tuples and enums, as MongoDB takes it."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    return value


_KEPT_APART = ("state", "severity", "holders", "affected", "review", "recent_keys", "recent_updates")
_OWN = ("_id", "tenant_id", "origin_key", "work_time", *_KEPT_APART)


def to_major(row: Mapping[str, Any]) -> Major:
    """The record that a document holds."""
    return Major(
        **{name: value for name, value in row.items() if name not in _OWN},
        major_id=row["_id"],
        state=MajorState(row["state"]),
        severity=Severity(row["severity"]),
        holders=tuple(Holder(Role(one["role"]), one["person_id"], one["name"]) for one in row["holders"]),
        affected=tuple(_affected(one) for one in row["affected"]),
        review=_review(row["review"]) if row["review"] else None,
        recent_keys=tuple(row["recent_keys"]),
        recent_updates=tuple(row["recent_updates"]),
    )


def _affected(kept: Mapping[str, Any]) -> Affected:
    before = kept.get("before")
    return Affected(**{**kept, "before": _standing(before) if before else None})


def _standing(kept: Mapping[str, Any]) -> Standing:
    return Standing(
        priority=Priority(kept["priority"]),
        impact=Impact(kept["impact"]) if kept["impact"] else None,
        urgency=Urgency(kept["urgency"]) if kept["urgency"] else None,
        source=kept["source"],
        reason=kept["reason"],
    )


def _review(kept: Mapping[str, Any]) -> Review:
    actions = tuple(Action(**{**one, "state": ActionState(one["state"])}) for one in kept["actions"])
    rest = {name: value for name, value in kept.items() if name not in ("facts", "factors", "actions")}
    return Review(facts=Facts(**kept["facts"]), factors=tuple(kept["factors"]), actions=actions, **rest)


def to_update(row: Mapping[str, Any]) -> Update:
    """The update that a document holds."""
    return Update(
        update_id=row["_id"],
        provider_id=row["provider_id"],
        major_id=row["major_id"],
        create_time=row["create_time"],
        author=Actor(**row["author"]),
        state=MajorState(row["state"]),
        rows=tuple(Row(**{**one, "names_others": tuple(one.get("names_others", ()))}) for one in row["rows"]),
        next_update_time=row["next_update_time"],
        resolution_code=row["resolution_code"],
        counted=row["counted"],
        revision=row["revision"],
    )
