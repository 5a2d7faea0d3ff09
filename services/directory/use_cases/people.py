"""People: who they are, and which clients they belong to."""

from collections.abc import Sequence

from chassis.errors import AlreadyExists, InvalidArgument, InvalidState, NotFound, RevisionConflict
from chassis.tenancy import Caller, Role, Scope, SystemScope, TenantScope
from services.directory.domain import person as people_domain
from services.directory.domain import texts
from services.directory.domain.facts import GrantChanged, PersonChanged, PersonFact
from services.directory.domain.person import Grant, Membership, Person
from services.directory.domain.tenant import expect_revision
from services.directory.domain.visibility import seen_by
from services.directory.ports import Change, Clock, NewId, Page, People, Providers, Tenants
from services.directory.use_cases.reach import (
    LARGEST_PAGE,
    administered_provider,
    page_size,
    people_scope,
    require_tenants,
    tenant_scope,
)

_SIGN_IN = SystemScope("whoever signs in is known by their mail address alone")
_ATTEMPTS = 5


class PeopleUseCases:
    """Creates, finds and changes people, each caller seeing only what is theirs to see."""

    def __init__(
        self, providers: Providers, tenants: Tenants, people: People, clock: Clock, new_id: NewId
    ) -> None:
        self._providers = providers
        self._tenants = tenants
        self._people = people
        self._clock = clock
        self._new_id = new_id

    def create_person(
        self,
        caller: Caller,
        *,
        provider_id: str,
        email: str,
        display_name: str,
        locale: str,
        time_zone: str,
        memberships: Sequence[Membership],
        grants: Sequence[Grant],
        skills: Sequence[str],
        languages: Sequence[str],
    ) -> Person:
        """Administrators and operators; a repeated call returns the person that the first one made."""
        room = administered_provider(caller, provider_id)
        self._providers.get(room, room.provider_id)
        now = self._clock()
        wished = people_domain.new_person(
            self._new_id("per"),
            room.provider_id,
            email=email,
            display_name=display_name,
            now=now,
            locale=locale,
            time_zone=time_zone,
            memberships=memberships,
            grants=grants,
            skills=skills,
            languages=languages,
        )
        for existing in self._people.find_by_email(room, wished.email):
            return people_domain.same_person(existing, wished)
        require_tenants(room.provider_id, wished.named_tenants, self._tenants)
        facts: tuple[PersonFact, ...] = (PersonChanged(wished),)
        if wished.is_staff:
            facts = (*facts, GrantChanged(wished))
        try:
            return self._people.add(wished, Change(caller, now, facts))
        except AlreadyExists:  # two at once
            for existing in self._people.find_by_email(room, wished.email):
                return people_domain.same_person(existing, wished)
            raise

    def get_person(self, caller: Caller, person_id: str) -> Person:
        """As the caller may see them. Raises NotFound("person_not_found")."""
        seen = seen_by(caller, self._people.get(people_scope(caller), person_id))
        if seen is None:
            raise NotFound("person_not_found", "There is no such person.")
        return seen

    def batch_get_people(self, caller: Caller, person_ids: Sequence[str]) -> list[Person]:
        """Those that exist and are visible. Raises InvalidArgument for more than 200 ids."""
        wanted = list(dict.fromkeys(person_ids))
        if len(wanted) > LARGEST_PAGE:
            raise InvalidArgument(
                "too_many_ids", f"At most {LARGEST_PAGE} at once.", field="person_ids", limit=LARGEST_PAGE
            )
        found = self._people.get_many(people_scope(caller), wanted) if wanted else []
        return [seen for seen in (seen_by(caller, person) for person in found) if seen]

    def list_people(
        self, caller: Caller, tenant_id: str, staff: bool, size: int, token: str, query: str = ""
    ) -> Page[Person]:
        """Members of the caller's tenants, or of one; or the staff, of whom clients see names alone."""
        scope = people_scope(caller)
        if tenant_id:
            tenant_scope(caller, tenant_id, self._tenants)
        elif isinstance(scope, SystemScope):
            raise InvalidArgument("tenant_id_required", "An operator names the client.", field="tenant_id")
        # A client finds the staff by name alone, or a search would tell them addresses.
        by_address = caller.is_staff or not staff
        wanted = texts.query(query)
        page = self._people.page(scope, tenant_id, staff, page_size(size), token, wanted, by_address)
        return Page(
            tuple(seen for seen in (seen_by(caller, p) for p in page.records) if seen), page.next_token
        )

    def find_people_by_email(self, caller: Caller, provider_id: str, email: str) -> list[Person]:
        """Services only: everyone of this address, in the provider or, to sign somebody in, in all of them."""
        caller.require(Role.SERVICE)
        if caller.provider_id and provider_id not in ("", caller.provider_id):
            return []
        try:
            address = texts.email(email)
            wanted = provider_id or caller.provider_id
            scope: Scope = TenantScope(wanted, wanted) if wanted else _SIGN_IN
        except (InvalidArgument, ValueError):
            return []  # what is no address, or no id, is nobody's
        return self._people.find_by_email(scope, address)

    def ensure_requester(
        self,
        caller: Caller,
        tenant_id: str,
        email: str,
        display_name: str,
        verified: bool,
        strangers_only: bool = False,
    ) -> Person:
        """Services only: the member of this tenant who has this address, made or made a member if need be.

        strangers_only: but nobody who is known elsewhere is made one. Raises InvalidState("requester_elsewhere").
        """
        caller.require(Role.SERVICE)
        scope = tenant_scope(caller, tenant_id, self._tenants)
        address = texts.email(email)
        for _ in range(_ATTEMPTS):
            try:
                return self._ensured(caller, scope, address, display_name, verified, strangers_only)
            except (AlreadyExists, RevisionConflict):
                continue  # someone else made or changed them just now: look again
        raise RevisionConflict("revision_conflict", "This person keeps changing; try again.")

    def _ensured(
        self,
        caller: Caller,
        scope: TenantScope,
        address: str,
        display_name: str,
        verified: bool,
        strangers_only: bool,
    ) -> Person:
        room = TenantScope(scope.provider_id, scope.provider_id)
        now = self._clock()
        for existing in self._people.find_by_email(room, address):
            if strangers_only and not existing.belongs_to(scope.tenant_id):
                raise InvalidState("requester_elsewhere", "They are no member of this client.")
            member = people_domain.as_requester(existing, scope.tenant_id, verified, now)
            return self._saved(caller, existing, member, PersonChanged)
        made = people_domain.new_person(
            self._new_id("per"),
            scope.provider_id,
            email=address,
            display_name=_shown_name(display_name),
            now=now,
            verified=verified,
        )
        made = people_domain.as_requester(made, scope.tenant_id, verified, now)
        return self._people.add(made, Change(caller, now, (PersonChanged(made),)))

    def update_person(
        self,
        caller: Caller,
        person_id: str,
        *,
        display_name: str,
        locale: str,
        time_zone: str,
        revision: int,
        skills: Sequence[str] | None = None,
        languages: Sequence[str] | None = None,
    ) -> Person:
        """Administrators and operators, and people themselves; what is empty stays.

        What somebody can and speaks decides what they are given to do, and so is not theirs to say.
        """
        person = self._found(caller, person_id)
        if caller.person_id != person_id or skills is not None or languages is not None:
            caller.require(Role.PROVIDER_ADMIN, Role.OPERATOR)
        expect_revision(person.revision, revision)
        changed = people_domain.changed_person(
            person,
            display_name=display_name,
            locale=locale,
            time_zone=time_zone,
            skills=skills,
            languages=languages,
            now=self._clock(),
        )
        return self._answer(caller, self._saved(caller, person, changed, PersonChanged))

    def disable_person(self, caller: Caller, person_id: str) -> Person:
        """Administrators and operators: the person's sessions end; repeating it changes nothing."""
        person = self._administered(caller, person_id)
        if caller.person_id == person_id:
            raise InvalidArgument("own_record", "Nobody disables themselves.", field="person_id")
        return self._saved(caller, person, people_domain.disabled(person, self._clock()), PersonChanged)

    def enable_person(self, caller: Caller, person_id: str) -> Person:
        """Administrators and operators; repeating it changes nothing."""
        person = self._administered(caller, person_id)
        return self._saved(caller, person, people_domain.enabled(person, self._clock()), PersonChanged)

    def set_membership(self, caller: Caller, person_id: str, membership: Membership) -> Person:
        """Administrators and operators: the person belongs to this tenant from now on, in this role."""
        person = self._administered(caller, person_id)
        require_tenants(person.provider_id, frozenset({membership.tenant_id}), self._tenants)
        changed = people_domain.with_membership(person, membership, self._clock())
        return self._saved(caller, person, changed, PersonChanged)

    def remove_membership(self, caller: Caller, person_id: str, tenant_id: str) -> Person:
        """Administrators and operators; repeating it changes nothing."""
        person = self._administered(caller, person_id)
        changed = people_domain.without_membership(person, tenant_id, self._clock())
        return self._saved(caller, person, changed, PersonChanged)

    def _found(self, caller: Caller, person_id: str) -> Person:
        """The whole record of someone the caller sees more of than a name."""
        person = self._people.get(people_scope(caller), person_id)
        seen = seen_by(caller, person)
        if seen is None or not seen.email:
            raise NotFound("person_not_found", "There is no such person.")
        return person

    def _administered(self, caller: Caller, person_id: str) -> Person:
        person = self._found(caller, person_id)
        caller.require(Role.PROVIDER_ADMIN, Role.OPERATOR)
        return person

    def _saved(self, caller: Caller, before: Person, after: Person, fact: type[PersonChanged]) -> Person:
        if after is before:
            return before
        return self._people.save(after, Change(caller, after.update_time, (fact(after),)))

    def _answer(self, caller: Caller, person: Person) -> Person:
        return seen_by(caller, person) or person


def _shown_name(text: str) -> str:
    """A mail's display name, cut to what a name may be; it comes from outside and must not stop a mail."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:200]
