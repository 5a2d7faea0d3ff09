"""How an incident begins."""

from dataclasses import replace
from datetime import datetime

from services.incidents.domain import priority, texts
from services.incidents.domain.attachment import joined_refs, that_fit
from services.incidents.domain.facts import Change, Opened
from services.incidents.domain.incident import Actor, Decision, Incident, Party, State
from services.incidents.domain.submission import Submission

# The field of a form whose answer names a configuration item.
ITEM_FIELD = "configuration_item"


def open_incident(
    submission: Submission,
    *,
    provider_id: str,
    incident_id: str,
    number: str,
    actor: Actor,
    now: datetime,
    follows_incident_id: str = "",
    may_belong_to: str = "",
    item: tuple[str, tuple[str, ...]] = ("", ()),
    major: tuple[str, str] = ("", ""),
) -> Change:
    """A new incident from a submission; its priority comes from the matrix where impact and urgency are given.

    item: the id of the configuration item that it named, and all names of that one.
    """
    decided = priority.from_matrix(submission.impact, submission.urgency)
    if decided and submission.impact and submission.urgency:
        reason = Decision("matrix", priority.matrix_reason(submission.impact, submission.urgency))
    else:
        reason = Decision("default", "not decided yet", 0.0)
    title = (
        " ".join(submission.subject.split()) or submission.text.strip().partition("\n")[0] or "(no subject)"
    )
    attachments = that_fit((), submission.attachments)
    item_id, item_names = item
    incident = Incident(
        incident_id=incident_id,
        provider_id=provider_id,
        tenant_id=submission.tenant_id,
        number=number,
        kind=submission.kind,
        title=texts.shortened(title, texts.MAX_TITLE),
        description=texts.shortened(submission.text, texts.MAX_TEXT),
        requester=submission.sender,
        channel=submission.channel,
        verified=submission.authenticated,
        impact=submission.impact,
        urgency=submission.urgency,
        priority=decided or priority.DEFAULT,
        priority_decision=reason,
        category=texts.shortened(submission.category, texts.MAX_CATEGORY),
        classification_decision=Decision("requester", "chosen on submission")
        if submission.category
        else None,
        follows_incident_id=follows_incident_id,
        may_belong_to=may_belong_to,
        major_id=major[0],
        major_number=major[1],
        form=submission.form,
        configuration_item=named_item(submission),
        item_ids=(item_id,) if item_id else (),
        submission_ids=(submission.submission_id,),
        attachments=joined_refs((), attachments, internal=False),
        create_time=now,
        update_time=now,
    )
    # Whoever cannot prove who they are names nobody who would be told.
    if submission.authenticated:
        incident = replace(incident, participants=incident.with_participants(submission.copied))
    return Change(None, incident, (Opened(submission.automatic, attachments, item_names),), actor, now)


def named_item(submission: Submission) -> str:
    """What it says it is about: an alert names that, or the answer to a form's field of this key."""
    if submission.configuration_item or not submission.form:
        return submission.configuration_item
    answers = (one for one in submission.form.answers if one.field == ITEM_FIELD)
    texts_given = (text for one in answers for text in one.text.values())
    return texts.shortened(next(texts_given, ""), texts.MAX_NAME)


def void_number(
    *, provider_id: str, tenant_id: str, incident_id: str, number: str, actor: Actor, now: datetime
) -> Change:
    """A canceled record that stands for a number which was reserved and never used.

    Nobody is told, as it was never announced. It does not hold the submission that reserved the number: should
    that be tried again after all, it opens an incident under a number of its own.
    """
    incident = Incident(
        incident_id=incident_id,
        provider_id=provider_id,
        tenant_id=tenant_id,
        number=number,
        title="Number not used",
        submission_ids=(f"void:{number}",),
        state=State.CANCELED,
        requester=Party(),
        priority=priority.DEFAULT,
        create_time=now,
        update_time=now,
    )
    return Change(None, incident, (), actor, now)
