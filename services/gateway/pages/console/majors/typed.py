"""What was typed into the forms of a major incident's room."""

from collections.abc import Iterable
from datetime import UTC
from typing import Any

from flask import request

from fairlead.incidents.v1 import major_incident_pb2 as pb
from fairlead.incidents.v1 import major_incident_service_pb2 as messages
from services.gateway.backends.words import number_of
from services.gateway.pages.console.admin.doing import Refused
from services.gateway.pages.console.admin.forms import local_moment, number_problem, whole
from services.gateway.pages.language import gettext as _
from services.gateway.pages.moments import as_datetime, current_zone

LANGUAGES = ("en", "fr")
TIMES = ("detect_time", "acknowledge_time", "mitigate_time", "resolve_time")
MOST_ACTIONS = 50
SPARE_ACTIONS = 2


def texts() -> dict[str, str]:
    """By language, what is not empty."""
    found = {one: request.form.get(f"text_{one}", "").strip() for one in LANGUAGES}
    return {one: text for one, text in found.items() if text}


def overrides(tenant_ids: Iterable[str]) -> dict[str, str]:
    """By tenant, what is not empty."""
    found = {one: request.form.get(f"own_{one}", "").strip() for one in tenant_ids}
    return {one: text for one, text in found.items() if text}


def new_update(major_id: str, preview_only: bool, key: str) -> messages.SendMajorUpdateRequest:
    """Without its words. Raises Refused."""
    form = request.form
    minutes = form.get("minutes", "").strip()
    if minutes and whole(minutes, least=1, most=10_080) is None:
        raise Refused(minutes=number_problem())
    return messages.SendMajorUpdateRequest(
        major_id=major_id,
        template_id=form.get("template", ""),
        state=number_of(pb.MajorState.DESCRIPTOR, form.get("state", "")),
        next_update_minutes=int(minutes or 0),
        resolution_code=form.get("code", ""),
        preview_only=preview_only,
        idempotency_key=key,
    )


def review() -> pb.MajorReview:
    """The whole of it. Raises Refused."""
    form = request.form
    made = pb.MajorReview(
        facts_checked=form.get("facts_checked") == "1",
        factors=[line.strip() for line in form.get("factors", "").splitlines() if line.strip()],
        no_factor_reason=form.get("no_factor_reason", "").strip(),
        went_well=form.get("went_well", "").strip(),
        summary=form.get("review_summary", "").strip(),
    )
    for name in TIMES:
        try:
            moment = local_moment(form.get(name, ""), current_zone().key)
        except ValueError:
            raise Refused(**{name: _("A date and a time are needed.")}) from None
        if moment:
            getattr(made.facts, name).FromDatetime(moment)
    for place in range(MOST_ACTIONS):
        if form.get(f"action_text_{place}", "").strip():
            made.actions.append(action(f"_{place}"))
    return made


def action(end: str = "") -> pb.ActionItem:
    """One action item."""
    form = request.form
    return pb.ActionItem(
        action_id=form.get(f"action_id{end}", ""),
        text=form.get(f"action_text{end}", "").strip(),
        owner_id=form.get(f"action_owner{end}", ""),
        due_date=form.get(f"action_due{end}", "").strip(),
        state=number_of(pb.ActionState.DESCRIPTOR, form.get(f"action_state{end}", "open")),
        link=form.get(f"action_link{end}", "").strip(),
    )


def local_times(facts: Any) -> dict[str, str]:
    """The facts' times as date-and-time fields want them, in the reader's zone."""
    zone = current_zone()
    return {
        name: as_datetime(getattr(facts, name))
        .replace(tzinfo=UTC)
        .astimezone(zone)
        .strftime("%Y-%m-%dT%H:%M:%S")
        if facts.HasField(name)
        else ""
        for name in TIMES
    }
