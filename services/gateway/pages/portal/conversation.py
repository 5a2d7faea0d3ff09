"""One incident as its client sees it: public words alone, and what the client may do."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from chassis.errors import FairleadError, NotFound, PermissionDenied
from fairlead.incidents.v1.approval_pb2 import APPROVAL_STATE_WAITING
from fairlead.incidents.v1.incident_pb2 import VISIBILITY_PUBLIC, Incident, TimelineEntry
from fairlead.sla.v1.clock_pb2 import ClockSet
from services.gateway.auth.context import gateway
from services.gateway.auth.files import takes_files
from services.gateway.pages.attaching import take_files
from services.gateway.pages.language import gettext as _
from services.gateway.pages.live import live_place
from services.gateway.pages.moments import as_datetime
from services.gateway.pages.pauses import LONGEST_WORDS, pauses_of, stood_still
from services.gateway.pages.portal.room import Portal, fresh_key, if_it_answers, once_key, portal_page
from services.gateway.pages.portal.wording import (
    approval_lines,
    awaits_approval,
    client_sign,
    happening,
    hold_line,
    promises,
    rating_words,
    state_sentence,
    state_word,
    waiting_since,
)
from services.gateway.pages.questions import answer_lines, own_words
from services.gateway.pages.signs import explain

conversation = Blueprint("portal_conversation", __name__)
_LONGEST, _LONGEST_COMMENT = 20_000, 2000
# As the incidents service has it: what closed longer ago is rated no more.
_RATED_WITHIN = timedelta(days=30)
_WITHDRAWN_FROM = ("new", "assigned")
_REFUSED = {"ABORTED": 409, "FAILED_PRECONDITION": 409, "UNAVAILABLE": 503, "RESOURCE_EXHAUSTED": 429}


@conversation.get("/incidents/<number>")
@portal_page
def show_incident(portal: Portal, number: str) -> str | BaseResponse:
    """The conversation. An id is led on to the number, which people can say."""
    incident = found_incident(portal, number)
    if number != incident.number:
        return redirect(_address(portal, incident), 303)
    return again(portal, incident)


@conversation.post("/incidents/<number>/reply")
@takes_files
@portal_page
def send_reply(portal: Portal, number: str) -> Any:
    """A public message of the client, with files."""
    incident, text = found_incident(portal, number), request.form.get("text", "").strip()
    if portal.is_staff:
        raise PermissionDenied("role_required", "Staff work in the console.")
    taken = take_files(portal.caller, once_key(), incident_id=incident.incident_id)
    if taken.problem:
        return again(portal, incident, "files", taken.problem, text), 422
    if not text:
        return again(portal, incident, "reply", _("Write something first.")), 422
    if len(text) > _LONGEST:
        return again(portal, incident, "reply", _too_long(), text), 422
    return _do(portal, incident, "reply", text, done="replied", text=text, attachment_ids=taken.ids)


@conversation.post("/incidents/<number>/confirm")
@portal_page
def confirm(portal: Portal, number: str) -> Any:
    """It is solved: it closes."""
    return _do(portal, found_incident(portal, number), "confirm", "", done="confirmed")


@conversation.post("/incidents/<number>/reopen")
@portal_page
def reopen(portal: Portal, number: str) -> Any:
    """It is not solved, and why."""
    incident, reason = found_incident(portal, number), request.form.get("reason", "").strip()
    if not reason:
        return again(portal, incident, "reopen", _("Tell us what is still wrong.")), 422
    if len(reason) > _LONGEST:
        return again(portal, incident, "reopen", _too_long(), reason), 422
    return _do(portal, incident, "reopen", reason, done="reopened", reason=reason)


@conversation.post("/incidents/<number>/rate")
@portal_page
def rate(portal: Portal, number: str) -> Any:
    """How satisfied the requester is; again, it changes the answer."""
    incident, comment = found_incident(portal, number), request.form.get("comment", "").strip()
    given = request.form.get("score", "")
    if given not in {str(score) for score, _label in rating_words()}:
        return again(portal, incident, "rate", _("Choose one of the five first."), comment), 422
    if len(comment) > _LONGEST_COMMENT:
        return again(portal, incident, "rate", _too_long(_LONGEST_COMMENT), comment), 422
    score = int(given)
    return _do(portal, incident, "rate", comment, done="rated", score=score, comment=comment)


@conversation.post("/incidents/<number>/withdraw")
@portal_page
def withdraw(portal: Portal, number: str) -> Any:
    """Nobody needs it any more, and why."""
    incident, reason = found_incident(portal, number), request.form.get("reason", "").strip()
    if not reason:
        return again(portal, incident, "cancel", _("Say in a word why it is no longer needed.")), 422
    if len(reason) > _LONGEST_COMMENT:
        return again(portal, incident, "cancel", _too_long(_LONGEST_COMMENT), reason), 422
    return _do(portal, incident, "cancel", reason, done="withdrawn", reason=reason)


@conversation.post("/incidents/<number>/pauses/<pause_id>/contest")
@portal_page
def contest_pause(portal: Portal, number: str, pause_id: str) -> Any:
    """A client's manager says why the promised time should not have stood still; once for each pause."""
    incident, words = found_incident(portal, number), request.form.get("words", "").strip()
    if not words:
        return again(portal, incident, pause_id, _("Say in a word why the time should count."), words), 422
    if len(words) > LONGEST_WORDS:
        return again(portal, incident, pause_id, _too_long(LONGEST_WORDS), words), 422
    try:
        gateway().backends.pauses.contest(portal.caller, incident.incident_id, pause_id, words)
    except (NotFound, PermissionDenied):
        raise
    except FairleadError as error:
        body = again(portal, incident, pause_id, explain(error), words)
        return body, _REFUSED.get(error.status, 409 if error.status == "ALREADY_EXISTS" else 422)
    return redirect(f"{_address(portal, incident)}?done=contested#fl-pauses", 303)


def _do(portal: Portal, incident: Incident, command: str, typed: str, done: str, **fields: Any) -> Any:
    """One command; when it is refused, the page comes again with the reason and with what was typed."""
    if portal.is_staff:
        raise PermissionDenied("role_required", "Staff work in the console.")
    key = once_key()
    perform = getattr(gateway().backends.incidents, command)
    try:
        perform(portal.caller, incident.incident_id, idempotency_key=f"portal:{command}:{key}", **fields)
    except (NotFound, PermissionDenied):
        raise
    except FairleadError as error:
        incident = found_incident(portal, incident.number) if error.status != "UNAVAILABLE" else incident
        body = again(portal, incident, command, explain(error), typed, key)
        return body, _REFUSED.get(error.status, 422)
    return redirect(f"{_address(portal, incident)}?done={done}", 303)


def found_incident(portal: Portal, number: str) -> Incident:
    """By number or id, of this client."""
    incident = gateway().backends.incidents.get(portal.caller, number)
    if incident.tenant_id != portal.tenant_id:
        raise NotFound("incident_not_found", "There is no such incident.")
    return incident


def again(
    portal: Portal, incident: Incident, command: str = "", problem: str = "", typed: str = "", key: str = ""
) -> str:
    """The page; after a refused command with the reason, and what was typed."""
    backends = gateway().backends
    entries = if_it_answers(lambda: backends.incidents.whole_timeline(portal.caller, incident.incident_id))
    clocks = _clocks(portal, incident)
    return render_template(
        "pages/portal/incident.html",
        portal=portal,
        active="incidents",
        incident=incident,
        state=state_word(incident),
        sign=client_sign(incident),
        sentence=state_sentence(incident),
        promises=promises(incident, clocks, gateway().clock()) if clocks else [],
        pauses=pauses_of(portal.caller, incident.incident_id, clocks),
        stood_still=stood_still,
        hold_line=hold_line,
        since=waiting_since(incident),
        workarounds=if_it_answers(lambda: backends.problems.workarounds(portal.caller, incident.incident_id)),
        rating_words=rating_words(),
        may_rate=_may_rate(portal, incident),
        may_withdraw=_may_withdraw(portal, incident),
        may_decide=may_decide(portal, incident),
        approval_lines=approval_lines(incident),
        entries=None if entries is None else [_shown(portal, incident, entry) for entry in _public(entries)],
        problem={command: problem},
        typed={"reply" if command == "files" else command: typed},
        once=key or fresh_key(),
        done=request.args.get("done", ""),
        live=live_place(portal.tenant_id),
    )


def _public(entries: list[TimelineEntry]) -> list[TimelineEntry]:
    """Staff are given internal entries as well; a portal shows none, whoever looks."""
    return [entry for entry in entries if entry.visibility == VISIBILITY_PUBLIC]


def _shown(portal: Portal, incident: Incident, entry: TimelineEntry) -> dict[str, Any]:
    """An entry as the template takes it: a message (text) or a line (happening), or neither."""
    mine = entry.actor.subject == portal.caller.subject
    people = {incident.requester.person_id, *(party.person_id for party in incident.participants)}
    person_id = entry.actor.subject.removeprefix("person:")
    opened = entry.fact == "incident_opened"
    shown = {"entry": entry, "mine": mine, "name": entry.actor.name or portal.provider_name}
    if opened:
        requester = incident.requester
        shown["mine"] = requester.person_id == portal.caller.person_id
        shown["name"] = requester.name or requester.address or entry.actor.name
    badge = portal.provider_name if not opened and person_id not in people and not mine else ""
    if opened or entry.fact in ("replied", "resolved", "copied"):
        text = entry.text or incident.title
        filled = answer_lines(incident.form) if opened else []
        words = own_words(text, incident.form) if filled else text
        return {**shown, "badge": badge, "text": words, "filled": filled}
    return {**shown, "line": happening(entry, mine)}


def _clocks(portal: Portal, incident: Incident) -> ClockSet | None:
    try:
        return gateway().backends.clocks.explain(portal.caller, incident.incident_id)
    except FairleadError:
        return None  # not started yet, or not to be had just now


def _address(portal: Portal, incident: Incident) -> str:
    return f"{portal.address}incidents/{incident.number}"


def may_decide(portal: Portal, incident: Incident) -> bool:
    """Whether the page asks the reader; the record decides."""
    approval, reader = incident.order.approval, portal.caller.person_id
    if approval.state != APPROVAL_STATE_WAITING:
        return False
    named = any(one.person_id == reader for one in approval.still_asked)
    step = approval.steps[approval.step]
    own = incident.requester.person_id == reader and not step.own_allowed
    agreed = any(
        one.step == approval.step and one.what == "approved" and one.by.person_id == reader
        for one in approval.history
    )
    became = portal.is_manager and "client_manager" in step.roles and not agreed
    return bool(reader) and not own and (named or became)


def _may_withdraw(portal: Portal, incident: Incident) -> bool:
    """Who asked, or their manager, as long as nobody has begun to work on it."""
    may = portal.is_manager or _is_requester(portal, incident)
    return may and (state_word(incident) in _WITHDRAWN_FROM or awaits_approval(incident))


def _may_rate(portal: Portal, incident: Incident) -> bool:
    """Asked once it is closed; what was said may be changed for some days."""
    if not _is_requester(portal, incident) or state_word(incident) not in ("resolved", "closed"):
        return False
    now = gateway().clock()
    if incident.HasField("rating"):
        return now <= as_datetime(incident.rating.change_until_time)
    closed = incident.HasField("close_time")
    return closed and now <= as_datetime(incident.close_time) + _RATED_WITHIN


def _is_requester(portal: Portal, incident: Incident) -> bool:
    return bool(portal.caller.person_id) and incident.requester.person_id == portal.caller.person_id


def _too_long(limit: int = _LONGEST) -> str:
    return _("At most %(count)s characters.", count=limit)
