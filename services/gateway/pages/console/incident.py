"""One incident: everything a technician must see, gathered from the services that know it."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, render_template, request
from markupsafe import Markup

from chassis.errors import FairleadError
from chassis.tenancy import Caller, Role
from fairlead.directory.v1.person_pb2 import Person
from fairlead.incidents.v1 import incident_pb2
from fairlead.incidents.v1.change_pb2 import Change
from fairlead.incidents.v1.configuration_item_service_pb2 import ListIncidentItemsResponse
from fairlead.incidents.v1.incident_pb2 import Incident, TimelineEntry
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.words import word_of
from services.gateway.bulk import awaits_approval, offers
from services.gateway.pages.console import choices, names
from services.gateway.pages.console.acting import beginnings, keys_for_forms
from services.gateway.pages.console.clocks import clock_lines
from services.gateway.pages.console.frame import is_overseer, render, staff_only, wants_fragment
from services.gateway.pages.console.ordered import approval_sign, task_sign
from services.gateway.pages.console.problems.beside import problems_beside
from services.gateway.pages.console.reasons import reason_in_words
from services.gateway.pages.console.scripts import for_scripts
from services.gateway.pages.console.signals import (
    delivery_reason,
    delivery_sign,
    notification_label,
    unreachable,
)
from services.gateway.pages.console.suggesting import told_by_triage
from services.gateway.pages.console.timeline import impact_times_urgency, lines, visible_state
from services.gateway.pages.language import current_language, in_each_language
from services.gateway.pages.language import gettext as _
from services.gateway.pages.pauses import is_contested, pauses_of, stood_still

incident_pages = Blueprint("console_incident", __name__)
Part = TypeVar("Part")
# An incident and its whole history.
Read = tuple[Incident, list[TimelineEntry]]
_SUGGESTIONS = 4
_STAFF = frozenset({Role.TECHNICIAN, Role.DISPATCHER, Role.PROVIDER_ADMIN})
# Who answers for the provider when a client contests a pause.
_ANSWER = frozenset({Role.DISPATCHER, Role.PROVIDER_ADMIN})
_DELIVERIES = 30


@dataclass(frozen=True)
class Trouble:
    """A refused action: which, why in words, and what had been typed into its form."""

    action: str
    message: str
    values: Mapping[str, str] = field(default_factory=dict)


@incident_pages.get("/console/incidents/<number>")
@staff_only
def show_incident(number: str) -> str:
    """The whole page; for a script the incident alone."""
    caller = current_caller()
    if wants_fragment():
        return article(caller, number, heading=_heading())
    return whole_page(caller, number)


def whole_page(caller: Caller, number: str, trouble: Trouble | None = None) -> str:
    """A page of its own."""
    incident, entries = gateway().backends.incidents.with_timeline(caller, number)
    shown = article(caller, (incident, entries), heading=1, trouble=trouble)
    return render(
        "pages/console/incident.html",
        "queue",
        incident=incident,
        tenant=tenant_of(caller, incident),
        article=shown,
        for_scripts=for_scripts(caller),
    )


def article(
    caller: Caller, number: str | Read, heading: int, trouble: Trouble | None = None, done: str = ""
) -> Markup:
    """The incident as HTML, to stand under a heading of this level; as it was read already, or by its number. Raises
    NotFound, Unavailable.

    What surrounds it (clocks, suggestions, deliveries) may be missing: then the page says so and shows the rest.
    """
    read = gateway().backends.incidents.with_timeline(caller, number) if isinstance(number, str) else number
    incident, entries = read
    people = _if_there(lambda: names.staff_to_choose(caller)) or []
    done = done or request.args.get("done", "")
    html = render_template(
        "fragments/console/incident.html",
        heading=heading,
        incident=incident,
        state=visible_state(incident),
        tenant=tenant_of(caller, incident),
        lines=lines(incident, entries, {person.person_id for person in people} | _programs_of_staff(entries)),
        trouble=trouble,
        done=done_words().get(done, ""),
        channel_label=choices.channel_label,
        reason_in_words=reason_in_words,
        portal=_portal_of(caller, incident),
        **_surroundings(caller, incident, done),
        **_forms(caller, incident, people, heading),
    )
    return Markup(html)  # noqa: S704 - a template of ours, escaped already


def _surroundings(caller: Caller, incident: Incident, done: str) -> dict[str, Any]:
    """What other services know of it; None for what cannot be asked just now. done: what the reader has just done."""
    clocks = _if_there(lambda: gateway().backends.clocks.explain(caller, incident.incident_id))
    deliveries = _if_there(lambda: _deliveries(caller, incident))
    escalations, suggested = _if_there(lambda: told_by_triage(caller, incident)) or ([], [])
    return {
        "clocks": clocks,
        "clock_lines": clock_lines(clocks, gateway().clock()) if clocks else [],
        "pauses": pauses_of(caller, incident.incident_id, clocks),
        "is_contested": is_contested,
        "stood_still": stood_still,
        "may_answer": bool(caller.roles & _ANSWER),
        "escalations": escalations,
        "suggested": suggested,
        "alert_groups": _if_there(lambda: _alert_groups(caller, incident)) or [],
        "about": _if_there(lambda: _about(caller, incident)),
        "problems": _if_there(lambda: problems_beside(caller, incident, done == "problem_linked")),
        "tied_changes": _if_there(lambda: _tied_changes(caller, incident)) or [],
        "suggestions": _if_there(lambda: _suggestions(caller, incident)),
        "deliveries": deliveries,
        "unreachable": unreachable(deliveries or ()),
        "delivery_sign": delivery_sign,
        "delivery_reason": delivery_reason,
        "notification_label": notification_label,
        "impact_times_urgency": impact_times_urgency,
        **(_rules(caller, incident) if request.args.get("why") else {"rule_runs": None}),
    }


def _rules(caller: Caller, incident: Incident) -> dict[str, Any]:
    """What rules did about it, for whoever asks why; False where that is not kept any more, or cannot be asked."""
    # The administration's pages lead here, too: both cannot be read first.
    from services.gateway.pages.console.admin.rule_forms import condition_words, decided_words
    from services.gateway.pages.console.admin.rule_words import passed_words

    found = _if_there(lambda: gateway().backends.rules.runs_of(caller, incident.incident_id))
    return {
        "rule_runs": found or False,
        "may_see_rules": is_overseer(caller),
        "condition_words": condition_words,
        "decided_words": decided_words,
        "passed_words": passed_words,
    }


def _forms(caller: Caller, incident: Incident, people: list[Person], heading: int) -> dict[str, Any]:
    """What can be done with it now, and what the forms offer to choose from."""
    once = keys_for_forms()
    groups = _if_there(lambda: names.groups_to_choose(caller)) or []
    known = {name for group in groups for name in group.categories} | {incident.category}
    return {
        "offers": offers(incident, caller.person_id),
        "me": caller.person_id,
        "approval_sign": approval_sign,
        "task_sign": task_sign,
        "awaits_approval": awaits_approval,
        "once": once,
        "act": beginnings(incident, heading, once),
        "choices": choices,
        "people_choices": tuple((person.person_id, person.display_name) for person in people),
        "group_choices": tuple((group.group_id, group.name) for group in groups),
        "categories": tuple(sorted(known - {""})),
        "impact_word": word_of(incident_pb2.Impact.DESCRIPTOR, incident.impact) or "",
        "urgency_word": word_of(incident_pb2.Urgency.DESCRIPTOR, incident.urgency) or "",
        "kind_word": word_of(incident_pb2.IncidentKind.DESCRIPTOR, incident.kind) or "",
    }


def _programs_of_staff(entries: Iterable[TimelineEntry]) -> set[str]:
    """Which of the programs that have written are the provider's own; by subject."""
    written = {entry.actor.subject for entry in entries if entry.actor.subject.startswith("client:")}
    found = {subject: gateway().auth.clients.find(subject.removeprefix("client:")) for subject in written}
    return {subject for subject, program in found.items() if program and program.roles & _STAFF}


def _portal_of(caller: Caller, incident: Incident) -> str:
    """Where this client reads articles, to be put into a reply; "" while the directory is away."""
    slug = names.portal_slugs(caller).get(incident.tenant_id, "")
    return f"{gateway().settings.web_origin_for(_host())}/t/{slug}" if slug else ""


def _host() -> str:
    return urlsplit(f"//{request.host}").hostname or "localhost"


def tenant_of(caller: Caller, incident: Incident) -> str:
    """The name of the incident's client."""
    return names.tenant_names(caller, [incident.tenant_id]).get(incident.tenant_id, incident.tenant_id)


@in_each_language
def done_words() -> dict[str, str]:
    """What is said after each action."""
    return {
        "reply": _("Your reply was sent to the client."),
        "note": _("Note added. Only staff can see it."),
        "assign": _("Assigned."),
        "escalation": _("You have it. Nobody else is called."),
        "acknowledge": _("Taken in hand."),
        "hold": _("On hold."),
        "resume": _("Work goes on."),
        "resolve": _("Resolved. The requester is asked to confirm."),
        "close": _("Closed."),
        "reopen": _("Reopened."),
        "cancel": _("Canceled."),
        "classify": _("Classified."),
        "suggestion": _("Accepted. It is learned from."),
        "prioritize": _("Priority set."),
        "merge": _("Merged. What is said here arrives there."),
        "split": _("The new incident is open: it is named above."),
        "unmerge": _("It goes on by itself again."),
        "tell_children": _("Said to each child."),
        "set_parent": _("The parent is set."),
        "items": _("What it is about is saved."),
        "problem_linked": _("Linked to the problem."),
        "dismiss_hint": _("It belongs to no other one."),
        "tasks": _("The task is saved."),
        "approval": _("They are asked as well."),
        "answer_contest": _("Your answer stands, and the client can read it."),
    }


def _heading() -> int:
    return 2 if request.args.get("heading") == "2" else 1


def _if_there(ask: Callable[[], Part]) -> Part | None:
    try:
        return ask()
    except FairleadError:
        return None


def _suggestions(caller: Caller, incident: Incident) -> list[Any]:
    """As they were found for the same text within the last seconds: an incident is drawn again and again."""
    asked: dict[str, Any] = {
        "title": incident.title,
        "text": incident.description,
        "tenant_id": incident.tenant_id,
        "locale": current_language(),
        "page_size": _SUGGESTIONS,
    }
    suggest, seconds = gateway().backends.articles.suggest, gateway().settings.caller_cache_seconds
    digest = hashlib.sha256(repr(asked).encode()).digest()
    return names.recent().get(("suggestions", digest), caller, lambda who: suggest(who, **asked), seconds)


def _about(caller: Caller, incident: Incident) -> ListIncidentItemsResponse:
    """Its configuration items, and other incidents about them; most incidents name none."""
    if not incident.names_items:
        return ListIncidentItemsResponse()
    return gateway().backends.configuration_items.of_incident(caller, incident.incident_id)


def _tied_changes(caller: Caller, incident: Incident) -> list[Change]:
    """What resolves it or caused it; most incidents have none."""
    if not incident.changes_beside:
        return []
    return list(gateway().backends.changes.of_incident(caller, incident.incident_id))


def _alert_groups(caller: Caller, incident: Incident) -> list[Any]:
    """What monitoring says of it; nothing is asked where it came otherwise."""
    if incident.channel != "alert":
        return []
    return list(gateway().backends.alerts.groups(caller, incident_id=incident.incident_id).groups)


def _deliveries(caller: Caller, incident: Incident) -> list[Any]:
    backend = gateway().backends.deliveries
    # With the tenant named, an index leads to them.
    found = backend.list(
        caller, tenant_id=incident.tenant_id, incident_id=incident.incident_id, page_size=_DELIVERIES
    )
    return [*found.deliveries]
