"""What is owed under a contract: agreed, changed by a next version, read."""

from __future__ import annotations

from dataclasses import replace

from chassis.errors import NotFound
from chassis.tenancy import Caller
from services.sla.domain.statements.credit import CreditTerms, check_terms
from services.sla.ports import Clock, CreditBook
from services.sla.use_cases.agreeing import Agreeing
from services.sla.use_cases.reach import require_writer, room_of


class Crediting:
    """Credit terms lie in their contract's room, and are read by whoever reads the contract."""

    def __init__(self, credits: CreditBook, agreeing: Agreeing, clock: Clock) -> None:
        self._credits = credits
        self._agreeing = agreeing
        self._clock = clock

    def set(self, caller: Caller, terms: CreditTerms) -> CreditTerms:
        """The next version; without an effective time it holds for periods that start from now on.

        Raises NotFound("contract_not_found"), PermissionDenied, InvalidArgument, RevisionConflict.
        """
        contract = self._agreeing.get(caller, terms.contract_id)
        require_writer(caller)
        check_terms(terms)
        room = room_of(contract.provider_id)
        if contract.tenant_id:
            room = replace(room, tenant_id=contract.tenant_id)
        known = self._credits.versions(room, terms.contract_id)
        following = replace(
            terms,
            provider_id=contract.provider_id,
            tenant_id=room.tenant_id,
            version=known[-1].version + 1 if known else 1,
            effective_time=terms.effective_time or self._clock(),
        )
        return self._credits.add_version(room, following)

    def get(self, caller: Caller, contract_id: str) -> CreditTerms:
        """The latest version. Raises NotFound("contract_not_found", or "credit_terms_not_found")."""
        contract = self._agreeing.get(caller, contract_id)
        room = room_of(contract.provider_id)
        if contract.tenant_id:
            room = replace(room, tenant_id=contract.tenant_id)
        versions = self._credits.versions(room, contract_id)
        if not versions:
            raise NotFound("credit_terms_not_found", "No credits are agreed.")
        return versions[-1]
