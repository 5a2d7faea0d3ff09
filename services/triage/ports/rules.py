"""Rules, and what they did."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from chassis.tenancy import Scope, TenantScope
from services.triage.domain.rule import Rule
from services.triage.domain.rule_history import RuleHistory
from services.triage.domain.rule_run import Opened


class Rules(Protocol):
    """A provider's rules with their versions, in its own room."""

    def add(self, scope: TenantScope, history: RuleHistory, now: datetime) -> RuleHistory: ...
    def replace(self, scope: TenantScope, history: RuleHistory, revision: int, now: datetime) -> RuleHistory:
        """Raises NotFound("rule_not_found"), RevisionConflict unless revision is the present one."""
        ...

    def delete(self, scope: TenantScope, rule_id: str) -> None: ...
    def get(self, scope: Scope, rule_id: str) -> Rule:
        """The latest version. Raises NotFound("rule_not_found")."""
        ...

    def history(self, scope: Scope, rule_id: str) -> RuleHistory:
        """Raises NotFound("rule_not_found")."""
        ...

    def all(self, scope: Scope) -> list[Rule]:
        """The latest version of each."""
        ...

    def deciding(self, scope: Scope) -> list[Rule]:
        """The version of each that decides, of those that are switched on."""
        ...


class RuleRuns(Protocol):
    """What rules did about incidents, each with its client, for a time."""

    def log(self, opened: Sequence[Opened]) -> None:
        """Idempotent by incident."""
        ...

    def passed(self, scope: Scope, told: Mapping[str, tuple[str, Sequence[str]]]) -> None:
        """Incident id → why the record took nothing ("": it did), and what a person had decided before."""
        ...

    def of_incident(self, scope: Scope, incident_id: str) -> Opened:
        """Raises NotFound("rule_runs_not_found")."""
        ...

    def of_rule(
        self, scope: Scope, rule_id: str, page_size: int, page_token: str
    ) -> tuple[list[Opened], str, int]:
        """Those for which it held, the latest first and without their text; the next page's token; and how many in all."""
        ...

    def latest(self, scope: Scope, most: int) -> list[Opened]:
        """The latest first."""
        ...

    def quiet(self, scope: Scope, incident_ids: Collection[str]) -> set[str]:
        """Those of them about which a rule said that nobody is called."""
        ...
