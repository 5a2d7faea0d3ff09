"""Service level statements: a month drafted, looked at, closed and sealed; what is owed approved or voided."""

from typing import Any

from flask import Blueprint, Response, request

from chassis.errors import NotFound
from chassis.tenancy import Caller
from fairlead.sla.v1 import statement_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.auth.statement_files import statement_answer
from services.gateway.pages.console import names
from services.gateway.pages.console.admin.choices import tenant_choices
from services.gateway.pages.console.admin.doing import (
    Problems,
    Refused,
    address,
    next_key,
    submitted,
)
from services.gateway.pages.console.admin.frame import (
    PAGE,
    ROOT,
    admin_page,
    administrators_only,
    first_address,
    if_there,
    next_address,
    page_token,
)
from services.gateway.pages.console.frame import overseers_only
from services.gateway.pages.language import gettext as _
from services.gateway.pages.pauses import promise_label
from services.gateway.pages.signs import Sign
from services.gateway.pages.statements import (
    OUTCOMES,
    credit_sign,
    money,
    outcome_sign,
    reasons_in_words,
    share,
)

statements = Blueprint("admin_statements", __name__)
_HOME = f"{ROOT}/statements"
_SECONDS_BETWEEN_LOOKS = "2"


@statements.get("/console/admin/statements")
@overseers_only
def list_statements() -> str:
    """Newest month first, drafts included; for administrators with the form that drafts one."""
    return _list_page({})


@statements.post("/console/admin/statements")
@administrators_only
def draft_statement() -> Any:
    """Drafts a month of the contract that the client goes by; a month that is drafted already is gathered anew."""

    def draft() -> str:
        caller, tenant_id = current_caller(), request.form.get("tenant_id", "")
        contract_id = _contract_of(caller, tenant_id)
        made = gateway().backends.statements.draft(
            caller, tenant_id, contract_id, request.form.get("period", "").strip()
        )
        return address(f"{_HOME}/{made.statement_id}", "statement_drafted")

    return submitted(draft, _list_page)


@statements.get("/console/admin/statements/<statement_id>")
@overseers_only
def show_statement(statement_id: str) -> Response:
    """What became of each promise, and what is owed. While lines are gathered it says how far, and looks again by itself."""
    shown = gateway().backends.statements.get(current_caller(), statement_id)
    response = Response(_page(shown, {}))
    if shown.gathering:
        response.headers["Refresh"] = _SECONDS_BETWEEN_LOOKS
    return response


@statements.post("/console/admin/statements/<statement_id>/close")
@administrators_only
def close_statement(statement_id: str) -> Any:
    """Seals it for good; goes on by itself."""

    def close() -> str:
        gateway().backends.statements.close(current_caller(), statement_id)
        return address(f"{_HOME}/{statement_id}", "statement_closing")

    return submitted(close, lambda problems: _again(statement_id, problems))


@statements.post("/console/admin/statements/<statement_id>/credits/<clause_id>")
@administrators_only
def decide_credit(statement_id: str, clause_id: str) -> Any:
    """Approved, or voided with a reason."""
    approve = request.form.get("decision") == "approve"

    def decide() -> str:
        reason = request.form.get("reason", "").strip()
        if not approve and not reason:
            raise Refused(form=_("Say why the credit is not given."))
        gateway().backends.statements.decide_credit(
            current_caller(), statement_id, clause_id, approve, "" if approve else reason
        )
        return address(f"{_HOME}/{statement_id}", "credit_approved" if approve else "credit_voided")

    return submitted(decide, lambda problems: _again(statement_id, problems))


@statements.get("/console/admin/statements/<statement_id>/<any(json, csv, pdf):form>")
@overseers_only
def download_statement(statement_id: str, form: str) -> Response:
    """The file; as JSON once it is sealed."""
    return statement_answer(gateway(), current_caller(), statement_id, form)


def _contract_of(caller: Caller, tenant_id: str) -> str:
    """The client's own contract, or else the provider's default."""
    known = {one.tenant_id: one.contract_id for one in gateway().backends.contracts.list(caller)}
    if tenant_id not in dict(tenant_choices(caller)):
        raise NotFound("tenant_not_found", "There is no such client.")
    found = known.get(tenant_id) or known.get("")
    if not found:
        raise Refused(tenant_id=_("This client has no contract."))
    return found


def _list_page(problems: Problems) -> str:
    caller = current_caller()
    found = if_there(
        lambda: gateway().backends.statements.list(caller, page_size=PAGE, page_token=page_token())
    )
    shown = list(found.statements) if found else []
    return admin_page(
        "statements.html",
        "statements",
        statements=None if found is None else shown,
        clients=names.tenant_names(caller, [one.tenant_id for one in shown]),
        choices=tenant_choices(caller),
        typed=request.form,
        sign=_sign,
        share=share,
        money=money,
        next=next_address(found.next_page_token) if found else "",
        first=first_address(),
        problems=problems,
        once_key=next_key(problems),
    )


def _again(statement_id: str, problems: Problems) -> str:
    return _page(gateway().backends.statements.get(current_caller(), statement_id), problems)


def _page(shown: statement_pb2.Statement, problems: Problems) -> str:
    caller = current_caller()
    asked = request.args.get("outcome", "")
    outcome = asked if asked in OUTCOMES else ""
    lines = if_there(
        lambda: gateway().backends.statements.lines(
            caller, shown.statement_id, outcome=outcome, page_size=PAGE, page_token=page_token()
        )
    )
    return admin_page(
        "statement.html",
        "statements",
        statement=shown,
        clients=names.tenant_names(caller, [shown.tenant_id]),
        lines=None if lines is None else list(lines.lines),
        outcome=outcome,
        outcomes=[outcome_sign(word) for word in OUTCOMES],
        outcome_sign=outcome_sign,
        sign=_sign,
        credit_sign=credit_sign,
        reasons=reasons_in_words(shown.reasons),
        promise_label=promise_label,
        share=share,
        money=money,
        next=next_address(lines.next_page_token) if lines else "",
        first=first_address(),
        problems=problems,
        once_key=next_key(problems),
    )


def _sign(shown: statement_pb2.Statement) -> Sign:
    if shown.state == statement_pb2.STATEMENT_STATE_CLOSED:
        return Sign("closed", _("Closed"), "lock", "good")
    if shown.state == statement_pb2.STATEMENT_STATE_CLOSING:
        return Sign("closing", _("Closing"), "hourglass", "info")
    return Sign("draft", _("Draft"), "pencil", "quiet")
