"""An escalation policy: for which incidents, whom to call, how long to wait for an answer, how often to begin again."""

from dataclasses import dataclass, replace
from enum import Enum

from chassis.errors import InvalidArgument

_MOST_STEPS, _MOST_TARGETS, _MOST_ROUNDS = 20, 20, 10
_LONGEST_WAIT = 7 * 24 * 60


class Trigger(Enum):
    """What starts it."""

    OPENED = "opened"  # or a priority that became high enough
    WARNED = "warned"  # a promise is at risk
    BREACHED = "breached"


class TargetKind(Enum):
    """What a step names."""

    PERSON = "person"
    SCHEDULE = "schedule"  # whoever is on call by it at that moment
    GROUP = "group"  # everybody in an assignment group who is not away


@dataclass(frozen=True)
class Target:
    """Whom a step calls; name: as it was when the policy was saved."""

    kind: TargetKind
    target_id: str
    name: str = ""


@dataclass(frozen=True)
class Step:
    """All its targets are called at once; then it waits for an answer."""

    targets: tuple[Target, ...]
    wait_minutes: int = 10


@dataclass(frozen=True)
class Subject:
    """What a policy looks at of an incident."""

    tenant_id: str
    channel: str
    priority: int


@dataclass(frozen=True)
class Policy:
    """The first enabled one in position order that concerns an incident starts.

    alerts, priorities: it concerns what monitoring opened, and what has one of these priorities. tenant_ids: none for
    every client. rounds: how often its steps are gone through.
    """

    policy_id: str
    name: str
    steps: tuple[Step, ...]
    position: int = 100
    enabled: bool = True
    trigger: Trigger = Trigger.OPENED
    alerts: bool = True
    priorities: frozenset[int] = frozenset({1})
    tenant_ids: frozenset[str] = frozenset()
    rounds: int = 1
    revision: int = 0

    def concerns(self, subject: Subject, trigger: Trigger) -> bool:
        """Whether it starts for this incident."""
        if not self.enabled or trigger is not self.trigger:
            return False
        if self.tenant_ids and subject.tenant_id not in self.tenant_ids:
            return False
        return (self.alerts and subject.channel == "alert") or subject.priority in self.priorities

    def checked(self) -> "Policy":
        """The same, trimmed. Raises InvalidArgument naming the field."""
        name = " ".join(self.name.split())
        if not 1 <= len(name) <= 120:
            raise InvalidArgument("policy_name_invalid", "Between 1 and 120 characters.", field="name")
        if not 1 <= len(self.steps) <= _MOST_STEPS:
            raise InvalidArgument("steps_invalid", "Between 1 and 20 steps.", field="steps")
        for number, step in enumerate(self.steps):
            if not 1 <= len(step.targets) <= _MOST_TARGETS or not all(one.target_id for one in step.targets):
                raise InvalidArgument("targets_invalid", "Say who is called.", field=f"steps[{number}]")
            if not 1 <= step.wait_minutes <= _LONGEST_WAIT:
                raise InvalidArgument(
                    "wait_invalid", "A step waits a minute to seven days.", field=f"steps[{number}]"
                )
        if not 1 <= self.rounds <= _MOST_ROUNDS:
            raise InvalidArgument("rounds_invalid", "Between 1 and 10 rounds.", field="rounds")
        if not self.alerts and not self.priorities:
            raise InvalidArgument("policy_concerns_nothing", "Alerts, or a priority.", field="priorities")
        if not all(1 <= one <= 5 for one in self.priorities):
            raise InvalidArgument("priority_invalid", "Priorities are P1 to P5.", field="priorities")
        return replace(self, name=name)


def policy_for(policies: list[Policy], subject: Subject, trigger: Trigger) -> Policy | None:
    """The first that concerns it."""
    fitting = (one for one in policies if one.concerns(subject, trigger))
    return min(fitting, key=lambda one: (one.position, one.policy_id), default=None)
