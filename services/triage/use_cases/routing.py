"""What is known when somebody is chosen; and what administrators say of people and clients for it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from chassis.errors import InvalidArgument, NotFound
from chassis.tenancy import Caller, GrantedScope, TenantScope
from services.triage import ports
from services.triage.domain.report import Report
from services.triage.domain.routing import AssignmentGroup, Known, who_may_see
from services.triage.domain.working import Asked, ClientRouting, WorkProfile, check_profile, check_routing
from services.triage.use_cases.rooms import read_room, write_room

# So many of a client's latest resolved incidents say who works for it.
_LATELY = 20


@dataclass(frozen=True)
class Present:
    """What was read for a batch of reports, as things stand at this moment."""

    groups: Sequence[AssignmentGroup]
    known: Mapping[str, Known]
    load: Counter[str]
    pressing: Counter[str]
    routings: Mapping[str, ClientRouting]
    lately: Mapping[str, Mapping[str, int]]
    languages: Mapping[tuple[str, str], str]

    def groups_for(self, tenant_id: str) -> list[AssignmentGroup]:
        """With those members alone who are granted this client."""
        reach = {person_id: one.tenant_ids for person_id, one in self.known.items()}
        return [who_may_see(group, tenant_id, reach) for group in self.groups]

    def asked_by(self, report: Report) -> Asked:
        """What a report and its client ask of whoever works it."""
        return Asked(
            self.languages.get((report.tenant_id, report.requester_id), ""),
            self.pressing,
            self.routings.get(report.tenant_id),
            self.lately.get(report.tenant_id, {}),
        )


@dataclass(frozen=True)
class LookAround:
    """Reads what choosing takes: groups, shifts, people, loads, and what clients agreed."""

    groups: ports.Groups
    queue: ports.Queue
    staff: ports.Staff
    now: ports.Clock
    schedules: ports.Schedules | None = None
    profiles: ports.Profiles | None = None
    routings: ports.Routings | None = None
    languages: ports.Languages | None = None

    def at(self, caller: Caller, provider_id: str, reports: Iterable[Report]) -> Present:
        """Everything but loads, which `loaded` reads at the last moment."""
        reports, room = list(reports), TenantScope(provider_id, provider_id)
        groups = self._groups_now(room)
        people = {member.person_id for group in groups for member in group.members}
        known = self.staff.known(caller, sorted(people)) if people else {}
        kept = self.profiles.all(room) if self.profiles else []
        profiles = {one.person_id: one for one in kept}
        now = self.now()
        tenants = frozenset(one.tenant_id for one in reports if one.tenant_id)
        routings = self._routings(provider_id, tenants)
        return Present(
            groups=[group.staffed(known, profiles, now) for group in groups],
            known=known,
            load=Counter(),
            pressing=Counter(),
            routings=routings,
            lately={
                tenant_id: self.queue.resolvers(TenantScope(provider_id, tenant_id), _LATELY)
                for tenant_id, one in routings.items()
                if one.by_history
            },
            languages=self._spoken(caller, reports, known),
        )

    def loaded(self, provider_id: str, present: Present) -> Present:
        """With what the queue shows of those who are there."""
        everywhere = GrantedScope(provider_id, None)
        load, pressing = self.queue.load_of_people(everywhere, present.known)
        return replace(present, load=load, pressing=pressing)

    def _groups_now(self, room: TenantScope) -> list[AssignmentGroup]:
        """The groups, with who is on shift and on call."""
        now, groups = self.now(), self.groups.all(room)
        asked = any(group.schedule_id for group in groups) and self.schedules
        schedules = self.schedules.all(room) if asked and self.schedules else []
        found = {one.schedule_id: one.on_call(now).watcher for one in schedules}
        on_call = {key: watcher.person_id for key, watcher in found.items() if watcher}
        return [group.at(now, on_call) for group in groups]

    def _routings(self, provider_id: str, tenants: frozenset[str]) -> dict[str, ClientRouting]:
        if self.routings is None or not tenants:
            return {}
        return {one.tenant_id: one for one in self.routings.all(GrantedScope(provider_id, tenants))}

    def _spoken(
        self, caller: Caller, reports: Sequence[Report], known: Mapping[str, Known]
    ) -> Mapping[tuple[str, str], str]:
        """Asked for only where what staff speak is known: elsewhere it would decide nothing."""
        if self.languages is None or not any(one.languages for one in known.values()):
            return {}
        return self.languages.of(caller, {(one.tenant_id, one.requester_id) for one in reports})


@dataclass(frozen=True)
class KeepRouting:
    """How much people are given, and what clients agreed: written by administrators, read by staff."""

    profiles: ports.Profiles
    routings: ports.Routings
    groups: ports.Groups
    staff: ports.Staff
    clients: ports.Clients

    def save_profile(self, caller: Caller, profile: WorkProfile, revision: int) -> WorkProfile:
        """Raises NotFound("person_not_found"), InvalidArgument, RevisionConflict."""
        room = write_room(caller)
        name = self._name(caller, profile.person_id)
        check_profile(profile)
        return self.profiles.put(room, replace(profile, name=name), revision)

    def profile(self, caller: Caller, person_id: str) -> WorkProfile:
        """One that says nothing where nothing was said. Raises NotFound("person_not_found")."""
        found = self.profiles.get(read_room(caller), person_id)
        return found or WorkProfile(person_id, self._name(caller, person_id))

    def all_profiles(self, caller: Caller) -> list[WorkProfile]:
        """Of whom something was said."""
        return self.profiles.all(read_room(caller))

    def save_routing(self, caller: Caller, routing: ClientRouting, revision: int) -> ClientRouting:
        """Raises NotFound("tenant_not_found"), InvalidArgument naming what is unknown, RevisionConflict."""
        room = write_room(caller)
        scope = caller.scope(routing.tenant_id)
        self.clients.require(caller, [routing.tenant_id])
        check_routing(routing)
        existing = {one.group_id for one in self.groups.all(room)} if routing.groups else set()
        if any(one.group_id not in existing for one in routing.groups):
            raise InvalidArgument(
                "assignment_group_unknown", "There is no such assignment group.", field="groups"
            )
        preferred = sorted(routing.preferred_ids)
        if len(self.staff.names(caller, preferred)) < len(preferred):
            raise InvalidArgument(
                "member_unknown", "Somebody of the provider's staff is named.", field="preferred_ids"
            )
        return self.routings.put(scope, routing, revision)

    def routing(self, caller: Caller, tenant_id: str) -> ClientRouting:
        """One that says nothing where nothing was agreed. Raises NotFound("tenant_not_found")."""
        read_room(caller)
        scope = caller.scope(tenant_id)
        found = self.routings.all(scope)
        if not found:
            self.clients.require(caller, [tenant_id])
        return found[0] if found else ClientRouting(tenant_id)

    def all_routings(self, caller: Caller) -> list[ClientRouting]:
        """Of the clients that the caller is granted and with whom something was agreed."""
        read_room(caller)
        return self.routings.all(caller.granted())

    def _name(self, caller: Caller, person_id: str) -> str:
        names = self.staff.names(caller, [person_id]) if person_id else {}
        if person_id not in names:
            raise NotFound("person_not_found", "There is no such person.")
        return names[person_id]
