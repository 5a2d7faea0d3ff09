"""Parent and children: one matter that many incidents are about, each with its own clocks, life and words.

A child may be another client's. Its parent is the provider's own affair: no client is told that there is one, nor who
else has a child of it, and staff see of it what they are granted.
"""

from datetime import datetime

from chassis.errors import InvalidArgument, InvalidState, NotFound
from services.incidents.domain.facts import Change, Linked, Unlinked, changed
from services.incidents.domain.incident import Actor, Incident
from services.incidents.domain.lifecycle import Command, Side, next_state

# What one parent may have; telling them all is one request.
MOST_CHILDREN = 200


def adopt(
    child: Incident,
    parent: Incident,
    has_children: bool,
    siblings: int,
    actor: Actor,
    side: Side,
    now: datetime,
) -> Change | None:
    """The child belongs to this parent from now on; None where it does so already.

    has_children: whether the child is a parent itself; families have two generations, so nothing leads back to itself.
    Raises InvalidArgument("parent_of_itself"), InvalidState: transition_not_allowed, parent_is_a_child,
    child_is_a_parent, too_many_children.
    """
    if parent.provider_id != child.provider_id:
        raise NotFound("incident_not_found", "There is no such incident.")
    if parent.incident_id == child.incident_id:
        raise InvalidArgument("parent_of_itself", "It cannot be its own parent.", field="parent")
    state = next_state(child.state, Command.LINK, side, child.is_assigned)
    next_state(parent.state, Command.LINK, side, parent.is_assigned)
    if child.parent_id == parent.incident_id:
        return None
    if parent.parent_id:
        raise InvalidState("parent_is_a_child", "The parent is a child itself.")
    if has_children:
        raise InvalidState("child_is_a_parent", "It has children itself.")
    if siblings >= MOST_CHILDREN:
        message = f"At most {MOST_CHILDREN} have one parent."
        raise InvalidState("too_many_children", message, limit=MOST_CHILDREN)
    return changed(
        child, actor, now, (Linked(parent.incident_id),), state=state, parent_id=parent.incident_id
    )


def release(child: Incident, actor: Actor, side: Side, now: datetime) -> Change | None:
    """It belongs to no parent any more; None where it belongs to none."""
    state = next_state(child.state, Command.LINK, side, child.is_assigned)
    if not child.parent_id:
        return None
    return changed(child, actor, now, (Unlinked(child.parent_id),), state=state, parent_id="")
