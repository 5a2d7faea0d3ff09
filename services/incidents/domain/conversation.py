"""What is said: public messages of either side, and internal notes."""

from datetime import datetime

from services.incidents.domain import texts
from services.incidents.domain.attachment import Attachment, joined_refs
from services.incidents.domain.ending import reopen
from services.incidents.domain.facts import Change, Noted, Replied, Resumed, chained, changed
from services.incidents.domain.incident import Actor, AwaitedParty, Incident, Party, State
from services.incidents.domain.lifecycle import Command, Side, next_state

# Who is meant by a hold that a message from the client's side ends.
_CLIENT_PARTIES = frozenset({AwaitedParty.REQUESTER, AwaitedParty.CLIENT})


def answer(
    incident: Incident,
    text: str,
    actor: Actor,
    side: Side,
    now: datetime,
    *,
    submission_id: str = "",
    attachments: tuple[Attachment, ...] = (),
) -> Change:
    """Staff's public message: work has begun, and the first one is the first response."""
    text = texts.required("text", text, texts.MAX_TEXT)
    state = next_state(incident.state, Command.ANSWER, side, incident.is_assigned)
    first = incident.first_response_time is None
    return changed(
        incident,
        actor,
        now,
        (Replied(text, True, submission_id, first, attachments),),
        state=state,
        submission_ids=incident.remembering_submission(submission_id),
        first_response_time=now if first else incident.first_response_time,
        acknowledge_time=incident.acknowledge_time or now,
        attachments=joined_refs(incident.attachments, attachments, internal=False),
    )


def reply(
    incident: Incident,
    text: str,
    actor: Actor,
    side: Side,
    now: datetime,
    *,
    submission_id: str = "",
    joining: tuple[Party, ...] = (),
    attachments: tuple[Attachment, ...] = (),
    unverified: bool = False,
) -> Change:
    """A message of the client's side: it resumes a hold that awaited them and reopens what was finished.

    Whether a closed incident may still come back is decided before (`closing.may_reopen`).
    """
    text = texts.required("text", text, texts.MAX_TEXT)
    state = next_state(incident.state, Command.REPLY, side, incident.is_assigned)
    said = changed(
        incident,
        actor,
        now,
        (Replied(text, False, submission_id, attachments=attachments, unverified=unverified),),
        state=state,
        participants=incident.with_participants(joining),
        contact_count=incident.contact_count + (incident.resolution is None),
        submission_ids=incident.remembering_submission(submission_id),
        attachments=joined_refs(incident.attachments, attachments, internal=False),
    )
    awaited = incident.hold is not None and incident.hold.awaiting in _CLIENT_PARTIES
    # Words of the client's side are no approval.
    if incident.hold is not None and awaited and not incident.awaits_approval:
        resumed = Resumed(incident.hold.awaiting, "requester_replied")
        return chained(said, changed(said.after, actor, now, (resumed,), state=State.IN_PROGRESS, hold=None))
    if incident.state in (State.RESOLVED, State.CLOSED):
        return chained(said, reopen(said.after, "requester_replied", actor, side, now))
    return said


def note(
    incident: Incident,
    text: str,
    actor: Actor,
    side: Side,
    now: datetime,
    *,
    submission_id: str = "",
    attachments: tuple[Attachment, ...] = (),
) -> Change:
    """An internal remark; what is attached to it is internal too."""
    text = texts.required("text", text, texts.MAX_TEXT)
    state = next_state(incident.state, Command.NOTE, side, incident.is_assigned)
    remembered = incident.remembering_submission(submission_id)
    return changed(
        incident,
        actor,
        now,
        (Noted(text, attachments),),
        state=state,
        submission_ids=remembered,
        attachments=joined_refs(incident.attachments, attachments, internal=True),
    )
