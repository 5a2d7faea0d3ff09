"""What rules did, and why: for staff, about incidents of clients that they are granted."""

from dataclasses import dataclass, replace

from chassis.errors import InvalidArgument, NotFound
from chassis.tenancy import Caller
from services.triage import ports
from services.triage.domain.rule_run import Opened
from services.triage.use_cases.rooms import read_room, require_staff

_MOST, _USUAL = 100, 25


@dataclass(frozen=True)
class SeeRuns:
    """The log of what rules did, as long as it is kept."""

    runs: ports.RuleRuns
    rules: ports.Rules

    def of_incident(self, caller: Caller, incident_id: str) -> Opened:
        """Raises NotFound("incident_not_found") also where nothing is kept of it any more."""
        require_staff(caller)
        try:
            return self._seen(caller, self.runs.of_incident(caller.granted(), incident_id))
        except NotFound as error:
            raise NotFound("incident_not_found", "There is no such incident.") from error

    def of_rule(
        self, caller: Caller, rule_id: str, page_size: int, page_token: str
    ) -> tuple[list[Opened], str, int]:
        """Of incidents for which it held, the latest first; the next page's token; how many in all. Raises NotFound."""
        rule = self.rules.get(read_room(caller), rule_id)
        if caller.tenant_ids is not None and not rule.named_tenants <= caller.tenant_ids:
            raise NotFound("rule_not_found", "There is no such rule.")
        if page_size < 0:
            raise InvalidArgument("page_size_invalid", f"A page has 1 to {_MOST} lines.", field="page_size")
        found, token, total = self.runs.of_rule(
            caller.granted(), rule_id, min(page_size or _USUAL, _MOST), page_token
        )
        alone = (tuple(run for run in one.runs if run.rule_id == rule_id) for one in found)
        return [replace(one, runs=runs) for one, runs in zip(found, alone, strict=True)], token, total

    def _seen(self, caller: Caller, opened: Opened) -> Opened:
        """Without conditions that name clients that are not the reader's to know."""
        if caller.tenant_ids is None:
            return opened
        known = caller.tenant_ids
        runs = (
            replace(run, conditions=tuple(one for one in run.conditions if one.condition.tenants <= known))
            for run in opened.runs
        )
        return replace(opened, runs=tuple(runs))
