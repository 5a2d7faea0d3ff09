"""People, kept in their provider's room and found by the tenants they belong to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pymongo.database import Database

from chassis.errors import NotFound
from chassis.mongo import decode_cursor, encode_cursor, page_after
from chassis.outbox import AggregateStore
from chassis.tenancy import GrantedScope, Scope, TenantScope
from chassis.tokens import CallerSigner
from services.directory import events
from services.directory.domain.facts import PersonFact
from services.directory.domain.person import (
    Grant,
    GrantRole,
    Membership,
    MembershipRole,
    Person,
    PersonState,
)
from services.directory.ports import Change, Page
from services.directory.store.documents import PersonDocument, checked
from services.directory.store.refusals import named
from services.directory.store.searching import containing

_TAKEN = {"email": "email_taken"}
_BY_NAME = (("sort_name", 1), ("_id", 1))


class PersonStore:
    """A scope of some tenants sees their members, and the staff, whom every client may know by name."""

    def __init__(self, database: Database, signer: CallerSigner) -> None:
        self.records = AggregateStore(database["people"], noun="person", signer=signer)

    def add(self, person: Person, change: Change[PersonFact]) -> Person:
        facts = events.outbound(change.facts, 1, change.time, change.caller)
        with named(_TAKEN):
            self.records.create(_room_of(person), person.person_id, _state(person), facts)
        return replace(person, revision=1)

    def save(self, person: Person, change: Change[PersonFact]) -> Person:
        facts = events.outbound(change.facts, person.revision + 1, change.time, change.caller)
        with named(_TAKEN):
            revision = self.records.save(
                _room_of(person), person.person_id, person.revision, _state(person), facts
            )
        return replace(person, revision=revision)

    def get(self, scope: Scope, person_id: str) -> Person:
        room, visible = _visible(scope)
        found = self.records.find_one(room, {"_id": person_id, **visible})
        if found is None:
            raise NotFound("person_not_found", "There is no such person.")
        return _person(found)

    def get_many(self, scope: Scope, person_ids: Sequence[str]) -> list[Person]:
        room, visible = _visible(scope)
        wanted = {"_id": {"$in": list(person_ids)}, **visible}
        return [_person(document) for document in self.records.find(room, wanted)]

    def find_by_email(self, scope: Scope, email: str) -> list[Person]:
        room, visible = _visible(scope)
        return [_person(found) for found in self.records.find(room, {"email": email, **visible}, limit=200)]

    def page(
        self,
        scope: Scope,
        tenant_id: str,
        staff: bool,
        size: int,
        token: str,
        query: str = "",
        by_address: bool = True,
    ) -> Page[Person]:
        room, _ = _visible(scope)
        wanted = [_staff_of(scope, tenant_id) if staff else _members_of(scope, tenant_id)]
        if query:
            wanted.append(containing(query, "sort_name", *(["email"] if by_address else [])))
        if token:
            wanted.append(page_after(_BY_NAME, decode_cursor(token, 2)))
        found = self.records.find(room, {"$and": wanted}, sort=_BY_NAME, limit=size + 1)
        last = found[size - 1] if len(found) > size else None
        people = tuple(_person(document) for document in found[:size])
        return Page(people, encode_cursor([last["sort_name"], last["_id"]]) if last else "")


def _visible(scope: Scope) -> tuple[Scope, dict[str, Any]]:
    """The room that a scope's people lie in, and which of them it shows."""
    if not isinstance(scope, GrantedScope):
        return scope, {}
    room = TenantScope(scope.provider_id, scope.provider_id)
    if scope.tenant_ids is None:
        return room, {}
    return room, {"$or": [{"tenant_ids": {"$in": sorted(scope.tenant_ids)}}, {"staff": True}]}


def _members_of(scope: Scope, tenant_id: str) -> dict[str, Any]:
    if tenant_id:
        return {"tenant_ids": tenant_id}
    if isinstance(scope, GrantedScope) and scope.tenant_ids is not None:
        return {"tenant_ids": {"$in": sorted(scope.tenant_ids)}}
    return {}


def _staff_of(scope: Scope, tenant_id: str) -> dict[str, Any]:
    tenant_ids: list[str] = [tenant_id] if tenant_id else []
    if not tenant_id and isinstance(scope, GrantedScope) and scope.tenant_ids is not None:
        tenant_ids = sorted(scope.tenant_ids)
    elif not tenant_id:
        return {"staff": True}
    granted = {"$or": [{"all_tenants": True}, {"tenant_ids": {"$in": tenant_ids}}]}
    return {"staff": True, "grants": {"$elemMatch": granted}}


def _room_of(person: Person) -> TenantScope:
    return TenantScope(person.provider_id, person.provider_id)


def _state(person: Person) -> dict[str, Any]:
    state = {
        "email": person.email,
        "display_name": person.display_name,
        "sort_name": person.display_name.casefold(),
        "locale": person.locale,
        "time_zone": person.time_zone,
        "state": person.state.value,
        "memberships": [{"tenant_id": m.tenant_id, "role": m.role.value} for m in person.memberships],
        "tenant_ids": [m.tenant_id for m in person.memberships],
        "grants": [
            {"role": g.role.value, "all_tenants": g.all_tenants, "tenant_ids": sorted(g.tenant_ids)}
            for g in person.grants
        ],
        "staff": person.is_staff,
        "skills": list(person.skills),
        "languages": list(person.languages),
        "verified": person.verified,
        "create_time": person.create_time,
        "update_time": person.update_time,
    }
    return checked(PersonDocument, state)


def _person(document: Mapping[str, Any]) -> Person:
    return Person(
        person_id=document["_id"],
        provider_id=document["provider_id"],
        email=document["email"],
        display_name=document["display_name"],
        create_time=document["create_time"],
        update_time=document["update_time"],
        locale=document["locale"],
        time_zone=document["time_zone"],
        state=PersonState(document["state"]),
        memberships=tuple(
            Membership(m["tenant_id"], MembershipRole(m["role"])) for m in document["memberships"]
        ),
        grants=tuple(
            Grant(GrantRole(g["role"]), g["all_tenants"], frozenset(g["tenant_ids"]))
            for g in document["grants"]
        ),
        skills=tuple(document["skills"]),
        languages=tuple(document["languages"]),
        verified=document["verified"],
        revision=document["revision"],
    )
