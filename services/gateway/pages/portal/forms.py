"""A client's own forms: what they ask, filled in."""

import json
from typing import Any

from flask import Blueprint, redirect, render_template, request

from chassis.errors import FairleadError, NotFound, PermissionDenied
from fairlead.intake.v1 import submission_pb2
from fairlead.intake.v1.form_pb2 import FORM_STATE_PUBLISHED, Form, FormDefinition
from services.gateway.auth.context import gateway
from services.gateway.auth.files import takes_files
from services.gateway.pages.attaching import KeptFile, take_files
from services.gateway.pages.language import current_language
from services.gateway.pages.portal.room import Portal, fresh_key, once_key, portal_page
from services.gateway.pages.questions import (
    Typed,
    answers_of,
    problems_in,
    questions_of,
    typed_answers,
)
from services.gateway.pages.signs import explain

forms = Blueprint("portal_forms", __name__)
_REFUSED = {"UNAVAILABLE": 503, "RESOURCE_EXHAUSTED": 429}
Files = dict[str, tuple[KeptFile, ...]]


@forms.get("/forms/<form_id>")
@portal_page
def show_form(portal: Portal, form_id: str) -> str:
    """The form, empty."""
    return _page(portal, _published(portal, form_id), fresh_key())


@forms.post("/forms/<form_id>")
@takes_files
@portal_page
def send_form(portal: Portal, form_id: str) -> Any:
    """Opens one incident, however often the same form is sent."""
    form, key = _published(portal, form_id), once_key()
    typed = typed_answers(form.published, request.form)
    files, problems = files_of(portal, form.published, key)
    answers = answers_of(
        form.published, typed, {name: [one.attachment_id for one in kept] for name, kept in files.items()}
    )
    if problems:
        return _page(portal, form, key, typed, files, problems), 422
    try:
        submission = gateway().backends.submissions.submit(
            portal.caller,
            tenant_id=portal.tenant_id,
            channel=submission_pb2.CHANNEL_PORTAL,
            form_id=form.form_id,
            answers=json.dumps(answers, ensure_ascii=False, sort_keys=True),
            locale=current_language(),
            idempotency_key=f"portal:{key}",
        )
    except (NotFound, PermissionDenied):
        raise
    except FairleadError as error:
        return _again(portal, form, key, typed, files, error)
    if submission.incident_number:
        return redirect(f"{portal.address}incidents/{submission.incident_number}?done=opened", 303)
    return redirect(f"{portal.address}received/{submission.submission_id}", 303)


def _again(portal: Portal, form: Form, key: str, typed: Typed, files: Files, error: FairleadError) -> Any:
    if error.reason == "answers_invalid":
        problems = problems_in(error, form.published)
        if problems:
            return _page(portal, form, key, typed, files, problems), 422
    if error.reason == "idempotency_key_reused":
        key = fresh_key()
    status = _REFUSED.get(error.status, 422)
    return _page(portal, form, key, typed, files, trouble=explain(error)), status


def _published(portal: Portal, form_id: str) -> Form:
    """Staff may look at what they have withdrawn, but not here."""
    form = gateway().backends.forms.get(portal.caller, form_id)
    if form.tenant_id != portal.tenant_id or form.state != FORM_STATE_PUBLISHED:
        raise NotFound("form_not_found", "There is no such form.")
    return form


def files_of(portal: Portal, asked_for: FormDefinition, key: str) -> tuple[Files, dict[str, str]]:
    """What was attached to each question, and what is wrong with it."""
    files: Files = {}
    problems: dict[str, str] = {}
    for asked in questions_of(asked_for):
        if asked.kind == "file":
            taken = take_files(
                portal.caller,
                key,
                field=f"q-{asked.key}",
                names=f"kept-{asked.key}",
                most=asked.most,
                tenant_id=portal.tenant_id,
            )
            files[asked.key] = taken.files
            if taken.problem:
                problems[asked.key] = taken.problem
    return files, problems


def _page(
    portal: Portal,
    form: Form,
    key: str,
    typed: Typed | None = None,
    files: Files | None = None,
    problems: dict[str, str] | None = None,
    trouble: str = "",
) -> str:
    return render_template(
        "pages/portal/form.html",
        portal=portal,
        active="",
        form=form,
        questions=questions_of(form.published, typed, problems, files),
        problems=problems or {},
        trouble=trouble,
        once=key,
    )
