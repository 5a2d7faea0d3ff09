"""Closing rules: a versioned copy of what the contracts say."""

from datetime import datetime, timedelta

from pymongo.database import Database

from chassis.mongo import ScopedCollection
from chassis.tenancy import TenantScope
from services.incidents.domain.closing import DEFAULT_RULES, ClosingRules
from services.incidents.store.translation import EPOCH


class RuleStore:
    """Implements ports.Rules."""

    def __init__(self, database: Database) -> None:
        self._rules = ScopedCollection(database["closing_rules"])

    def at(self, scope: TenantScope, moment: datetime) -> ClosingRules:
        return (
            self._in_force(scope, moment)
            or self._in_force(TenantScope(scope.provider_id, scope.provider_id), moment)
            or DEFAULT_RULES
        )

    def keep(self, scope: TenantScope, contract_id: str, version: int, rules: ClosingRules) -> None:
        kept = {
            "effective_time": rules.effective_time or EPOCH,
            "close_after_seconds": int(rules.close_after.total_seconds()),
            "reopen_within_seconds": int(rules.reopen_within.total_seconds()),
        }
        key = {"contract_id": contract_id, "version": version}
        self._rules.update_one(scope, key, {"$set": kept}, upsert=True)

    def _in_force(self, scope: TenantScope, moment: datetime) -> ClosingRules | None:
        latest = [("effective_time", -1), ("version", -1)]
        found = self._rules.find_one(scope, {"effective_time": {"$lte": moment}}, sort=latest)
        if found is None:
            return None
        return ClosingRules(
            timedelta(seconds=found["close_after_seconds"]),
            timedelta(seconds=found["reopen_within_seconds"]),
            found["effective_time"],
        )
