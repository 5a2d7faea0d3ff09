"""Who sees which incident, and how much of it. Tenants are the scope's matter; this is about people within one."""

from dataclasses import dataclass, replace

from chassis.tenancy import Caller, Role
from services.incidents.domain.approval import known_to
from services.incidents.domain.incident import Actor, Incident, Party
from services.incidents.domain.lifecycle import Side

_WHOLE_TENANT = frozenset({Role.CLIENT_MANAGER, Role.API_CLIENT})


@dataclass(frozen=True, slots=True)
class Sight:
    """What a caller sees of the tenants they are granted: everything, or what this person takes part in."""

    everything: bool
    person_id: str = ""


def sight_of(caller: Caller) -> Sight:
    """Staff, client managers and API clients see all of their tenants; requesters their own."""
    if caller.is_staff or not _WHOLE_TENANT.isdisjoint(caller.roles):
        return Sight(True, caller.person_id)
    return Sight(False, caller.person_id if Role.REQUESTER in caller.roles else "")


def may_see(caller: Caller, incident: Incident) -> bool:
    """Whether this incident of a granted tenant exists for the caller."""
    sight = sight_of(caller)
    if sight.everything:
        return True
    parties = (incident.requester, *incident.participants)
    if sight.person_id and incident.order and incident.order.approval:
        # Whoever is asked must see what for.
        parties = (*parties, *(Party(person_id=one.person_id) for one in known_to(incident.order.approval)))
    return bool(sight.person_id) and any(party.person_id == sight.person_id for party in parties)


def side_of(caller: Caller) -> Side:
    """For whom the caller speaks."""
    return Side.STAFF if caller.is_staff else Side.CLIENT


def actor_of(caller: Caller) -> Actor:
    """The caller as the one who did it."""
    return Actor(caller.subject, caller.name)


def as_seen_by(caller: Caller, incident: Incident) -> Incident:
    """The incident without what is not for the caller: clients do not see why staff and machines decided.

    How satisfied the requester is, they told us, and not the colleagues who take part.
    """
    if caller.is_staff:
        return incident
    if not sight_of(caller).everything:
        return as_party_sees(incident, Party(person_id=caller.person_id))
    return replace(as_clients_see(incident), rating=incident.rating)


def as_party_sees(incident: Incident, party: Party) -> Incident:
    """The incident for one of the people who take part in it.

    Whoever came by a merge sees what was said since (`sees_since`), under the title of theirs: what a colleague had
    asked before is the colleague's.
    """
    seen = as_clients_see(incident)
    by = incident.arrived_by(party)
    arrival = by.arrival_of(party) if by else None
    if by is None or arrival is None:
        return replace(seen, rating=incident.rating if incident.requester.is_same(party) else None)
    together = tuple(each for each in incident.participants if by.arrival_of(each))
    return replace(
        seen,
        title=arrival.title,
        description="",
        form=None,
        configuration_item="",
        requester=Party(),
        participants=together,
        submission_ids=(),
        attachments=incident.attachments[by.attachments_before :],
    )


def sees_since(caller: Caller, incident: Incident) -> int:
    """The revision after which an incident's history is for this caller; 0: all of it."""
    if sight_of(caller).everything:
        return 0
    by = incident.arrived_by(Party(person_id=caller.person_id))
    return by.revision if by else 0


def as_clients_see(incident: Incident) -> Incident:
    """The incident as whoever may see it at the client's side sees it."""
    return replace(
        incident,
        order=incident.order.for_clients() if incident.order else None,
        item_ids=(),
        classification_decision=None,
        priority_decision=None,
        assignment_decision=None,
        rating=None,
        major_id="",
        major_number="",
    )
