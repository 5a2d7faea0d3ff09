"""Trying the rules on words that somebody wrote down. Reads only."""

from dataclasses import dataclass

from chassis.tenancy import Caller
from services.triage import ports
from services.triage.domain.report import Report
from services.triage.domain.trial import Trial, tried
from services.triage.use_cases.rooms import write_room
from services.triage.use_cases.routing import LookAround


@dataclass(frozen=True)
class TryRules:
    """For those who write rules: they alone see every rule, whatever client it names."""

    rules: ports.Rules
    look_around: LookAround
    clients: ports.Clients

    def try_on(self, caller: Caller, report: Report) -> Trial:
        """Raises PermissionDenied, NotFound("tenant_not_found")."""
        room = write_room(caller)
        if report.tenant_id:
            self.clients.require(caller, [report.tenant_id])
        around = self.look_around.at(caller, room.provider_id, [report])
        around = self.look_around.loaded(room.provider_id, around)
        groups = around.groups_for(report.tenant_id)
        return tried(report, self.rules.all(room), groups, around.load, around.asked_by(report))
