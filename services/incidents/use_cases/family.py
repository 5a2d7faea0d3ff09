"""Parent and children: adopting, and saying the same to each child."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chassis.errors import FairleadError, PermissionDenied, RevisionConflict, Unavailable
from chassis.tenancy import Caller, GrantedScope
from services.incidents.domain import family
from services.incidents.domain.facts import Change
from services.incidents.domain.incident import Incident
from services.incidents.domain.visibility import actor_of, side_of
from services.incidents.ports import Clock, Incidents
from services.incidents.use_cases.attempts import attempts
from services.incidents.use_cases.commands import Commands
from services.incidents.use_cases.reading import visible
from services.incidents.use_cases.targets import CommandTarget, fingerprint_of, moved_on


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one child; error_reason is "" when it was told."""

    child: Incident
    error_reason: str = ""


class Family:
    """Staff only, and each sees of a family what they are granted."""

    def __init__(self, incidents: Incidents, commands: Commands, clock: Clock) -> None:
        self._incidents = incidents
        self._commands = commands
        self._clock = clock

    def set_parent(self, caller: Caller, target: CommandTarget, parent: str) -> Incident:
        """The child. parent: id or number of one that the caller is granted, "" for none. Raises as `domain.family`."""
        actor, side = actor_of(caller), side_of(caller)

        def decide(now: datetime, child: Incident) -> Change | None:
            if not parent:
                return family.release(child, actor, side, now)
            chosen = visible(self._incidents, caller, parent)
            # Of whatever client, granted or not: what they are counted for is told to nobody.
            everywhere = GrantedScope(child.provider_id, None)
            has_children = bool(self._incidents.children(everywhere, child.incident_id, 1))
            siblings = len(self._incidents.children(everywhere, chosen.incident_id, family.MOST_CHILDREN))
            return family.adopt(child, chosen, has_children, siblings, actor, side, now)

        return self._run(caller, target, f"set_parent\n{parent}", decide)

    def tell(self, caller: Caller, target: CommandTarget, text: str, code: str) -> list[Told]:
        """Says it to each child that the caller is granted; with a code, resolves each so.

        One that refuses holds up no other. The same key again says it to those alone who were not told.
        """
        parent = visible(self._incidents, caller, target.incident_id)
        if not caller.is_staff:
            raise PermissionDenied("role_required", "Only staff speak to all children of an incident.")
        told = []
        for child in self._incidents.children(caller.granted(), parent.incident_id, family.MOST_CHILDREN):
            one = CommandTarget(child.incident_id, target.idempotency_key)
            try:
                if code:
                    self._commands.resolve(caller, one, code, text)
                else:
                    self._commands.reply(caller, one, text)
            except Unavailable:
                raise
            except FairleadError as error:
                told.append(Told(child, error.reason))
            else:
                told.append(Told(child))
        return told

    def _run(
        self,
        caller: Caller,
        target: CommandTarget,
        command: str,
        decide: Callable[[datetime, Incident], Change | None],
    ) -> Incident:
        fingerprint = fingerprint_of(caller, target, command)
        for _ in attempts():
            child = visible(self._incidents, caller, target.incident_id)
            if fingerprint and fingerprint in child.recent_keys:
                return child
            if target.revision and target.revision != child.revision:
                raise moved_on(child.revision)
            change = decide(self._clock(), child)
            if change is None:
                return child
            try:
                self._incidents.save(change.remembering(fingerprint) if fingerprint else change, caller)
            except RevisionConflict:
                continue
            return change.after
        raise moved_on(0)
