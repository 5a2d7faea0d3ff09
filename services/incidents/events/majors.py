"""Major incidents as messages: their facts, their history, and as they are asked for."""

from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from chassis.outbox import OutboundEvent, StoredEvent
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2
from fairlead.incidents.v1 import major_incident_pb2 as pb
from services.incidents.domain.incident import Actor
from services.incidents.domain.major.course import NEXT
from services.incidents.domain.major.record import HIDDEN, Affected, Major, MajorChange, MajorLine, MajorState
from services.incidents.domain.major.review import Action, ActionState, Facts, Review
from services.incidents.domain.major.settings import MajorSettings, UpdateTemplate
from services.incidents.domain.major.status import Entry
from services.incidents.domain.major.update import Update

# Of an action item, what is said otherwise or to nobody.
_KEPT = ("state", "reminded_for")
_TIMES = ("detect_time", "declare_time", "acknowledge_time", "mitigate_time", "resolve_time")


def outbound_major(change: MajorChange, caller: Caller) -> list[OutboundEvent]:
    """The events of one change, in order."""
    after = change.after
    return [
        OutboundEvent(
            fact.name,
            pb.MajorIncidentChanged(
                major_id=after.major_id,
                number=after.number,
                title=after.title,
                state=state_number(after.state),
                severity=f"MAJOR_SEVERITY_{after.severity.upper()}",
                revision=after.revision,
                actor=_actor(change.actor),
                tenant_id=fact.tenant_id,
                text=fact.text,
                changes=dict(fact.changes),
            ),
            change.time,
            caller,
        )
        for fact in change.facts
    ]


def major_line(event: StoredEvent) -> MajorLine:
    """A kept event as a line of its timeline."""
    said = event.parse(pb.MajorIncidentChanged)
    return MajorLine(
        fact=event.fact,
        time=event.time,
        actor=Actor(said.actor.subject, said.actor.name),
        seq=event.seq,
        tenant_id=said.tenant_id,
        text=said.text,
        changes={name: value for name, value in said.changes.items() if not name.startswith(HIDDEN)},
    )


def line_message(line: MajorLine) -> pb.MajorTimelineEntry:
    """A line of its timeline as others see it."""
    return pb.MajorTimelineEntry(
        fact=line.fact,
        time=stamp(line.time),
        actor=_actor(line.actor),
        tenant_id=line.tenant_id,
        text=line.text,
        changes=dict(line.changes),
        seq=line.seq,
    )


def major_message(major: Major, may_see: Callable[[str], bool]) -> pb.MajorIncident:
    """As staff see it who see these tenants."""
    shown = [one for one in major.affected if may_see(one.tenant_id)]
    return pb.MajorIncident(
        major_id=major.major_id,
        provider_id=major.provider_id,
        number=major.number,
        title=major.title,
        summary=major.summary,
        state=state_number(major.state),
        severity=f"MAJOR_SEVERITY_{major.severity.upper()}",
        roles=[
            pb.MajorRoleHolder(role=f"MAJOR_ROLE_{one.role.upper()}", person_id=one.person_id, name=one.name)
            for one in major.holders
        ],
        affected=[_affected(one) for one in shown],
        origin_incident_id=major.origin_incident_id if may_see(major.origin_tenant_id) else "",
        declare_time=stamp(major.declare_time),
        update_time=stamp(major.update_time),
        next_update_time=stamp(major.next_update_time),
        close_time=stamp(major.close_time),
        revision=major.revision,
        review=review_message(major.review) if major.review else None,
        next_states=[state_number(one) for one in NEXT[major.state]],
        whole=all(may_see(one.tenant_id) for one in major.touched),
    )


def review_message(review: Review) -> pb.MajorReview:
    """The review, with what is missing."""
    return pb.MajorReview(
        facts=_facts(review.facts),
        facts_checked=review.facts_checked,
        factors=review.factors,
        no_factor_reason=review.no_factor_reason,
        went_well=review.went_well,
        summary=review.summary,
        actions=[action_message(one) for one in review.actions],
        finish_time=stamp(review.finish_time),
        finished_by=review.finished_by,
        missing=review.missing,
    )


def review_of(message: pb.MajorReview) -> Review:
    """What somebody wrote."""
    times = {
        name: getattr(message.facts, name).ToDatetime(tzinfo=UTC)
        for name in _TIMES
        if message.facts.HasField(name)
    }
    return Review(
        facts=Facts(**times),
        facts_checked=message.facts_checked,
        factors=tuple(message.factors),
        no_factor_reason=message.no_factor_reason,
        went_well=message.went_well,
        summary=message.summary,
        actions=tuple(action_of(one) for one in message.actions),
    )


def action_message(one: Action) -> pb.ActionItem:
    """An action item."""
    return pb.ActionItem(
        **{name.name: getattr(one, name.name) for name in fields(one) if name.name not in _KEPT},
        state=f"ACTION_STATE_{one.state.upper()}",
    )


def action_of(message: pb.ActionItem) -> Action:
    """An action item that somebody wrote; its owner's name is the directory's to give."""
    word = pb.ActionState.Name(message.state).removeprefix("ACTION_STATE_").lower()
    return Action(
        action_id=message.action_id,
        text=message.text,
        owner_id=message.owner_id,
        due_date=message.due_date,
        state=ActionState.OPEN if word == "unspecified" else ActionState(word),
        link=message.link,
    )


def update_message(update: Update) -> pb.MajorUpdate:
    """An update with what became of each row."""
    return pb.MajorUpdate(
        update_id=update.update_id,
        create_time=stamp(update.create_time),
        author=_actor(update.author),
        state=state_number(update.state),
        rows=[
            pb.MajorUpdateRow(
                tenant_id=row.tenant_id,
                number=row.number,
                locale=row.locale,
                text=row.text,
                overridden=row.overridden,
                sent=row.sent,
                error_reason=row.error_reason,
                names_others=row.names_others,
            )
            for row in update.rows
        ],
        next_update_time=stamp(update.next_update_time),
    )


def template_message(template: UpdateTemplate) -> pb.UpdateTemplate:
    """Words for updates."""
    return pb.UpdateTemplate(
        template_id=template.template_id,
        name=template.name,
        texts=dict(template.texts),
        revision=template.revision,
    )


def settings_message(settings: MajorSettings) -> pb.MajorSettings:
    """How a provider handles them."""
    return pb.MajorSettings(
        sev1_minutes=settings.minutes["sev1"],
        sev2_minutes=settings.minutes["sev2"],
        sev3_minutes=settings.minutes["sev3"],
        actions_before_closing=settings.actions_before_closing,
        revision=settings.revision,
    )


def status_messages(entries: Iterable[Entry], visible_ids: frozenset[str]) -> list[pb.StatusEntry]:
    """visible_ids: the incidents that the reader sees."""
    return [
        pb.StatusEntry(
            title=one.title,
            state=state_number(one.state),
            start_time=stamp(one.start_time),
            end_time=stamp(one.end_time),
            updates=[
                pb.StatusUpdate(time=stamp(said.time), state=state_number(said.state), text=said.text)
                for said in one.updates
            ],
            number=one.number if one.incident_id in visible_ids else "",
            next_update_time=stamp(one.next_update_time),
        )
        for one in entries
    ]


def state_number(state: MajorState) -> Any:
    """A state as messages write it."""
    return pb.MajorState.Value(f"MAJOR_STATE_{state.upper()}")


def stamp(moment: datetime | None) -> Timestamp | None:
    """A time as messages write it."""
    if moment is None:
        return None
    made = Timestamp()
    made.FromDatetime(moment)
    return made


def _facts(facts: Facts) -> pb.MajorFacts:
    return pb.MajorFacts(
        **{name: stamp(getattr(facts, name)) for name in _TIMES},
        acknowledge_seconds=facts.acknowledge_seconds,
        resolve_seconds=facts.resolve_seconds,
        updates_sent=facts.updates_sent,
        updates_late=facts.updates_late,
        updates_missed=facts.updates_missed,
    )


def _affected(one: Affected) -> pb.AffectedTenant:
    return pb.AffectedTenant(
        tenant_id=one.tenant_id,
        incident_id=one.incident_id,
        number=one.number,
        title=one.title,
        description=one.description,
        add_time=stamp(one.add_time),
        remove_time=stamp(one.remove_time),
    )


def _actor(actor: Actor) -> incident_pb2.Actor:
    return incident_pb2.Actor(subject=actor.subject, name=actor.name)
