"""The list of configuration items: found by name, added one by one or from a sheet, and given out as one."""

from typing import Any

from flask import Blueprint, Response, request

from chassis.errors import FairleadError
from fairlead.incidents.v1 import configuration_item_pb2 as items
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends import cells, item_sheets
from services.gateway.backends.words import number_of
from services.gateway.pages.console.admin.doing import (
    Problems,
    Refused,
    address,
    problems_of,
    submitted,
)
from services.gateway.pages.console.admin.frame import PAGE, first_address, if_there, next_address, page_token
from services.gateway.pages.console.frame import staff_only
from services.gateway.pages.console.items.paging import HOME, SHARED, item_page
from services.gateway.pages.console.items.typed import item_of
from services.gateway.pages.language import gettext as _

item_list = Blueprint("console_items", __name__)
_LONGEST_SHEET = 500_000


@item_list.get("/console/items")
@staff_only
def list_items() -> str:
    """By name."""
    return _page({})


@item_list.post("/console/items")
@staff_only
def create_item() -> Any:
    """Adds one."""

    def create() -> str:
        wanted = item_of(request.form)
        owner = _owner()
        wanted.tenant_id, wanted.shared = owner, not owner
        made = gateway().backends.configuration_items.create(current_caller(), wanted)
        return address(f"{HOME}/{made.item_id}", "item_saved")

    return submitted(create, lambda problems: _page(problems, adding=True))


@item_list.post("/console/items/import")
@staff_only
def import_items() -> Any:
    """Adds and changes many; the page says what became of each row. A try changes nothing."""
    try:
        sheet = item_sheets.read(_sheet())
        results = gateway().backends.configuration_items.take(
            current_caller(), _owner(), sheet.rows, sheet.fields, "try" in request.form
        )
    except Refused as refused:
        return _page(refused.problems, importing=True), 422
    except FairleadError as error:
        if error.status in ("NOT_FOUND", "PERMISSION_DENIED"):
            raise
        return _page(problems_of(error), importing=True), 422
    rows = [(number, sheet.rows[number - 1].name, result) for number, result in enumerate(results, start=1)]
    return _page({}, importing=True, rows=rows, tried="try" in request.form)


@item_list.get("/console/items.csv")
@staff_only
def export_items() -> Response:
    """Those of one client, of the provider, or all that the reader may see."""
    client = request.args.get("client", "")[:100]
    found = gateway().backends.configuration_items.all(
        current_caller(), tenant_id="" if client == SHARED else client, shared=client == SHARED
    )
    answer = Response(item_sheets.written(found), content_type=cells.MEDIA_TYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="configuration-items.csv"'
    return answer


def _owner() -> str:
    """The client chosen; "" for the provider itself."""
    chosen = request.form.get("client", "")[:100]
    if not chosen:
        raise Refused(client=_("Choose a client."))
    return "" if chosen == SHARED else chosen


def _sheet() -> str:
    """The file that was chosen, or what was pasted."""
    chosen = request.files.get("sheet")
    text = (
        chosen.read(_LONGEST_SHEET * 4).decode("utf-8-sig", "replace") if chosen and chosen.filename else ""
    )
    text = text or request.form.get("csv", "")
    if not text.strip():
        raise Refused(csv=_("Choose a file, or paste its rows."))
    if len(text) > _LONGEST_SHEET:
        raise Refused(csv=_("This is too large: import it in parts."))
    return text


def _page(problems: Problems, **more: Any) -> str:
    asked = request.args
    client = asked.get("client", "")[:100]
    state = asked.get("state", "in_use")
    found = if_there(
        lambda: gateway().backends.configuration_items.list(
            current_caller(),
            tenant_id="" if client == SHARED else client,
            shared=client == SHARED,
            words=asked.get("query", "").strip()[:200],
            type=asked.get("type", "")[:40],
            state=number_of(items.ItemState.DESCRIPTOR, state),
            page_size=PAGE,
            page_token=page_token(),
        )
    )
    return item_page(
        "list.html",
        problems,
        items=None if found is None else list(found.items),
        query=asked.get("query", ""),
        client=client,
        type=asked.get("type", ""),
        state=state,
        next=next_address(found.next_page_token) if found else "",
        first=first_address(),
        **{"adding": False, "importing": False, "rows": [], "tried": False, **more},
    )
