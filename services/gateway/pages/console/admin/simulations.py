"""A contract simulated: a client's past replayed under what is proposed, beside what was agreed. Nothing is saved."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from flask import Blueprint, Response, render_template, request, stream_with_context
from werkzeug.datastructures import MultiDict

from chassis.errors import FairleadError, NotFound, PermissionDenied
from fairlead.sla.v1 import contract_pb2
from fairlead.sla.v1.contract_service_pb2 import SimulateContractRequest, SimulateContractResponse
from fairlead.sla.v1.simulation_pb2 import ContractSimulation
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console.admin.agreed_forms import (
    beyond_the_form,
    carried,
    changes,
    contract_of,
    form_of,
)
from services.gateway.pages.console.admin.choices import tenant_choices
from services.gateway.pages.console.admin.doing import Problems, Refused, problems_of
from services.gateway.pages.console.admin.forms import whole
from services.gateway.pages.console.admin.frame import admin_page
from services.gateway.pages.console.admin.simulated import how_far, in_words
from services.gateway.pages.console.frame import overseers_only
from services.gateway.pages.language import gettext as _
from services.gateway.pages.signs import explain

simulations = Blueprint("admin_simulations", __name__)
Form = MultiDict[str, str]
# JSON, a line each: what the page's script asks for, to show how far it is.
_LINES = "application/x-ndjson"
_REFUSED = {"UNAVAILABLE": 503, "RESOURCE_EXHAUSTED": 429}
_FIRST_YEAR, _LAST_YEAR = 2000, 2999


@simulations.get("/console/admin/contracts/<contract_id>/simulate")
@overseers_only
def show_simulation(contract_id: str) -> str:
    """Proposed is the latest version, or with `version` a former one; for which client and days is asked."""
    shown = _saved(contract_id, whole(request.args.get("version", "")) or 0)
    form = form_of(shown)
    form["version"] = str(shown.version)
    return _page(contract_id, form, {})


@simulations.post("/console/admin/contracts/<contract_id>/simulate")
@simulations.post("/console/admin/contracts/new/simulate", defaults={"contract_id": ""})
@overseers_only
def simulate(contract_id: str) -> Any:
    """Proposed is what the contract's form says, changed or not. Without `start` it asks for which client and days.

    A script gets a line for each step; without one the page comes when all is done.
    """
    form: Form = request.form
    if not form.get("start"):
        return _page(contract_id, form, {})
    try:
        steps = gateway().backends.previews.simulate(current_caller(), _asked(contract_id, form))
        if request.accept_mimetypes.best_match(["text/html", _LINES]) == _LINES:
            return Response(stream_with_context(_lines(steps)), content_type=_LINES)
        *_before, last = steps
    except Refused as refused:
        return _page(contract_id, form, refused.problems), 422
    except (NotFound, PermissionDenied):
        raise
    except FairleadError as error:
        return _page(contract_id, form, problems_of(error)), _REFUSED.get(error.status, 422)
    return _page(contract_id, form, {}, last.simulation)


def _lines(steps: Iterable[SimulateContractResponse]) -> Iterator[str]:
    """How far it is, and with the last line its part of the page."""
    try:
        for step in steps:
            line = {"done": step.done, "total": step.total, "words": how_far(step.done, step.total)}
            if step.HasField("simulation"):
                line["part"] = render_template(
                    "fragments/console/simulation.html", **in_words(step.simulation)
                )
            yield json.dumps(line) + "\n"
    except FairleadError as error:
        yield json.dumps({"problem": explain(error)}) + "\n"


def _asked(contract_id: str, form: Form) -> SimulateContractRequest:
    """Raises Refused for what cannot be read."""
    proposed = _proposed(contract_id, form)
    zone = ZoneInfo(proposed.time_zone if proposed.time_zone in available_timezones() else "UTC")
    first, last = _day(form, "from_day"), _day(form, "until_day")
    if last < first:
        raise Refused(until_day=_("The last day comes before the first."))
    asked = SimulateContractRequest(tenant_id=form.get("client", ""), contract=proposed)
    asked.start_time.FromDatetime(_midnight(first, zone))
    asked.end_time.FromDatetime(_midnight(last + timedelta(days=1), zone))
    return asked


def _proposed(contract_id: str, form: Form) -> contract_pb2.Contract:
    """As saving the form would make it: with what an API client promised that the form has no fields for."""
    proposed = contract_of(form, contract_id)
    if contract_id:
        proposed.targets.extend(beyond_the_form(_saved(contract_id, whole(form.get("version", "")) or 0)))
    return proposed


def _saved(contract_id: str, version: int = 0) -> contract_pb2.Contract:
    return gateway().backends.contracts.get(current_caller(), contract_id, version)


def _day(form: Form, name: str) -> date:
    try:
        found = date.fromisoformat(form.get(name, "").strip())
    except ValueError:
        found = date.min
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise Refused(**{name: _("A date is needed.")})
    return found


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time_of_day(), zone).astimezone(UTC)


def _last_month() -> dict[str, str]:
    """The days of the month before this one."""
    last = gateway().clock().date().replace(day=1) - timedelta(days=1)
    return {"from_day": last.replace(day=1).isoformat(), "until_day": last.isoformat()}


def _page(contract_id: str, form: Form, problems: Problems, made: ContractSimulation | None = None) -> str:
    caller = current_caller()
    clients = tenant_choices(caller)
    latest = _saved(contract_id) if contract_id else None
    calendars = {one.calendar_id: one.name for one in gateway().backends.calendars.list(caller)}
    differing = []
    try:
        proposed = _proposed(contract_id, form)
        differing = changes(latest, proposed, calendars) if latest else []
    except Refused as refused:
        problems = {**refused.problems, **problems}
    about = {"client", "from_day", "until_day", "period"}
    return admin_page(
        "simulation.html",
        "contracts",
        contract=latest,
        name=form.get("name", "").strip() or _("New contract"),
        version=whole(form.get("version", "")) or 0,
        carried=carried(form),
        differing=differing,
        clients=clients,
        typed={"client": form.get("tenant_id", ""), **_last_month(), **form.to_dict()},
        of_the_proposal=[text for name, text in problems.items() if name not in (*about, "form", "used")],
        result=in_words(made) if made else None,
        problems=problems,
    )
