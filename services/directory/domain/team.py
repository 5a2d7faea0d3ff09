"""Teams: named groups of the provider's staff."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from chassis.errors import InvalidArgument
from services.directory.domain import texts
from services.directory.domain.person import Person

MAX_MEMBERS = 200


@dataclass(frozen=True)
class Team:
    """A group of staff; each member once, in the order given."""

    team_id: str
    provider_id: str
    name: str
    person_ids: tuple[str, ...]
    revision: int = 0


def new_team(team_id: str, provider_id: str, name: str, person_ids: Iterable[str]) -> Team:
    """A team. Raises InvalidArgument for a bad name or too many members."""
    return with_members(Team(team_id, provider_id, texts.name(name), ()), person_ids)


def with_members(team: Team, person_ids: Iterable[str]) -> Team:
    """The team with exactly these members. Raises InvalidArgument("person_ids_invalid") for too many."""
    members = tuple(dict.fromkeys(person_ids))
    if len(members) > MAX_MEMBERS:
        raise texts.invalid("person_ids", f"A team has at most {MAX_MEMBERS} members.")
    return replace(team, person_ids=members)


def require_staff(person_ids: Sequence[str], found: Iterable[Person]) -> None:
    """Raises InvalidArgument("not_staff") unless each id is that of one of the provider's staff."""
    staff = {person.person_id for person in found if person.is_staff}
    strangers = [person_id for person_id in person_ids if person_id not in staff]
    if strangers:
        raise InvalidArgument(
            "not_staff",
            "Only the provider's staff can be in a team.",
            field="person_ids",
            person_id=strangers[0],
        )
