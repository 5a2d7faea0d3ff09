"""Trying the rules on words that somebody wrote down. Reads only."""

from dataclasses import dataclass

from chassis.tenancy import Caller, GrantedScope
from services.triage import ports
from services.triage.domain.report import Report
from services.triage.domain.routing import who_may_see
from services.triage.domain.trial import Trial, tried
from services.triage.use_cases.rooms import write_room


@dataclass(frozen=True)
class TryRules:
    """For those who write rules: they alone see every rule, whatever client it names."""

    rules: ports.Rules
    groups: ports.Groups
    queue: ports.Queue
    staff: ports.Staff
    clients: ports.Clients

    def try_on(self, caller: Caller, report: Report) -> Trial:
        """Raises PermissionDenied, NotFound("tenant_not_found")."""
        room = write_room(caller)
        if report.tenant_id:
            self.clients.require(caller, [report.tenant_id])
        groups = self.groups.all(room)
        people = {member.person_id for group in groups for member in group.members}
        reach = self.staff.reach(caller, sorted(people)) if people else {}
        able = [who_may_see(group, report.tenant_id, reach) for group in groups]
        load = self.queue.load_of_people(GrantedScope(room.provider_id, None), people)
        return tried(report, self.rules.all(room), able, load)
