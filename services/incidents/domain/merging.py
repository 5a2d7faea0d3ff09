"""Two incidents that are one: which goes on, who takes part in it, and how that is undone.

The merged one waits as it was; what is said to it is said to the survivor. A survivor that is merged itself leads on,
so an incident's end is found by following. Only what is open is merged, and only into what is open: neither has a
verdict that would have to be taken back, and no chain can lead back to its beginning.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from chassis.errors import InvalidArgument, InvalidState, NotFound
from services.incidents.domain import texts
from services.incidents.domain.facts import (
    Absorbed,
    Change,
    HintDismissed,
    Merged,
    Released,
    Unmerged,
    changed,
)
from services.incidents.domain.incident import (
    PARTICIPANTS_KEPT,
    Absorption,
    Actor,
    Arrival,
    Incident,
    MergedInto,
    Party,
    State,
)
from services.incidents.domain.lifecycle import Command, Side, next_state
from services.incidents.domain.submission import Submission

# What was merged into one incident; a document has a bound.
MOST_MERGED = 100
# Longer chains are a mistake in the data, and nobody waits for them.
_LONGEST_CHAIN = 200


def merge(
    incident: Incident,
    into: Incident,
    people_join: bool | None,
    reason: str,
    actor: Actor,
    side: Side,
    now: datetime,
) -> tuple[Change, Change]:
    """The change of the one that goes, and of the one that goes on; both are saved or neither.

    people_join: whether who takes part in the one takes part in the other from now on; None: unless it was opened by a
    mail whose sender had no part in the conversation it mentions. Raises NotFound for another tenant's,
    InvalidArgument("merge_into_itself"), InvalidState: transition_not_allowed, ordered, survivor_merged,
    too_many_participants, too_many_merged.
    """
    reason = texts.optional("reason", reason, texts.MAX_REASON)
    if into.tenant_id != incident.tenant_id or into.provider_id != incident.provider_id:
        raise NotFound("incident_not_found", "There is no such incident.")
    if into.incident_id == incident.incident_id:
        raise InvalidArgument("merge_into_itself", "It cannot be merged into itself.", field="into")
    if incident.order is not None:
        # Its approval and its tasks would be nobody's.
        raise InvalidState("ordered", "What was ordered from the catalog goes into no other one.")
    state = next_state(incident.state, Command.MERGE, side, incident.is_assigned)
    _refuse_merged(into)
    next_state(into.state, Command.ABSORB, side, into.is_assigned)
    joins = people_join if people_join is not None else not incident.may_belong_to
    gone = changed(
        incident,
        actor,
        now,
        (Merged(into.incident_id, into.number, joins, reason),),
        state=state,
        merged=MergedInto(into.incident_id, now, incident.state),
    )
    return gone, _absorbing(incident, into, joins, reason, actor, now)


def unmerge(
    incident: Incident, survivor: Incident, reason: str, actor: Actor, side: Side, now: datetime
) -> tuple[Change, Change]:
    """It goes on by itself, as it was; what was said meanwhile stays where it was said.

    Whoever took part in the survivor through it alone takes part there no more. Raises InvalidState:
    transition_not_allowed for what is not merged; survivor_merged while the survivor is merged itself (that is undone
    first).
    """
    reason = texts.optional("reason", reason, texts.MAX_REASON)
    next_state(incident.state, Command.UNMERGE, side, incident.is_assigned)
    merged = incident.merged
    if merged is None or merged.incident_id != survivor.incident_id:
        raise InvalidState("transition_not_allowed", "It is not merged into this one.", state=incident.state)
    _refuse_merged(survivor)
    next_state(survivor.state, Command.RELEASE, side, survivor.is_assigned)
    ended = next(one for one in survivor.absorptions if one.incident_id == incident.incident_id)
    rest = [one for one in survivor.absorptions if one is not ended and not one.is_over]
    leaving = [
        each.party for each in ended.arrivals if not any(other.arrival_of(each.party) for other in rest)
    ]
    staying = tuple(
        party for party in survivor.participants if not any(party.is_same(gone) for gone in leaving)
    )
    back = changed(
        incident,
        actor,
        now,
        (Unmerged(survivor.incident_id, survivor.number, bool(ended.arrivals), reason),),
        state=merged.former_state,
        merged=None,
    )
    released = changed(
        survivor,
        actor,
        now,
        (Released(incident.incident_id, incident.number, incident.title, reason),),
        participants=staying,
        absorptions=tuple(
            replace(one, is_over=True) if one is ended else one for one in survivor.absorptions
        ),
    )
    return back, released


def dismiss_hint(incident: Incident, number: str, actor: Actor, side: Side, now: datetime) -> Change | None:
    """It does not belong to the one that its mail mentions (`number`); None where nothing says so any more."""
    state = next_state(incident.state, Command.DISMISS_HINT, side, incident.is_assigned)
    if not incident.may_belong_to:
        return None
    fact = HintDismissed(incident.may_belong_to, number)
    return changed(incident, actor, now, (fact,), state=state, may_belong_to="")


def survivor_of(incident: Incident, load: Callable[[str], Incident]) -> Incident:
    """The incident that goes on in its place, itself where it is not merged. load: by id."""
    for _ in range(_LONGEST_CHAIN):
        if incident.merged is None:
            break
        incident = load(incident.merged.incident_id)
    return incident


def meant_by(submission: Submission, tied: Incident, load: Callable[[str], Incident]) -> Incident:
    """The incident that a message tied to this one belongs to: where it went, or, for whoever answers a mail that they
    were sent because theirs was merged into it for a while, theirs.
    """
    seen = {tied.incident_id}
    while (own := _restored(tied, submission.sender)) and own not in seen:
        seen.add(own)
        tied = load(own)
    return survivor_of(tied, load)


def _restored(incident: Incident, sender: Party) -> str:
    """Of the incidents that are merged into this one no more, the sender's, where they take no part in this one."""
    if incident.takes_part(sender):
        return ""
    over = (one for one in reversed(incident.absorptions) if one.is_over and one.arrival_of(sender))
    return next((one.incident_id for one in over), "")


def _absorbing(
    incident: Incident, into: Incident, joins: bool, reason: str, actor: Actor, now: datetime
) -> Change:
    parties = (incident.requester, *incident.participants) if joins else ()
    arrivals = tuple(
        Arrival(party, _title_for(party, incident))
        for party in parties
        if (party.address or party.person_id) and not _takes_part_itself(into, party)
    )
    participants = into.participants
    for arrival in arrivals:
        if not any(arrival.party.is_same(other) for other in participants):
            participants = (*participants, arrival.party)
    if len(participants) > PARTICIPANTS_KEPT:
        message = f"Together they have more than {PARTICIPANTS_KEPT} people."
        raise InvalidState("too_many_participants", message, limit=PARTICIPANTS_KEPT)
    others = [one for one in into.absorptions if one.incident_id != incident.incident_id]
    if len([one for one in others if not one.is_over]) >= MOST_MERGED:
        message = f"At most {MOST_MERGED} are merged into one."
        raise InvalidState("too_many_merged", message, limit=MOST_MERGED)
    absorption = Absorption(
        incident.incident_id,
        merge_time=now,
        revision=into.revision + 1,
        attachments_before=len(into.attachments),
        arrivals=arrivals,
    )
    fact = Absorbed(incident.incident_id, incident.number, incident.title, incident.create_time, reason)
    return changed(
        into,
        actor,
        now,
        (fact,),
        participants=participants,
        absorptions=(*_bounded(others), absorption),
    )


def _takes_part_itself(incident: Incident, party: Party) -> bool:
    return incident.takes_part(party) and incident.arrived_by(party) is None


def _title_for(party: Party, incident: Incident) -> str:
    """What somebody knows it by: for whoever came by a merge themselves, the title of theirs."""
    by = incident.arrived_by(party)
    arrival = by.arrival_of(party) if by else None
    return arrival.title if arrival else incident.title


def _bounded(absorptions: list[Absorption]) -> list[Absorption]:
    """Of those that are over the latest few are remembered."""
    over = [one for one in absorptions if one.is_over]
    forgotten = over[: max(len(absorptions) - MOST_MERGED + 1, 0)]
    return [one for one in absorptions if one not in forgotten]


def _refuse_merged(survivor: Incident) -> None:
    if survivor.state is State.MERGED:
        message = f"{survivor.number} is merged into another one itself."
        raise InvalidState("survivor_merged", message, number=survivor.number)
