"""Forms, and the versions that were published."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from pymongo.database import Database

from chassis.errors import NotFound
from chassis.mongo import ScopedCollection
from chassis.outbox import AggregateStore
from chassis.tenancy import Scope, TenantScope
from services.intake.domain.forms import Condition, Definition, Field, Form, FormState, Kind, Option, Words


class FormStore:
    """See ports.forms.Forms."""

    def __init__(self, database: Database) -> None:
        self._forms = AggregateStore(database["forms"], noun="form")
        self._versions = ScopedCollection(database["form_versions"])

    def add(self, form: Form) -> Form:
        self._forms.create(_scope(form), form.form_id, _state(form), [])
        return replace(form, revision=1)

    def save(self, form: Form) -> Form:
        if form.state is FormState.PUBLISHED and form.current:
            # The version first: whatever names it must find it. One that a crash left is written again.
            key = f"{form.form_id}:{form.version}"
            kept = {"form_id": form.form_id, "version": form.version, "definition": _kept(form.current)}
            self._versions.update_one(_scope(form), {"_id": key}, {"$set": kept}, upsert=True)
        revision = self._forms.save(_scope(form), form.form_id, form.revision, _state(form), [])
        return replace(form, revision=revision)

    def get(self, scope: Scope, form_id: str) -> Form:
        found = self._forms.find_one(scope, {"_id": form_id})
        if found is None:
            raise _missing()
        return _form(found)

    def version(self, scope: Scope, form_id: str, version: int) -> Definition:
        found = self._versions.find_one(scope, {"_id": f"{form_id}:{version}"})
        if found is None:
            raise _missing()
        return _definition(found["definition"])

    def list(self, scope: Scope, published: bool, limit: int) -> Sequence[Form]:
        criteria = {"state": FormState.PUBLISHED.value} if published else {}
        found = [_form(one) for one in self._forms.find(scope, criteria, sort=[("_id", 1)], limit=limit)]
        return sorted(found, key=lambda form: form.draft.title.in_language("en").casefold())

    def count(self, scope: TenantScope) -> int:
        return self._forms.count(scope)


def _scope(form: Form) -> TenantScope:
    return TenantScope(form.provider_id, form.tenant_id)


def _state(form: Form) -> dict[str, Any]:
    return {
        "state": form.state.value,
        "version": form.version,
        "changed": form.changed,
        "draft": _kept(form.draft),
        "current": _kept(form.current) if form.current else None,
        "create_time": form.create_time,
        "update_time": form.update_time,
    }


def _form(document: Mapping[str, Any]) -> Form:
    return Form(
        form_id=document["_id"],
        provider_id=document["provider_id"],
        tenant_id=document["tenant_id"],
        draft=_definition(document["draft"]),
        create_time=document["create_time"],
        update_time=document["update_time"],
        state=FormState(document["state"]),
        version=document["version"],
        current=_definition(document["current"]) if document["current"] else None,
        changed=document["changed"],
        revision=document["revision"],
    )


def _kept(definition: Definition) -> dict[str, Any]:
    kept = asdict(definition)
    for field in kept["fields"]:
        field["kind"] = field["kind"].value
    return kept


def _definition(kept: Mapping[str, Any]) -> Definition:
    return Definition(
        **{
            **kept,
            "title": Words(**kept["title"]),
            "introduction": Words(**kept["introduction"]),
            "fields": tuple(_field(each) for each in kept["fields"]),
        }
    )


def _field(kept: Mapping[str, Any]) -> Field:
    condition = kept["condition"]
    return Field(
        **{
            **kept,
            "kind": Kind(kept["kind"]),
            "label": Words(**kept["label"]),
            "help": Words(**kept["help"]),
            "options": tuple(Option(one["value"], Words(**one["label"])) for one in kept["options"]),
            "condition": Condition(**condition) if condition else None,
        }
    )


def _missing() -> NotFound:
    return NotFound("form_not_found", "There is no such form.")
