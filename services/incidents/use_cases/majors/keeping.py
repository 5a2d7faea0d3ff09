"""Declaring major incidents, moving them on, giving roles, and reading them."""

from collections.abc import Sequence
from datetime import datetime

from chassis.errors import InvalidArgument
from chassis.tenancy import Caller, GrantedScope
from services.incidents.domain.family import MOST_CHILDREN
from services.incidents.domain.incident import OPEN_STATES, Incident
from services.incidents.domain.major import affecting, course
from services.incidents.domain.major.record import (
    DECIDING_ROLES,
    Holder,
    Major,
    MajorChange,
    MajorLine,
    MajorState,
    Role,
    Severity,
)
from services.incidents.domain.major.reminding import way_to
from services.incidents.domain.visibility import actor_of
from services.incidents.ports import Clock, Incidents, NewId, Staff, StaffMember
from services.incidents.ports.majors import MajorSettingsKept
from services.incidents.use_cases.majors.affecting import Affecting
from services.incidents.use_cases.majors.changing import Changing, is_granted, room_of
from services.incidents.use_cases.reading import page_size, visible
from services.incidents.use_cases.targets import CommandTarget, fingerprint_of

_PAGE_OF_HISTORY = 500


class KeepMajors:
    """Staff alone; raises PermissionDenied("role_required"), NotFound("major_incident_not_found"), as `course`."""

    def __init__(
        self,
        changing: Changing,
        affecting: Affecting,
        incidents: Incidents,
        staff: Staff,
        settings: MajorSettingsKept,
        new_id: NewId,
        clock: Clock,
    ) -> None:
        self._changing = changing
        self._affecting = affecting
        self._incidents = incidents
        self._staff = staff
        self._settings = settings
        self._new_id = new_id
        self._clock = clock

    def declare(
        self,
        caller: Caller,
        target: CommandTarget,
        title: str,
        summary: str,
        severity: Severity | None,
        commander_id: str,
        communications_id: str,
    ) -> Major:
        """From an incident that the caller is granted. The clients of its children are touched by it as well."""
        room = room_of(caller)
        incident = visible(self._incidents, caller, target.incident_id)
        fingerprint = fingerprint_of(caller, target, "declare")
        if fingerprint and incident.major_id:
            present = self._changing.seen(caller, incident.major_id)
            if fingerprint in present.recent_keys:
                return self._affecting.finish(present, caller)
        settings = self._settings.get(room)
        wanted = [
            (Role.COMMANDER, commander_id or caller.person_id),
            (Role.COMMUNICATIONS, communications_id),
        ]
        change = course.declare(
            incident,
            major_id=self._new_id("maj"),
            title=title,
            summary=summary,
            severity=severity,
            holders=[
                Holder(role, person, self._member(caller, person, [incident.tenant_id]).name)
                for role, person in wanted
                if person
            ],
            declarer_id=caller.person_id,
            settings=settings,
            actor=actor_of(caller),
            now=self._clock(),
        )
        made = self._changing.majors.create(change.remembering(fingerprint), caller)
        family = self._family(caller, incident)
        if family:
            made = self._changing.run_for_all(
                made, caller, lambda now, it: affecting.add(it, family, actor_of(caller), now)
            )
        return self._affecting.finish(made, caller)

    def get(self, caller: Caller, major_id: str) -> Major:
        return self._changing.seen(caller, major_id)

    def page(
        self, caller: Caller, states: frozenset[MajorState], size: int, token: str
    ) -> tuple[list[Major], str]:
        """Newest first, those that the caller sees."""
        seen_by = None if caller.tenant_ids is None else (caller.tenant_ids, caller.person_id)
        return self._changing.majors.page(room_of(caller), seen_by, states, page_size(size), token)

    def timeline(self, caller: Caller, major_id: str, after_seq: int) -> tuple[list[MajorLine], int]:
        """Its lines, but for those about clients that the caller is not granted; where the next ones begin, or 0."""
        major = self.get(caller, major_id)
        lines = self._changing.majors.timeline(room_of(caller), major.major_id, after_seq, _PAGE_OF_HISTORY)
        following = lines[-1].seq if len(lines) == _PAGE_OF_HISTORY else 0
        return [one for one in lines if not one.tenant_id or is_granted(caller, one.tenant_id)], following

    def move(self, caller: Caller, target: CommandTarget, to: MajorState | None, reason: str) -> Major:
        """To another state. What is declared in error lets go of its clients. Raises PermissionDenied("grant_missing")."""
        if to is None:
            raise InvalidArgument("value_missing", "Say where to.", field="state")
        settings = self._settings.get(room_of(caller))
        actor = actor_of(caller)

        def decide(now: datetime, major: Major) -> MajorChange | None:
            self._changing.require_whole(caller, major)
            return course.move(major, to, reason, settings, actor, now)

        moved = self._changing.run(caller, target, "move", decide)
        return self._affecting.finish(moved, caller)

    def change(
        self,
        caller: Caller,
        target: CommandTarget,
        title: str | None,
        summary: str | None,
        severity: Severity | None,
    ) -> Major:
        """The severity decides how often all clients are told. Raises PermissionDenied("grant_missing") for that."""
        settings = self._settings.get(room_of(caller))
        actor = actor_of(caller)

        def decide(now: datetime, major: Major) -> MajorChange | None:
            if severity not in (None, major.severity):
                self._changing.require_whole(caller, major)
            return course.change(major, title, summary, severity, settings, actor, now)

        return self._changing.run(caller, target, "change", decide)

    def give_role(self, caller: Caller, target: CommandTarget, role: Role | None, person_id: str) -> Major:
        """Who commands and who speaks to the clients does so for all of them: PermissionDenied("grant_missing").

        Raises InvalidArgument("assignee_not_granted") for anybody but active staff who are granted one of the clients.
        """
        if role is None:
            raise InvalidArgument("value_missing", "Say which role.", field="role")
        seen = self._changing.seen(caller, target.incident_id)
        touched = [one.tenant_id for one in seen.touched]
        member = self._member(caller, person_id, touched) if person_id else None
        holder = Holder(role, person_id, member.name) if member else None
        actor = actor_of(caller)

        def decide(now: datetime, major: Major) -> MajorChange | None:
            if role in DECIDING_ROLES:
                self._changing.require_whole(caller, major)
            way = way_to(major, member) if member else None
            return course.give_role(major, role, holder, way, actor, now)

        return self._changing.run(caller, target, "role", decide)

    def note(self, caller: Caller, target: CommandTarget, text: str) -> Major:
        actor = actor_of(caller)
        return self._changing.run(caller, target, "note", lambda now, it: course.note(it, text, actor, now))

    def _member(self, caller: Caller, person_id: str, tenant_ids: Sequence[str]) -> StaffMember:
        """Somebody granted none of the clients would see nothing of it, and hear nothing of it either."""
        member = self._staff.members(caller.provider_id, [person_id]).get(person_id)
        if member is None or not any(member.covers(one) for one in tenant_ids):
            message = "Only active staff who are granted a client that it touches have a role."
            raise InvalidArgument("assignee_not_granted", message, field="person_id")
        return member

    def _family(self, caller: Caller, incident: Incident) -> list[affecting.Wanted]:
        """The oldest open child of each other client that the caller is granted, where none belongs elsewhere."""
        granted: GrantedScope = caller.granted()
        children = self._incidents.children(granted, incident.incident_id, MOST_CHILDREN)
        oldest = sorted(children, key=lambda one: one.create_time)
        free = [one for one in oldest if one.state in OPEN_STATES and not one.major_id]
        by_tenant: dict[str, Incident] = {}
        for one in free:
            if one.tenant_id != incident.tenant_id:
                by_tenant.setdefault(one.tenant_id, one)
        return [affecting.Wanted(tenant_id, adopted=one) for tenant_id, one in by_tenant.items()]
