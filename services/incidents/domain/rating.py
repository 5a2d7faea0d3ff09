"""How satisfied the requester is with what was done: one answer for each resolution (ITIL 4, continual improvement).

The requester's own word: nobody else gives it. It may be given while the incident is resolved and for some time after it
closed, and changed for some days; reopening begins a new cycle.
"""

from datetime import datetime, timedelta

from chassis.errors import InvalidArgument, InvalidState, PermissionDenied
from services.incidents.domain import texts
from services.incidents.domain.facts import Change, Rated, changed
from services.incidents.domain.incident import Actor, Incident, Party, Rating, State
from services.incidents.domain.lifecycle import Command, Side, next_state

LOWEST, HIGHEST = 1, 5
RATE_WITHIN = timedelta(days=30)
CHANGE_WITHIN = timedelta(days=7)


def change_until(rating: Rating) -> datetime:
    """Until when the requester may change their mind."""
    return rating.rate_time + CHANGE_WITHIN


def may_rate(incident: Incident, by: Party, now: datetime) -> bool:
    """Whether this party may say, or change, how satisfied they are."""
    if incident.state not in (State.RESOLVED, State.CLOSED) or not incident.requester.is_same(by):
        return False
    if incident.rating is not None:
        return now <= change_until(incident.rating)
    return incident.close_time is None or now <= incident.close_time + RATE_WITHIN


def rate(
    incident: Incident, score: int, comment: str, by: Party, actor: Actor, side: Side, now: datetime
) -> Change | None:
    """The answer, or a changed one; None when it says what is known already.

    Raises PermissionDenied("requester_only") for anybody but the requester, InvalidArgument("score_out_of_range"),
    InvalidState("rating_window_over") and "transition_not_allowed" for what is not solved.
    """
    state = next_state(incident.state, Command.RATE, side, incident.is_assigned)
    if not incident.requester.is_same(by):
        raise PermissionDenied("requester_only", "Only who asked can say how satisfied they are.")
    if not LOWEST <= score <= HIGHEST:
        message = f"The score is {LOWEST} to {HIGHEST}."
        raise InvalidArgument("score_out_of_range", message, field="score")
    comment = texts.optional("comment", comment, texts.MAX_COMMENT)
    if not may_rate(incident, by, now):
        raise InvalidState("rating_window_over", "It is too late to rate this.", state=incident.state)
    former = incident.rating
    if former is not None and (former.score, former.comment) == (score, comment):
        return None
    rating = Rating(score, comment, former.rate_time if former else now)
    fact = Rated(former.score if former else 0)
    return changed(incident, actor, now, (fact,), state=state, rating=rating)
