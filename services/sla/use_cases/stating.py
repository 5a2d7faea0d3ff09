"""Statements: drafted, closed, read, and their credits decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from chassis.errors import AlreadyExists, InvalidArgument, InvalidState, NotFound, RevisionConflict
from chassis.tenancy import Caller, GrantedScope, Scope, TenantScope
from services.sla.domain.statements.forms import csv_form, json_form
from services.sla.domain.statements.objection import Somebody
from services.sla.domain.statements.period import month, period_data_of
from services.sla.domain.statements.statement import CreditState, Statement, statement_id
from services.sla.domain.versions import ContractRecord
from services.sla.ports import (
    Brand,
    Clock,
    Contracts,
    Printer,
    PublicKey,
    StatementKeys,
    StatementLines,
    StatementQuery,
    Statements,
    Tenants,
)
from services.sla.use_cases.reach import may_read, reach_of, require_writer

# What is in a feed never gains an earlier neighbor: a statement is stamped and saved well within this.
FEED_DELAY = timedelta(seconds=5)
_TRIES = 4
# A client reads a document of some pages; every line of a long one is in the other forms.
MOST_PRINTED = 400


@dataclass(frozen=True)
class Stated:
    """A statement, and the id of the closed one that superseded it, "" for none."""

    statement: Statement
    superseded_by: str


class Stating:
    """Staff see every statement of their tenants; client managers and API clients those that are closed."""

    def __init__(
        self,
        statements: Statements,
        lines: StatementLines,
        contracts: Contracts,
        tenants: Tenants,
        keys: StatementKeys,
        printer: Printer,
        clock: Clock,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._statements = statements
        self._lines = lines
        self._contracts = contracts
        self._tenants = tenants
        self._keys = keys
        self._printer = printer
        self._clock = clock
        self._wake = wake

    def draft(self, caller: Caller, tenant_id: str, contract_id: str, period: str) -> Stated:
        """The latest statement of a month, made if there is none, its lines gathered anew if it is a draft.

        Raises NotFound, PermissionDenied, InvalidArgument("period_invalid"), InvalidState("period_not_begun").
        """
        scope, contract = self._agreed(caller, tenant_id, contract_id)
        require_writer(caller)
        asked, now = month(period, contract.versions), self._clock()
        if asked.start > now:
            raise InvalidState("period_not_begun", "This month has not begun.", period=period)
        for _ in range(_TRIES):
            known = self._statements.editions(scope, contract_id, period)
            try:
                if not known:
                    id = statement_id(scope.provider_id, scope.tenant_id, contract_id, period, 1)
                    name = contract.latest.name
                    fresh = Statement(id, scope.provider_id, scope.tenant_id, contract_id, name, asked)
                    made = self._statements.add(scope, fresh, now)
                elif known[-1].state == "draft":
                    made = self._statements.save(scope, known[-1].redrafted(), now)
                else:
                    return self._stated(caller, known[-1])
            except (AlreadyExists, RevisionConflict):
                continue  # somebody asked for the same at the same time
            self._wake()
            return self._stated(caller, made)
        raise RevisionConflict("statement_changed", "Others keep changing it.")

    def close(self, caller: Caller, id: str) -> Stated:
        """On its way to be sealed. Closing what is closed, or being closed, changes nothing.

        Raises NotFound, PermissionDenied, InvalidState("period_not_over").
        """
        for _ in range(_TRIES):
            known = self._seen(caller, id)
            require_writer(caller)
            now = self._clock()
            closing = known.closing(somebody(caller), now)
            if closing is not known:
                try:
                    closing = self._statements.save(scope_of(known), closing, now)
                except RevisionConflict:
                    continue
                self._wake()
            return self._stated(caller, closing)
        raise RevisionConflict("statement_changed", "Others keep changing it.")

    def get(self, caller: Caller, id: str) -> Stated:
        """Raises NotFound("statement_not_found")."""
        return self._stated(caller, self._seen(caller, id))

    def page(self, caller: Caller, tenant_ids: Sequence[str], asked: StatementQuery) -> list[Stated]:
        """Raises NotFound("tenant_not_found") for a tenant outside the grant."""
        for tenant_id in tenant_ids:
            caller.scope(tenant_id)
        if not may_read(caller):
            return []
        granted = caller.granted()
        scope = GrantedScope(granted.provider_id, frozenset(tenant_ids)) if tenant_ids else granted
        until = self._clock() - FEED_DELAY
        query = replace(asked, closed_only=asked.closed_only or not caller.is_staff, until=until)
        found = self._statements.page(scope, query)
        following = {following_id(each): each.statement_id for each in found}
        closed = self._statements.closed_among(scope, list(following))
        after = {following[id]: id for id in closed}
        return [Stated(each, after.get(each.statement_id, "")) for each in found]

    def lines(self, caller: Caller, id: str, outcome: str, after: str, limit: int) -> list[dict[str, Any]]:
        """Raises NotFound("statement_not_found"), InvalidArgument("outcome_unknown")."""
        known = self._seen(caller, id)
        if outcome not in ("", "met", "breached", "excluded"):
            raise InvalidArgument("outcome_unknown", "Met, breached or excluded?", field="outcome")
        scope, build = scope_of(known), known.build.number
        return self._lines.page(scope, id, build, outcome, after, limit)

    def decide(self, caller: Caller, id: str, clause_id: str, state: CreditState, reason: str) -> Stated:
        """A credit approved or voided. Raises NotFound, PermissionDenied, InvalidState, InvalidArgument."""
        for _ in range(_TRIES):
            known = self._seen(caller, id)
            require_writer(caller)
            decided = known.decided(clause_id, state, somebody(caller), reason, self._clock())
            if decided is not known:
                try:
                    decided = self._statements.decide(scope_of(known), decided, clause_id, caller)
                except RevisionConflict:
                    continue
            return self._stated(caller, decided)
        raise RevisionConflict("statement_changed", "Others keep changing it.")

    def as_json(self, caller: Caller, id: str) -> tuple[str, Iterator[bytes]]:
        """File name and pieces. Raises NotFound, InvalidState("statement_not_closed")."""
        known = self._seen(caller, id)
        if known.seal is None:
            raise InvalidState("statement_not_closed", "A draft has no seal; take it as CSV or PDF.")
        return _file_name(known, "json"), json_form(known.content, known.seal, self._all_lines(known))

    def as_csv(self, caller: Caller, id: str) -> tuple[str, Iterator[bytes]]:
        """File name and pieces. Raises NotFound."""
        known = self._seen(caller, id)
        return _file_name(known, "csv"), csv_form(headed(known), self._all_lines(known))

    def as_pdf(self, caller: Caller, id: str, brand: Brand) -> tuple[str, bytes]:
        """File name and document. Raises NotFound, Unavailable("printing_failed")."""
        known = self._seen(caller, id)
        chosen: list[dict[str, Any]] = []
        # What was not kept is what people read for; the rest fills what room there is.
        for outcome in ("breached", "excluded", "met"):
            room = MOST_PRINTED - len(chosen)
            if room > 0:
                scope, build = scope_of(known), known.build.number
                chosen += self._lines.page(scope, id, build, outcome, "", room)
        credits = [self._printed(known, credit) for credit in known.content.get("credits", ())]
        content = {**headed(known), "credits": credits, "sealed": known.is_closed, "seal": _proof(known)}
        return _file_name(known, "pdf"), self._printer.pdf(content, chosen, brand)

    def keys(self, caller: Caller) -> list[PublicKey]:
        """Public keys are for everybody who is let in."""
        caller.granted()
        return self._keys.public_keys()

    def _printed(self, known: Statement, credit: Mapping[str, Any]) -> dict[str, Any]:
        return {**credit, "state": known.credit_state(credit["clause_id"]).value}

    def _all_lines(self, known: Statement) -> Iterator[dict[str, Any]]:
        return self._lines.iterate(scope_of(known), known.statement_id, known.build.number)

    def _agreed(self, caller: Caller, tenant_id: str, contract_id: str) -> tuple[TenantScope, ContractRecord]:
        tenant = self._tenants.get(caller, tenant_id)
        record = self._contracts.get(reach_of(caller), contract_id) if may_read(caller) else None
        if record is None or record.tenant_id not in ("", tenant_id):
            raise NotFound("contract_not_found", "There is no such contract.")
        return TenantScope(tenant.provider_id, tenant.tenant_id), record

    def _seen(self, caller: Caller, id: str) -> Statement:
        return seen(self._statements, caller, id)

    def _stated(self, caller: Caller, known: Statement) -> Stated:
        following = following_id(known)
        scope: Scope = scope_of(known)
        return Stated(known, following if self._statements.closed_among(scope, [following]) else "")


def seen(statements: Statements, caller: Caller, id: str) -> Statement:
    """A statement as far as the caller may see it. Raises NotFound("statement_not_found")."""
    if may_read(caller):
        found = statements.get(caller.granted(), id)
        if found.is_closed or caller.is_staff:
            return found
    raise NotFound("statement_not_found", "There is no such statement.")


def scope_of(known: Statement) -> TenantScope:
    """Its tenant's."""
    return TenantScope(known.provider_id, known.tenant_id)


def following_id(known: Statement) -> str:
    """The id that the next edition has, or would have."""
    return statement_id(
        known.provider_id, known.tenant_id, known.contract_id, known.period.name, known.edition + 1
    )


def somebody(caller: Caller) -> Somebody:
    """Who the caller is, by the name they have now."""
    return Somebody(caller.subject, caller.name)


def headed(known: Statement) -> dict[str, Any]:
    """What files begin with, of a draft, too."""
    return {
        "statement_id": known.statement_id,
        "tenant_id": known.tenant_id,
        "contract_id": known.contract_id,
        "contract_name": known.contract_name,
        "revision": known.edition,
        "period": period_data_of(known.period),
        **known.content,
    }


def _proof(known: Statement) -> dict[str, str] | None:
    if known.seal is None:
        return None
    return {"sha256": known.seal.sha256, "key_id": known.seal.key_id}


def _file_name(known: Statement, ending: str) -> str:
    revised = f"-r{known.edition}" if known.edition > 1 else ""
    draft = "" if known.is_closed else "-draft"
    return f"statement-{known.period.name}{revised}{draft}.{ending}"
