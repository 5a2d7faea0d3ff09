"""The provider's staff: what they are granted, and their teams."""

from collections.abc import Sequence

from chassis.errors import AlreadyExists, NotFound
from chassis.tenancy import Caller, Role, TenantScope
from services.directory.domain import person as people_domain
from services.directory.domain import team as teams_domain
from services.directory.domain.facts import GrantChanged
from services.directory.domain.person import Grant, GrantRole, Person
from services.directory.domain.team import Team
from services.directory.domain.visibility import seen_by
from services.directory.ports import Change, Clock, NewId, People, Providers, Teams, Tenants
from services.directory.use_cases.reach import administered_provider, people_scope, require_tenants


class StaffUseCases:
    """Grants and teams; only administrators and operators change them."""

    def __init__(
        self,
        providers: Providers,
        tenants: Tenants,
        people: People,
        teams: Teams,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._providers = providers
        self._tenants = tenants
        self._people = people
        self._teams = teams
        self._clock = clock
        self._new_id = new_id

    def set_grant(self, caller: Caller, person_id: str, grant: Grant) -> Person:
        """Replaces the person's grant of this role."""
        person = self._administered(caller, person_id)
        require_tenants(person.provider_id, grant.tenant_ids, self._tenants)
        return self._saved(caller, person, people_domain.with_grant(person, grant, self._clock()))

    def revoke_grant(self, caller: Caller, person_id: str, role: GrantRole) -> Person:
        """Takes the grant of this role away; repeating it changes nothing."""
        person = self._administered(caller, person_id)
        return self._saved(caller, person, people_domain.without_grant(person, role, self._clock()))

    def create_team(self, caller: Caller, provider_id: str, name: str, person_ids: Sequence[str]) -> Team:
        """A team; when one of this name exists, that one, as it is."""
        room = administered_provider(caller, provider_id)
        self._providers.get(room, room.provider_id)
        team = teams_domain.new_team(self._new_id("team"), room.provider_id, name, person_ids)
        existing = self._teams.find_by_name(room, team.name)
        if existing:
            return existing
        self._require_staff(room, team.person_ids)
        try:
            return self._teams.add(team)
        except AlreadyExists:  # two at once
            existing = self._teams.find_by_name(room, team.name)
            if existing is None:
                raise
            return existing

    def set_team_members(self, caller: Caller, team_id: str, person_ids: Sequence[str]) -> Team:
        """Exactly these from now on."""
        scope = people_scope(caller)
        team = self._teams.get(scope if caller.provider_id == "" else caller.provider_scope(), team_id)
        caller.require(Role.PROVIDER_ADMIN, Role.OPERATOR)
        changed = teams_domain.with_members(team, person_ids)
        if changed == team:
            return team
        self._require_staff(TenantScope(team.provider_id, team.provider_id), changed.person_ids)
        return self._teams.save(changed)

    def list_teams(self, caller: Caller) -> list[Team]:
        """Staff only: the provider's teams by name."""
        return self._teams.all_of(caller.provider_scope())

    def _administered(self, caller: Caller, person_id: str) -> Person:
        person = self._people.get(people_scope(caller), person_id)
        seen = seen_by(caller, person)
        if seen is None or not seen.email:
            raise NotFound("person_not_found", "There is no such person.")
        caller.require(Role.PROVIDER_ADMIN, Role.OPERATOR)
        return person

    def _saved(self, caller: Caller, before: Person, after: Person) -> Person:
        if after is before:
            return before
        return self._people.save(after, Change(caller, after.update_time, (GrantChanged(after),)))

    def _require_staff(self, room: TenantScope, person_ids: Sequence[str]) -> None:
        found = self._people.get_many(room, person_ids) if person_ids else []
        teams_domain.require_staff(person_ids, found)
