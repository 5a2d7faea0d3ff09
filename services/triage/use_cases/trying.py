"""Trying rules: on words that somebody wrote down, and on the incidents that came last."""

import contextlib
from dataclasses import dataclass, replace

from chassis.errors import InvalidArgument, RevisionConflict, Unavailable
from chassis.tenancy import Caller, TenantScope
from services.triage import ports
from services.triage.domain.report import Report
from services.triage.domain.retrial import Retrial, retried
from services.triage.domain.rule import Rule, check_rule
from services.triage.domain.rule_history import Tried
from services.triage.domain.trial import Trial, tried
from services.triage.use_cases.rooms import write_room
from services.triage.use_cases.routing import LookAround

MOST_INCIDENTS = 1_000
_USUAL = 200
_SAVE_ATTEMPTS = 5


@dataclass(frozen=True)
class TryRules:
    """For those who write rules: they alone see every rule, whatever client it names."""

    rules: ports.Rules
    look_around: LookAround
    clients: ports.Clients
    now: ports.Clock
    runs: ports.RuleRuns

    def try_on(self, caller: Caller, report: Report) -> Trial:
        """Saves nothing. Raises PermissionDenied, NotFound("tenant_not_found")."""
        room = write_room(caller)
        if report.tenant_id:
            self.clients.require(caller, [report.tenant_id])
        if report.create_time is None:
            report = replace(report, create_time=self.now())
        around = self.look_around.at(caller, room.provider_id, [report])
        around = self.look_around.loaded(room.provider_id, around)
        groups = around.groups_for(report.tenant_id)
        return tried(report, self._as_listed(room), groups, around.load, around.asked_by(report))

    def retry(self, caller: Caller, rule: Rule, incidents: int) -> Retrial:
        """What something that is not saved would have changed about the last incidents. Raises InvalidArgument."""
        room = write_room(caller)
        check_rule(rule)
        if rule.tenant_id:
            self.clients.require(caller, [rule.tenant_id])
        return self._retried(caller, room, rule, incidents)

    def retry_version(self, caller: Caller, rule_id: str, number: int, incidents: int) -> tuple[Retrial, int]:
        """The same of one version (0: the latest), which counts as tried from then on; and which it was.

        Raises NotFound("rule_not_found", "rule_version_not_found").
        """
        room = write_room(caller)
        history = self.rules.history(room, rule_id)
        number = number or history.latest.number
        rule = replace(history.version(number).rule, position=history.rule.position, version=number)
        found = self._retried(caller, room, rule, incidents)
        self._note(
            room, rule_id, number, Tried(self.now(), caller.name, found.incidents, found.held, found.changed)
        )
        return found, number

    def _note(self, room: TenantScope, rule_id: str, number: int, trial: Tried) -> None:
        """Though another version was written, or one was switched, meanwhile: this one was tried all the same."""
        for _ in range(_SAVE_ATTEMPTS):
            history = self.rules.history(room, rule_id)
            with contextlib.suppress(RevisionConflict):
                self.rules.replace(room, history.tried(number, trial), history.rule.revision, self.now())
                return
        raise Unavailable("rule_contended", "The rule keeps changing; try again.")

    def _retried(self, caller: Caller, room: TenantScope, rule: Rule, incidents: int) -> Retrial:
        if not 0 <= incidents <= MOST_INCIDENTS:
            message = f"A trial is on 1 to {MOST_INCIDENTS} incidents."
            raise InvalidArgument("incidents_invalid", message, field="incidents")
        asked = incidents or _USUAL
        past = self.runs.latest(caller.granted(), asked)
        return retried(past, self.rules.deciding(room), rule, self.look_around.groups.all(room), asked)

    def _as_listed(self, room: TenantScope) -> list[Rule]:
        """What decides; of those that are switched off the latest, which does not."""
        deciding = {rule.rule_id: rule for rule in self.rules.deciding(room)}
        return [deciding.get(rule.rule_id, rule) for rule in self.rules.all(room)]
