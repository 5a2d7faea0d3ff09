"""Forms over the wire: written, published, filled in, and kept as they were."""

import json
from typing import Any

import pytest

from chassis.errors import InvalidArgument, NotFound, PermissionDenied, RevisionConflict
from chassis.rpc import call, channel
from chassis.tenancy import Caller, Role
from fairlead.intake.v1 import form_pb2, form_service_pb2, submission_pb2
from fairlead.intake.v1.form_service_pb2_grpc import FormServiceStub
from services.intake.domain.forms import schema_of
from services.intake.events.forms import definition_message
from tests.harness.form_values import ANSWERS, LAPTOP
from tests.harness.intake import ACME, LUMEN, OTHER, Bench

JANE = Role.REQUESTER


def ask(bench: Bench, method: str, caller: Caller, **fields: Any) -> Any:
    stub = FormServiceStub(channel(bench.settings, "intake"))
    request = getattr(form_service_pb2, f"{method}Request")(**fields)
    return call(getattr(stub, method), request, caller)


def laptop(bench: Bench) -> form_pb2.Form:
    """Published."""
    made = ask(bench, "CreateForm", bench.admin(), tenant_id=ACME, definition=definition_message(LAPTOP))
    return ask(bench, "PublishForm", bench.admin(), form_id=made.form_id, revision=made.revision)


def test_a_form_is_written_published_filled_in_and_withdrawn(bench: Bench):
    admin, jane = bench.admin(), bench.caller(JANE)
    made = ask(bench, "CreateForm", admin, tenant_id=ACME, definition=definition_message(LAPTOP))
    assert (made.state, made.version, made.HasField("published")) == (form_pb2.FORM_STATE_DRAFT, 0, False)
    assert json.loads(made.draft.schema) == schema_of(LAPTOP)
    with pytest.raises(NotFound, match="form_not_found"):
        ask(bench, "GetForm", jane, form_id=made.form_id)
    assert not ask(bench, "ListForms", jane).forms

    ask(bench, "PublishForm", admin, form_id=made.form_id)
    shown = ask(bench, "GetForm", jane, form_id=made.form_id)
    assert (shown.version, shown.published.title.fr) == (1, "Un portable pour quelqu’un")
    assert not shown.HasField("draft")
    assert [one.form_id for one in ask(bench, "ListForms", jane, tenant_id=ACME).forms] == [made.form_id]

    done = bench.submit(
        jane,
        subject="",
        text="",
        form_id=made.form_id,
        answers=json.dumps(ANSWERS),
        locale="fr",
        channel=submission_pb2.CHANNEL_PORTAL,
    )
    evidence = bench.incidents.submissions[done.submission_id]
    assert evidence.subject == "Un portable pour quelqu’un: Ana Ruiz"
    assert "Lequel ?: Un léger" in evidence.text
    assert (evidence.kind, evidence.category, evidence.form.version) == (2, "hardware", 1)
    kept = {one.field: (one.label["fr"], json.loads(one.value)) for one in evidence.form.answers}
    assert kept["extras"] == ("What else?", ["bag"]) and kept["screens"] == ("Écrans", 2)

    ask(bench, "WithdrawForm", admin, form_id=made.form_id)
    with pytest.raises(NotFound, match="form_not_found"):
        bench.submit(jane, subject="", form_id=made.form_id, answers=json.dumps(ANSWERS))


def test_what_was_published_stays_when_the_draft_changes(bench: Bench):
    form, admin = laptop(bench), bench.admin()
    other = definition_message(LAPTOP)
    other.title.en = "Something else"
    del other.fields[0]
    other.schema = ""
    changed = ask(bench, "UpdateForm", admin, form_id=form.form_id, definition=other, revision=form.revision)
    assert changed.changed and changed.published.title.en == LAPTOP.title.en
    with pytest.raises(RevisionConflict):
        ask(bench, "UpdateForm", admin, form_id=form.form_id, definition=other, revision=form.revision)
    assert ask(bench, "PublishForm", admin, form_id=form.form_id).version == 2
    first = ask(bench, "GetForm", bench.caller(JANE), form_id=form.form_id, version=1)
    assert (first.version, first.published.title.en) == (1, LAPTOP.title.en)


def test_wrong_answers_are_named_and_nothing_is_kept(bench: Bench):
    form, jane = laptop(bench), bench.caller(JANE)
    with pytest.raises(InvalidArgument, match="answers_invalid") as refused:
        bench.submit(jane, subject="", form_id=form.form_id, answers='{"model": "golden"}')
    errors = json.loads(refused.value.values["errors"])
    assert [(one["pointer"], one["code"]) for one in errors] == [
        ("/name", "required"),
        ("/model", "not_an_option"),
        ("/start", "required"),
    ]
    for answers in ("{", "[1]", "1" * 100_000, "[" * 100_000):
        with pytest.raises(InvalidArgument):
            bench.submit(jane, subject="", form_id=form.form_id, answers=answers)
    assert not bench.incidents.submissions


def test_the_same_key_and_answers_is_the_same_submission_even_when_the_form_is_gone(bench: Bench):
    form, jane = laptop(bench), bench.caller(JANE)
    sent = {"subject": "", "form_id": form.form_id, "answers": json.dumps(ANSWERS), "idempotency_key": "k"}
    first = bench.submit(jane, **sent)
    ask(bench, "WithdrawForm", bench.admin(), form_id=form.form_id)
    assert bench.submit(jane, **sent).submission_id == first.submission_id


def test_a_schema_is_imported(bench: Bench):
    schema = {"title": "Access", "type": "object", "properties": {"system": {"type": "string"}}}
    definition = form_pb2.FormDefinition(schema=json.dumps(schema))
    made = ask(bench, "CreateForm", bench.admin(), tenant_id=ACME, definition=definition)
    assert (made.draft.title.en, made.draft.fields[0].key) == ("Access", "system")
    schema["properties"]["more"] = {"$ref": "https://elsewhere.example/schema"}
    with pytest.raises(InvalidArgument, match="schema_unsupported") as refused:
        definition = form_pb2.FormDefinition(schema=json.dumps(schema))
        ask(bench, "UpdateForm", bench.admin(), form_id=made.form_id, definition=definition)
    assert refused.value.values["pointer"] == "/properties/more/$ref"


def test_only_administrators_write_forms_and_only_for_clients_of_theirs(bench: Bench):
    form = laptop(bench)
    for method in ("PublishForm", "WithdrawForm"):
        with pytest.raises(PermissionDenied):
            ask(bench, method, bench.caller(JANE), form_id=form.form_id)
    with pytest.raises(NotFound, match="form_not_found"):
        ask(bench, "PublishForm", bench.admin("prv_south"), form_id=form.form_id)
    with pytest.raises(NotFound, match="tenant_not_found"):
        ask(bench, "CreateForm", bench.admin(), tenant_id=OTHER, definition=definition_message(LAPTOP))
    lee = bench.caller(JANE, person="per_lee", tenants=(LUMEN,))
    with pytest.raises(NotFound, match="form_not_found"):
        ask(bench, "GetForm", lee, form_id=form.form_id)
    with pytest.raises(NotFound, match="form_not_found"):
        bench.submit(lee, tenant_id=LUMEN, subject="", form_id=form.form_id, answers=json.dumps(ANSWERS))


def test_uploads_among_the_answers_are_bound_to_the_submission(bench: Bench):
    form, jane = laptop(bench), bench.caller(JANE)
    with pytest.raises(InvalidArgument, match="attachment_not_found"):
        answers = json.dumps({**ANSWERS, "quote": ["att_nobodys"]})
        bench.submit(jane, subject="", form_id=form.form_id, answers=answers)
    assert list(bench.incidents.claims[-1].attachment_ids) == ["att_nobodys"]
