"""Statements: each month that is closed, for the managers of the client; what was kept, and what is owed."""

from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from chassis.errors import NotFound
from fairlead.sla.v1 import statement_pb2
from services.gateway.auth.context import gateway
from services.gateway.auth.statement_files import statement_answer
from services.gateway.pages.pauses import promise_label
from services.gateway.pages.portal.room import Portal, if_it_answers, portal_page
from services.gateway.pages.statements import (
    OUTCOMES,
    credit_sign,
    money,
    month_name,
    outcome_sign,
    reasons_in_words,
    share,
)

statements = Blueprint("portal_statements", __name__)
_PAGE, _LINES = 24, 50


@statements.get("/statements")
@portal_page
def list_statements(portal: Portal) -> str:
    """Newest month first, revisions included."""
    _managers_only(portal)
    token = request.args.get("page", "")
    found = gateway().backends.statements.list(
        portal.caller, tenant_ids=[portal.tenant_id], page_size=_PAGE, page_token=token
    )
    here = f"{portal.address}statements"
    return render_template(
        "pages/portal/statements.html",
        portal=portal,
        active="statements",
        statements=[each for each in found.statements if _is_closed(each)],
        share=share,
        month_name=month_name,
        money=money,
        next_address=f"{here}?{urlencode({'page': found.next_page_token})}" if found.next_page_token else "",
        first_address=here if token else "",
    )


@statements.get("/statements/<statement_id>")
@portal_page
def show_statement(portal: Portal, statement_id: str) -> str:
    """What became of each promise, and what is owed; `outcome` chooses among the promises."""
    shown = _closed(portal, statement_id)
    asked = request.args.get("outcome", "")
    outcome, token = asked if asked in OUTCOMES else "", request.args.get("page", "")
    lines = if_it_answers(
        lambda: gateway().backends.statements.lines(
            portal.caller, statement_id, outcome=outcome, page_size=_LINES, page_token=token
        )
    )

    def address(**changed: str) -> str:
        query = urlencode({name: value for name, value in {"outcome": outcome, **changed}.items() if value})
        return f"{portal.address}statements/{statement_id}{'?' if query else ''}{query}#fl-lines"

    return render_template(
        "pages/portal/statement.html",
        portal=portal,
        active="statements",
        statement=shown,
        lines=None if lines is None else list(lines.lines),
        outcome=outcome,
        outcomes=[outcome_sign(word) for word in OUTCOMES],
        outcome_sign=outcome_sign,
        credit_sign=credit_sign,
        reasons=reasons_in_words(shown.reasons),
        promise_label=promise_label,
        share=share,
        month_name=month_name,
        money=money,
        address=address,
        next_address=address(page=lines.next_page_token) if lines and lines.next_page_token else "",
        first_address=address() if token else "",
    )


@statements.get("/statements/<statement_id>/<any(json, csv, pdf):form>")
@portal_page
def download_statement(portal: Portal, statement_id: str, form: str) -> Response:
    """The file."""
    _closed(portal, statement_id)
    return statement_answer(gateway(), portal.caller, statement_id, form)


def _managers_only(portal: Portal) -> None:
    """For others of the client there are none; staff have them in the console."""
    if not portal.is_manager:
        raise NotFound("not_found", "There is no such page.")


def _closed(portal: Portal, statement_id: str) -> statement_pb2.Statement:
    _managers_only(portal)
    found = gateway().backends.statements.get(portal.caller, statement_id)
    if found.tenant_id != portal.tenant_id or not _is_closed(found):
        raise NotFound("statement_not_found", "There is no such statement.")
    return found


def _is_closed(statement: statement_pb2.Statement) -> bool:
    return statement.state == statement_pb2.STATEMENT_STATE_CLOSED
