"""What a mailed link leads to: a page that says what will happen, and a button that does it, without signing in.

Looking changes nothing (mail scanners look); only the form acts. The token names incident, person and action, and is good
for nothing else; the incidents service made it and judges it. Nothing of the address leaks: no referrer, no index.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, g, make_response, render_template, request

from chassis.errors import FairleadError, NotFound
from chassis.tenancy import Caller
from fairlead.directory.v1.tenant_pb2 import TENANT_STATE_ACTIVE, Tenant
from fairlead.incidents.v1.incident_service_pb2 import AnswerAction, AnswerLink, AnswerStanding
from services.gateway.auth.callers import PersonDisabled
from services.gateway.auth.context import gateway
from services.gateway.backends.words import word_of
from services.gateway.pages.language import gettext as _
from services.gateway.pages.portal.ordering import wrong_decision
from services.gateway.pages.portal.wording import client_sign, rating_words
from services.gateway.pages.signs import explain

answers = Blueprint("portal_answers", __name__)
LONGEST_REASON = 2000
_REFUSED = {"ABORTED": 409, "FAILED_PRECONDITION": 409, "UNAVAILABLE": 503, "RESOURCE_EXHAUSTED": 429}
# What its use says when it is over.
_GONE = {"used": 200, "expired": 410, "moved_on": 200}


def answer_page(view: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a view the tenant and the gateway's own caller for it; tells nobody the address of the page."""

    @wraps(view)
    def guarded(slug: str, token: str) -> Response:
        g.portal_tenant = tenant = gateway().directory.tenant_by_slug(slug)
        if tenant.state != TENANT_STATE_ACTIVE:
            raise NotFound("tenant_not_found", "There is no such tenant.")
        caller = gateway().callers.for_tenant(tenant.provider_id, tenant.tenant_id)
        response = make_response(view(tenant, caller, token))
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


@answers.get("/answer/<token>")
@answer_page
def show_answer(tenant: Tenant, caller: Caller, token: str) -> Any:
    """Says what the link does, or why it does it no more."""
    link = _read(tenant, caller, token)
    chosen = _score(request.args.get("score", ""))
    return _page(tenant, token, link, score=chosen), _GONE.get(_standing(link), 200)


@answers.post("/answer/<token>")
@answer_page
def give_answer(tenant: Tenant, caller: Caller, token: str) -> Any:
    """Does it, in the name of whom the mail was for."""
    link = _read(tenant, caller, token)
    action, text = _action(link), request.form.get("text", "").strip()
    score = _score(request.form.get("score", ""))
    if _standing(link) == "open":
        approve = request.form.get("verdict") == "approve"
        problem = wrong_decision(approve, text) if action == "decide" else _wrong(action, text, score)
        if problem:
            return _page(tenant, token, link, problem, text, score), 422
    try:
        link = gateway().backends.incidents.use_answer_link(
            caller, token, text=text, score=score, reject=request.form.get("verdict") == "reject"
        )
    except NotFound:
        raise
    except FairleadError as error:
        if error.status != "UNAVAILABLE":
            link = _read(tenant, caller, token)
        return _page(tenant, token, link, explain(error), text, score), _REFUSED.get(error.status, 422)
    return _page(tenant, token, link, done=True)


def _read(tenant: Tenant, caller: Caller, token: str) -> AnswerLink:
    """Raises NotFound for what is not genuine, of another tenant, or of somebody who may not act any more."""
    link = gateway().backends.incidents.read_answer_link(caller, token)
    person_id = link.recipient.person_id
    if person_id:
        try:
            gateway().callers.for_person(tenant.provider_id, person_id, tenant.tenant_id)
        except PersonDisabled:
            raise NotFound("answer_link_not_found", "There is no such link.") from None
    return link


def _score(given: str) -> int:
    return int(given) if given in {"1", "2", "3", "4", "5"} else 0


def _wrong(action: str, text: str, score: int) -> str:
    if action == "reopen" and not text:
        return _("Tell us what is still wrong.")
    if len(text) > LONGEST_REASON:
        return _("At most %(count)s characters.", count=LONGEST_REASON)
    if action == "rate" and not score:
        return _("Choose one of the five first.")
    return ""


def _page(
    tenant: Tenant,
    token: str,
    link: AnswerLink,
    problem: str = "",
    text: str = "",
    score: int = 0,
    done: bool = False,
) -> str:
    incident, action = link.incident, _action(link)
    if action == "rate" and not text and not problem:
        text, score = incident.rating.comment, score or incident.rating.score
    return render_template(
        "pages/portal/answer.html",
        address=f"/t/{tenant.slug}/",
        token=token,
        incident=incident,
        sign=client_sign(incident),
        action=action,
        standing=_standing(link),
        recipient=link.recipient.name or link.recipient.address,
        expire_time=link.expire_time,
        rate_token=link.rate_token,
        rating_words=rating_words,
        problem=problem,
        text=text,
        score=score,
        done=done,
    )


def _action(link: AnswerLink) -> str:
    return word_of(AnswerAction.DESCRIPTOR, link.action) or ""


def _standing(link: AnswerLink) -> str:
    return word_of(AnswerStanding.DESCRIPTOR, link.standing) or ""
