"""Contracts: agreed, changed by a next version, read."""

from __future__ import annotations

from dataclasses import replace

from chassis.errors import NotFound
from chassis.tenancy import Caller, TenantScope
from services.sla.domain.contract import Contract, TargetLevel
from services.sla.domain.contract_check import check_contract
from services.sla.domain.versions import ContractRecord
from services.sla.ports import Calendars, Clock, Contracts, NewId, Tenants
from services.sla.use_cases.reach import may_read, provider_of, reach_of, require_writer, room_of


class Agreeing:
    """A tenant has one contract of its own, or goes by its provider's default."""

    def __init__(
        self, contracts: Contracts, calendars: Calendars, tenants: Tenants, clock: Clock, new_id: NewId
    ) -> None:
        self._contracts = contracts
        self._calendars = calendars
        self._tenants = tenants
        self._clock = clock
        self._new_id = new_id

    def create(self, caller: Caller, contract: Contract) -> ContractRecord:
        """The first version; tenant_id "" makes the provider's default. Without an effective time it holds at once.

        Raises NotFound("tenant_not_found"), PermissionDenied, InvalidArgument (naming the field),
        AlreadyExists("contract_exists") when the tenant has one: update that.
        """
        now = self._clock()
        zone = contract.time_zone
        if contract.tenant_id:
            tenant = self._tenants.get(caller, contract.tenant_id)
            scope = TenantScope(tenant.provider_id, tenant.tenant_id)
            zone = zone or tenant.time_zone
            require_writer(caller)
        else:
            require_writer(caller)
            scope = room_of(provider_of(caller, contract.provider_id))
        first = replace(
            contract,
            contract_id=self._new_id("ctr"),
            provider_id=scope.provider_id,
            version=1,
            time_zone=zone or "UTC",
            effective_time=contract.effective_time or now,
            create_time=now,
        )
        self._check(first)
        record = ContractRecord(first.contract_id, scope.provider_id, first.tenant_id, (first,))
        return self._contracts.add(scope, record, caller)

    def update(self, caller: Caller, contract: Contract, revision: int) -> ContractRecord:
        """The next version, whole; incidents opened after it takes effect are timed on it, others are not.

        Raises NotFound, PermissionDenied, InvalidArgument, RevisionConflict.
        """
        now = self._clock()
        # Found as the caller may see it, then permitted: a stranger learns nothing from which refusal it gets.
        record = self.get(caller, contract.contract_id)
        require_writer(caller)
        latest = record.latest
        following = replace(
            contract,
            provider_id=record.provider_id,
            tenant_id=record.tenant_id,
            version=latest.version + 1,
            time_zone=contract.time_zone or latest.time_zone,
            effective_time=contract.effective_time or max(now, latest.effective_time or now),
            create_time=now,
        )
        self._check(following)
        scope = TenantScope(record.provider_id, record.tenant_id or record.provider_id)
        return self._contracts.save(scope, record.with_version(following, revision), caller)

    def get(self, caller: Caller, contract_id: str) -> ContractRecord:
        """A contract that the caller's tenants go by, or any of theirs for staff. Raises NotFound."""
        if may_read(caller):
            record = self._contracts.get(reach_of(caller), contract_id)
            if caller.is_staff or record.tenant_id or self._without_own(caller):
                return _as_seen(caller, record)
        raise NotFound("contract_not_found", "There is no such contract.")

    def all_for(self, caller: Caller, tenant_id: str = "") -> list[ContractRecord]:
        """With a tenant: its own contract or else the default that it goes by. Without: all that are visible.

        Raises NotFound("tenant_not_found") for a tenant outside the caller's grant.
        """
        if tenant_id:
            scope = caller.scope(tenant_id)
            if not may_read(caller):
                return []
            found = self._contracts.all_of(scope) or self._contracts.all_of(room_of(scope.provider_id))
            return [_as_seen(caller, record) for record in found]
        if not may_read(caller):
            return []
        records = self._contracts.all_of(reach_of(caller))
        shows_default = caller.is_staff or self._without_own(caller)
        return [_as_seen(caller, record) for record in records if record.tenant_id or shows_default]

    def _without_own(self, caller: Caller) -> bool:
        """Whether some tenant of a client's caller goes by the default."""
        granted = caller.granted()
        if granted.tenant_ids is None:
            return True
        owners = {record.tenant_id for record in self._contracts.all_of(granted)}
        return bool(granted.tenant_ids - owners)

    def _check(self, contract: Contract) -> None:
        room = room_of(contract.provider_id)
        wanted = {target.calendar_id for target in contract.targets}
        check_contract(contract, {c.calendar_id for c in self._calendars.get_many(room, wanted)})


def _as_seen(caller: Caller, record: ContractRecord) -> ContractRecord:
    """What the provider agrees with its own groups and with its vendors is not the client's to see."""
    if caller.is_staff:
        return record
    versions = tuple(
        replace(version, targets=tuple(t for t in version.targets if t.level is TargetLevel.CLIENT))
        for version in record.versions
    )
    return replace(record, versions=versions)
