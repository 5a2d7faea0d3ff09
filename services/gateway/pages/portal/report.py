"""Reporting a problem, or asking for something."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request

from chassis.errors import FairleadError, NotFound, PermissionDenied
from fairlead.incidents.v1 import incident_pb2
from fairlead.intake.v1 import submission_pb2
from services.gateway.auth.context import gateway
from services.gateway.auth.files import takes_files
from services.gateway.backends.words import number_of
from services.gateway.pages.attaching import take_files
from services.gateway.pages.language import current_language
from services.gateway.pages.language import gettext as _
from services.gateway.pages.portal.room import Portal, fresh_key, if_it_answers, once_key, portal_page
from services.gateway.pages.signs import explain

report = Blueprint("portal_report", __name__)
_LONGEST_TITLE, _LONGEST_TEXT = 200, 20_000
_SUGGESTED = 3
_SHORTEST_ASKED = 8
_REFUSED = {"UNAVAILABLE": 503, "RESOURCE_EXHAUSTED": 429}
_KINDS = {
    "report": incident_pb2.INCIDENT_KIND_INCIDENT,
    "request": incident_pb2.INCIDENT_KIND_SERVICE_REQUEST,
}


@dataclass
class Form:
    """What was typed, and what is wrong with it by field."""

    title: str = ""
    text: str = ""
    impact: str = ""
    urgency: str = ""

    def problems(self) -> dict[str, str]:
        found = {}
        if not self.title:
            found["title"] = _("Say in a few words what it is about.")
        elif len(self.title) > _LONGEST_TITLE:
            found["title"] = _("At most %(count)s characters.", count=_LONGEST_TITLE)
        if len(self.text) > _LONGEST_TEXT:
            found["text"] = _("At most %(count)s characters.", count=_LONGEST_TEXT)
        return found


@report.get("/<any(report, request):kind>")
@portal_page
def show_form(portal: Portal, kind: str) -> str:
    """An empty form; `title` in the address fills it, from the search page."""
    return _page(portal, kind, Form(title=request.args.get("title", "")[:_LONGEST_TITLE]), fresh_key())


@report.post("/<any(report, request):kind>")
@takes_files
@portal_page
def send_form(portal: Portal, kind: str) -> Any:
    """Opens one incident, however often the same form is sent."""
    given = request.form
    form = Form(
        title=" ".join(given.get("title", "").split()),
        text=given.get("text", "").strip(),
        impact=given.get("impact", ""),
        urgency=given.get("urgency", ""),
    )
    key, problems = once_key(), form.problems()
    taken = take_files(portal.caller, key, tenant_id=portal.tenant_id)
    if taken.problem:
        problems["files"] = taken.problem
    if problems:
        return _page(portal, kind, form, key, problems), 422
    try:
        submission = _submit(portal, kind, form, key, taken.ids)
    except (NotFound, PermissionDenied):
        raise
    except FairleadError as error:
        if error.reason == "idempotency_key_reused":
            key = fresh_key()
        status = _REFUSED.get(error.status, 422)
        return _page(portal, kind, form, key, {"form": explain(error), "reason": error.reason}), status
    if submission.incident_number:
        return redirect(f"{portal.address}incidents/{submission.incident_number}?done=opened", 303)
    return redirect(f"{portal.address}received/{submission.submission_id}", 303)


@report.get("/received/<submission_id>")
@portal_page
def show_received(portal: Portal, submission_id: str) -> Any:
    """Kept, but not yet numbered: leads on as soon as it is."""
    submission = if_it_answers(lambda: gateway().backends.submissions.get(portal.caller, submission_id))
    if submission and submission.tenant_id != portal.tenant_id:
        raise NotFound("submission_not_found", "There is no such submission.")
    if submission and submission.incident_number:
        return redirect(f"{portal.address}incidents/{submission.incident_number}?done=opened", 303)
    return render_template("pages/portal/received.html", portal=portal, active="")


@report.get("/suggestions")
@portal_page
def suggest(portal: Portal) -> str:
    """A fragment: articles that may help with what is being typed; empty when none is likely to."""
    title, text = request.args.get("title", ""), request.args.get("text", "")
    found = None
    if len(title) + len(text) >= _SHORTEST_ASKED:
        found = if_it_answers(
            lambda: gateway().backends.articles.suggest(
                portal.caller,
                title=title[:_LONGEST_TITLE],
                text=text[:2000],
                tenant_id=portal.tenant_id,
                locale=current_language(),
                page_size=_SUGGESTED,
            )
        )
    return render_template("fragments/suggestions.html", portal=portal, results=found or [])


def _submit(
    portal: Portal, kind: str, form: Form, key: str, attachment_ids: list[str]
) -> submission_pb2.Submission:
    return gateway().backends.submissions.submit(
        portal.caller,
        tenant_id=portal.tenant_id,
        channel=submission_pb2.CHANNEL_PORTAL,
        subject=form.title,
        text=form.text,
        impact=number_of(incident_pb2.Impact.DESCRIPTOR, form.impact),
        urgency=number_of(incident_pb2.Urgency.DESCRIPTOR, form.urgency),
        kind=_KINDS[kind],
        idempotency_key=f"portal:{key}",
        attachment_ids=attachment_ids,
    )


def _page(portal: Portal, kind: str, form: Form, key: str, problems: dict[str, str] | None = None) -> str:
    return render_template(
        "pages/portal/report.html",
        portal=portal,
        active="",
        kind=kind,
        form=form,
        once=key,
        problems=problems or {},
    )
