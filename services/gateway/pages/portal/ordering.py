"""The catalog: an item is ordered with its form, and whoever is asked approves or rejects what was ordered."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request

from chassis.errors import FairleadError, InvalidState, NotFound, PermissionDenied
from fairlead.directory.v1.person_pb2 import PERSON_STATE_ACTIVE
from fairlead.incidents.v1.catalog_pb2 import CatalogItem
from fairlead.intake.v1 import submission_pb2
from fairlead.intake.v1.form_pb2 import FORM_STATE_PUBLISHED, FormDefinition
from services.gateway.auth.context import gateway
from services.gateway.auth.files import takes_files
from services.gateway.pages.language import current_language
from services.gateway.pages.language import gettext as _
from services.gateway.pages.portal.conversation import again, found_incident, may_decide
from services.gateway.pages.portal.forms import Files, files_of
from services.gateway.pages.portal.room import Portal, fresh_key, once_key, portal_page
from services.gateway.pages.questions import (
    Typed,
    answers_of,
    problems_in,
    questions_of,
    typed_answers,
)
from services.gateway.pages.signs import explain

ordering = Blueprint("portal_ordering", __name__)
_LONGEST, _LONGEST_COMMENT, _LONGEST_ADDRESS = 20_000, 2000, 254
_REFUSED = {"UNAVAILABLE": 503, "RESOURCE_EXHAUSTED": 429}


def in_language(words: Mapping[str, str]) -> str:
    """What an item says, in the reader's language or else in English."""
    return words.get(current_language()) or words.get("en", "")


@ordering.get("/order/<item_id>")
@portal_page
def show_item(portal: Portal, item_id: str) -> str:
    """What it is, who approves it, and what is asked."""
    item = _offered(portal, item_id)
    return _page(portal, item, _asked(portal, item), fresh_key())


@ordering.post("/order/<item_id>")
@takes_files
@portal_page
def order_item(portal: Portal, item_id: str) -> Any:
    """Opens one service request, however often the same page is sent."""
    item, key = _offered(portal, item_id), once_key()
    asked = _asked(portal, item)
    text = request.form.get("text", "").strip()[:_LONGEST]
    typed = typed_answers(asked, request.form)
    files, problems = files_of(portal, asked, key)
    kept = {name: [one.attachment_id for one in taken] for name, taken in files.items()}
    if problems:
        return _page(portal, item, asked, key, typed, files, problems, text=text), 422
    try:
        submission = gateway().backends.catalog.order(
            portal.caller,
            item,
            answers_of(asked, typed, kept),
            current_language(),
            tenant_id=portal.tenant_id,
            channel=submission_pb2.CHANNEL_PORTAL,
            text=text,
            idempotency_key=f"portal:{key}",
        )
    except (NotFound, PermissionDenied):
        raise
    except FairleadError as error:
        problems = problems_in(error, asked) if error.reason == "answers_invalid" else {}
        if error.reason == "idempotency_key_reused":
            key = fresh_key()
        trouble = "" if problems else explain(error)
        status = 422 if problems else _REFUSED.get(error.status, 422)
        return _page(portal, item, asked, key, typed, files, problems, trouble, text), status
    if submission.incident_number:
        return redirect(f"{portal.address}incidents/{submission.incident_number}?done=opened", 303)
    return redirect(f"{portal.address}received/{submission.submission_id}", 303)


@ordering.post("/incidents/<number>/approval")
@portal_page
def decide(portal: Portal, number: str) -> Any:
    """An approver's word. The record says who may; a rejection says why."""
    incident, comment = found_incident(portal, number), request.form.get("comment", "").strip()
    approve = request.form.get("verdict") == "approve"
    if problem := wrong_decision(approve, comment):
        return again(portal, incident, "approval", problem, comment), 422
    try:
        gateway().backends.orders.decide(
            portal.caller,
            incident.incident_id,
            approve=approve,
            comment=comment,
            idempotency_key=f"portal:approval:{once_key()}",
        )
    except InvalidState as error:
        incident = found_incident(portal, number)
        return again(portal, incident, "approval", explain(error), comment), 409
    done = "approved" if approve else "rejected"
    return redirect(f"{portal.address}incidents/{incident.number}?done={done}", 303)


@ordering.post("/incidents/<number>/delegate")
@portal_page
def delegate(portal: Portal, number: str) -> Any:
    """An approver gives their place to a colleague, known by their address; only approvers learn who there is."""
    incident = found_incident(portal, number)
    if not may_decide(portal, incident):
        raise NotFound("approval_not_found", "Nobody asks you to approve this.")
    address = request.form.get("colleague", "").strip()[:_LONGEST_ADDRESS]
    person_id = _colleague(portal, address)
    if not person_id:
        problem = _("Nobody of your organization has this address.")
        return again(portal, incident, "delegate", problem, address), 422
    try:
        gateway().backends.orders.delegate(
            portal.caller,
            incident.incident_id,
            person_id=person_id,
            idempotency_key=f"portal:delegate:{once_key()}",
        )
    except InvalidState as error:
        return again(portal, found_incident(portal, number), "delegate", explain(error), address), 409
    return redirect(f"{portal.address}incidents/{incident.number}?done=delegated", 303)


def _colleague(portal: Portal, address: str) -> str:
    """The id of somebody active of this client; "" for nobody."""
    if "@" not in address:
        return ""
    for one in gateway().directory.people_by_email(address):
        belongs = any(each.tenant_id == portal.tenant_id for each in one.memberships)
        if belongs and one.provider_id == portal.tenant.provider_id and one.state == PERSON_STATE_ACTIVE:
            return one.person_id
    return ""


def wrong_decision(approve: bool, comment: str) -> str:
    """What is wrong with a decision as it was typed; "" for nothing."""
    if not approve and not comment:
        return _("Say why you reject it: whoever asked for it reads that.")
    if len(comment) > _LONGEST_COMMENT:
        return _("At most %(count)s characters.", count=_LONGEST_COMMENT)
    return ""


def _offered(portal: Portal, item_id: str) -> CatalogItem:
    """Staff may look at everything, but not here."""
    item = gateway().backends.catalog.get(portal.caller, item_id, tenant_id=portal.tenant_id)
    named = item.contents.tenant_ids
    if item.retired or (named and portal.tenant_id not in named):
        raise NotFound("catalog_item_not_found", "There is no such catalog item.")
    return item


def _asked(portal: Portal, item: CatalogItem) -> FormDefinition:
    """The questions of its form; none without one, or where it was withdrawn: then words do."""
    if not item.contents.form_id:
        return FormDefinition()
    form = gateway().backends.forms.get(portal.caller, item.contents.form_id)
    if form.state != FORM_STATE_PUBLISHED:
        raise NotFound("catalog_item_not_found", "There is no such catalog item.")
    return form.published


def _page(
    portal: Portal,
    item: CatalogItem,
    asked: FormDefinition,
    key: str,
    typed: Typed | None = None,
    files: Files | None = None,
    problems: dict[str, str] | None = None,
    trouble: str = "",
    text: str = "",
) -> str:
    return render_template(
        "pages/portal/order.html",
        portal=portal,
        active="",
        item=item,
        name=in_language(item.contents.name),
        summary=in_language(item.contents.summary),
        questions=questions_of(asked, typed, problems, files),
        problems=problems or {},
        trouble=trouble,
        text=text,
        once=key,
    )
