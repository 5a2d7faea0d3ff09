"""Contracts: what is promised, tried out before the next version is made."""

from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint, request
from werkzeug.datastructures import MultiDict

from chassis.errors import FairleadError, NotFound, PermissionDenied
from fairlead.sla.v1 import contract_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.words import word_of
from services.gateway.pages.console import names
from services.gateway.pages.console.admin.agreed_forms import (
    KINDS,
    PRIORITIES,
    beyond_the_form,
    changes,
    contract_of,
    form_of,
    local_text,
)
from services.gateway.pages.console.admin.choices import (
    party_choices,
    reopen_choices,
    target_choices,
    tenant_choices,
)
from services.gateway.pages.console.admin.doing import (
    Problems,
    Refused,
    address,
    next_key,
    problems_of,
    submitted,
)
from services.gateway.pages.console.admin.forms import goal_text, local_moment, whole
from services.gateway.pages.console.admin.frame import ROOT, admin_page, administrators_only
from services.gateway.pages.console.frame import overseers_only
from services.gateway.pages.language import gettext as _
from services.gateway.pages.portal.profile import zones

contracts = Blueprint("admin_contracts", __name__)
_HOME = f"{ROOT}/contracts"
_NEW = {"time_zone": "Europe/London", "close_after_days": "3", "reopen_within_days": "14"}


@contracts.get("/console/admin/contracts")
@overseers_only
def list_contracts() -> str:
    """The provider's default first, then each client's own."""
    caller = current_caller()
    found = gateway().backends.contracts.list(caller)
    clients = names.tenant_names(caller, [one.tenant_id for one in found if one.tenant_id])
    ordered = sorted(found, key=lambda one: (bool(one.tenant_id), clients.get(one.tenant_id, "").casefold()))
    return admin_page("contracts.html", "contracts", contracts=ordered, clients=clients)


@contracts.get("/console/admin/contracts/new")
@administrators_only
def new_contract() -> str:
    """An empty form; `client` in the address chooses one."""
    return _page(MultiDict({**_NEW, "tenant_id": request.args.get("client", "")}), {})


@contracts.post("/console/admin/contracts")
@administrators_only
def create_contract() -> Any:
    """Makes a contract, or with the preview's button shows what it would mean."""
    if request.form.get("preview"):
        return _preview_page("")

    def create() -> str:
        made = gateway().backends.contracts.create(current_caller(), contract_of(request.form))
        return address(f"{_HOME}/{made.contract_id}", "contract_created")

    return submitted(create, lambda problems: _page(request.form, problems))


@contracts.get("/console/admin/contracts/<contract_id>")
@overseers_only
def show_contract(contract_id: str) -> str:
    """Its latest version, to change; or with `version` a former one, to read."""
    asked = whole(request.args.get("version", "")) or 0
    latest = gateway().backends.contracts.get(current_caller(), contract_id)
    shown = gateway().backends.contracts.get(current_caller(), contract_id, asked) if asked else latest
    return _page(form_of(shown), {}, latest, shown)


@contracts.post("/console/admin/contracts/<contract_id>")
@administrators_only
def save_contract(contract_id: str) -> Any:
    """Makes the next version, or with the preview's button shows what it would mean."""
    if request.form.get("preview"):
        return _preview_page(contract_id)

    def save() -> str:
        changed = contract_of(request.form, contract_id)
        latest = gateway().backends.contracts.get(current_caller(), contract_id)
        changed.targets.extend(beyond_the_form(latest))
        saved = gateway().backends.contracts.update(current_caller(), changed)
        return address(f"{_HOME}/{contract_id}", "contract_saved", version=str(saved.version))

    return submitted(save, lambda problems: _again(contract_id, problems))


def _again(contract_id: str, problems: Problems) -> str:
    """The words that were typed, over what is saved now; saving once more then replaces that."""
    latest = gateway().backends.contracts.get(current_caller(), contract_id)
    form = MultiDict(request.form)
    if "conflict" in problems:
        form["revision"] = str(latest.revision)
    return _page(form, problems, latest, latest)


def _preview_page(contract_id: str) -> Any:
    latest = gateway().backends.contracts.get(current_caller(), contract_id) if contract_id else None
    try:
        preview = _preview(contract_of(request.form, contract_id))
    except Refused as refused:
        return _page(request.form, refused.problems, latest, latest), 422
    except (NotFound, PermissionDenied):
        raise
    except FairleadError as error:
        return _page(request.form, problems_of(error), latest, latest), 422
    return _page(request.form, {}, latest, latest, preview)


def _preview(draft: contract_pb2.Contract) -> dict[str, Any]:
    """When everything would be due, by priority and kind, by the engine that times incidents."""
    zone = draft.time_zone if draft.time_zone in available_timezones() else "UTC"
    try:
        opened = local_moment(request.form.get("open_time", ""), zone)
    except ValueError:
        raise Refused(open_time=_("A date and a time are needed.")) from None
    found = gateway().backends.previews.contract(current_caller(), draft, opened)
    rows: dict[str, dict[str, Any]] = {priority: {} for priority in PRIORITIES}
    for one in found.targets:
        kind = word_of(contract_pb2.TargetKind.DESCRIPTOR, one.kind) or ""
        rows[f"P{one.priority}"][kind] = one
    return {"opened": found.open_time, "rows": rows, "zone": zone}


def _page(
    form: MultiDict[str, str],
    problems: Problems,
    latest: contract_pb2.Contract | None = None,
    shown: contract_pb2.Contract | None = None,
    preview: dict[str, Any] | None = None,
) -> str:
    caller = current_caller()
    calendars = [(one.calendar_id, one.name) for one in gateway().backends.calendars.list(caller)]
    clients = tenant_choices(caller)
    differing = []
    if latest and request.method == "POST" and not (problems.keys() - {"conflict"}):
        differing = changes(latest, contract_of(form, latest.contract_id), dict(calendars))
    own = form.get("time_zone", "")
    return admin_page(
        "contract.html",
        "contracts",
        form=form,
        contract=latest,
        shown=shown,
        is_former=bool(latest and shown and shown.version != latest.version),
        client_name=dict(clients).get(latest.tenant_id, "") if latest else "",
        calendars=calendars,
        clients=clients,
        zones=zones() if not own or own in zones() else [own, *zones()],
        kinds=[choice for choice in target_choices() if choice[0] in KINDS],
        kind_words=KINDS,
        priorities=PRIORITIES,
        parties=party_choices(),
        reopening=reopen_choices(),
        preview=preview,
        differing=differing,
        goal_text=goal_text,
        local_text=local_text,
        problems=problems,
        once_key=next_key(problems),
    )
