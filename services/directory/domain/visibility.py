"""How much of a person each caller sees.

People of a client see the people of their own clients, and of the provider's staff no more than a name.
Staff see the people of the clients they are granted, and their colleagues. Nobody learns from a person's
record of a client that is not theirs to know.
"""

from dataclasses import replace

from chassis.tenancy import Caller
from services.directory.domain.person import Grant, Person


def seen_by(caller: Caller, person: Person) -> Person | None:
    """The person as the caller may see them, or None for "there is no such person"."""
    if caller.provider_id and caller.provider_id != person.provider_id:
        return None
    if caller.person_id == person.person_id:
        return person
    if caller.tenant_ids is None and (caller.is_staff or not person.is_staff):
        return person
    granted = caller.tenant_ids
    memberships = tuple(m for m in person.memberships if granted is None or m.tenant_id in granted)
    if caller.is_staff and person.is_staff:
        return replace(person, memberships=memberships, grants=_within(person.grants, granted))
    if memberships:
        return replace(person, memberships=memberships, grants=(), skills=(), languages=())
    return name_alone(person) if person.is_staff else None


def name_alone(person: Person) -> Person:
    """What a client may know of the provider's staff: whom they are talking to."""
    return Person(
        person_id=person.person_id,
        provider_id="",
        email="",
        display_name=person.display_name,
        create_time=person.create_time,
        update_time=person.update_time,
    )


def _within(grants: tuple[Grant, ...], granted: frozenset[str] | None) -> tuple[Grant, ...]:
    if granted is None:
        return grants
    return tuple(replace(grant, tenant_ids=grant.tenant_ids & granted) for grant in grants)
