"""Teams, kept in their provider's room."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pymongo.database import Database

from chassis.outbox import AggregateStore
from chassis.tenancy import Scope, TenantScope
from chassis.tokens import CallerSigner
from services.directory.domain.team import Team
from services.directory.store.documents import TeamDocument, checked
from services.directory.store.refusals import named

_TAKEN = {"name": "team_name_taken"}
_MOST = 200


class TeamStore:
    """Teams by name; nothing is announced about them."""

    def __init__(self, database: Database, signer: CallerSigner) -> None:
        self.records = AggregateStore(database["teams"], noun="team", signer=signer)

    def add(self, team: Team) -> Team:
        with named(_TAKEN):
            self.records.create(_room_of(team), team.team_id, _state(team), [])
        return replace(team, revision=1)

    def save(self, team: Team) -> Team:
        with named(_TAKEN):
            revision = self.records.save(_room_of(team), team.team_id, team.revision, _state(team), [])
        return replace(team, revision=revision)

    def get(self, scope: Scope, team_id: str) -> Team:
        return _team(self.records.load(scope, team_id))

    def find_by_name(self, scope: Scope, name: str) -> Team | None:
        found = self.records.find_one(scope, {"name": name})
        return _team(found) if found else None

    def all_of(self, scope: TenantScope) -> list[Team]:
        return [_team(document) for document in self.records.find(scope, sort=[("name", 1)], limit=_MOST)]


def _room_of(team: Team) -> TenantScope:
    return TenantScope(team.provider_id, team.provider_id)


def _state(team: Team) -> dict[str, Any]:
    return checked(TeamDocument, {"name": team.name, "person_ids": list(team.person_ids)})


def _team(document: Mapping[str, Any]) -> Team:
    return Team(
        team_id=document["_id"],
        provider_id=document["provider_id"],
        name=document["name"],
        person_ids=tuple(document["person_ids"]),
        revision=document["revision"],
    )
