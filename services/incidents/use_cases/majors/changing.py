"""Which major incidents exist for whom, and how one is changed: load, decide, save, again where somebody was faster."""

import re
from collections.abc import Callable
from datetime import datetime

from chassis.errors import NotFound, PermissionDenied, RevisionConflict
from chassis.tenancy import Caller, TenantScope
from services.incidents.domain.major.record import Major, MajorChange
from services.incidents.ports import Clock
from services.incidents.ports.majors import Majors
from services.incidents.use_cases.attempts import attempts
from services.incidents.use_cases.targets import CommandTarget, fingerprint_of, moved_on

Decide = Callable[[datetime, Major], MajorChange | None]
_NUMBER = re.compile(r"MAJOR-([1-9][0-9]{0,8})", re.IGNORECASE)


def room_of(caller: Caller) -> TenantScope:
    """The provider's room. Raises PermissionDenied for whoever is not staff."""
    return caller.provider_scope()


def is_granted(caller: Caller, tenant_id: str) -> bool:
    """Whether the caller works for this client."""
    return caller.tenant_ids is None or tenant_id in caller.tenant_ids


class Changing:
    """One major incident, as far as it exists for a caller."""

    def __init__(self, majors: Majors, clock: Clock) -> None:
        self.majors = majors
        self.clock = clock

    def seen(self, caller: Caller, major_id: str) -> Major:
        """By id or number. Raises NotFound for one that touches nobody the caller is granted and gives them no role."""
        room = room_of(caller)
        number = _NUMBER.fullmatch(major_id)
        found = (
            self.majors.load_by_position(room, int(number[1])) if number else self.majors.load(room, major_id)
        )
        granted = any(is_granted(caller, one.tenant_id) for one in found.affected)
        has_role = bool(caller.person_id) and any(one.person_id == caller.person_id for one in found.holders)
        if not (granted or has_role):
            raise NotFound("major_incident_not_found", "There is no such major incident.")
        return found

    def require_whole(self, caller: Caller, major: Major) -> None:
        """Whoever speaks to all clients, or decides for them, is granted all. Raises PermissionDenied("grant_missing")."""
        if not all(is_granted(caller, one.tenant_id) for one in major.touched):
            raise PermissionDenied(
                "grant_missing", "It touches a client that you are not granted; somebody else has to do that."
            )

    def run(self, caller: Caller, target: CommandTarget, command: str, decide: Decide) -> Major:
        """The same idempotency key again returns it as it stands."""
        fingerprint = fingerprint_of(caller, target, f"major {command}")
        for _ in attempts():
            major = self.seen(caller, target.incident_id)
            if fingerprint and fingerprint in major.recent_keys:
                return major
            if target.revision and target.revision != major.revision:
                raise moved_on(major.revision)
            change = decide(self.clock(), major)
            if change is None:
                return major
            try:
                self.majors.save(change.remembering(fingerprint), caller)
            except RevisionConflict:
                continue
            return change.remembering(fingerprint).after
        raise moved_on(0)

    def run_for_all(self, major: Major, caller: Caller, decide: Decide) -> Major:
        """The same without regard to who sees it: for what was decided already and is carried out."""
        room = TenantScope(major.provider_id, major.provider_id)
        for _ in attempts():
            present = self.majors.load(room, major.major_id)
            change = decide(self.clock(), present)
            if change is None:
                return present
            try:
                self.majors.save(change, caller)
            except RevisionConflict:
                continue
            return change.after
        raise moved_on(0)
