"""Changes as messages, in calls and in events, and their kept events as lines."""

from collections.abc import Collection, Mapping

from chassis.outbox import OutboundEvent, StoredEvent
from chassis.tenancy import Caller
from fairlead.incidents.v1 import change_pb2, incident_pb2
from services.incidents.domain.change.conflicts import Conflict
from services.incidents.domain.change.freeze import Freeze
from services.incidents.domain.change.life import allowed
from services.incidents.domain.change.record import ChangeEntry, ChangeRecord, ChangeStep, ChangeWindow
from services.incidents.domain.change.risk import Level, likelihood
from services.incidents.domain.configuration_item import ConfigurationItem
from services.incidents.domain.incident import Actor
from services.incidents.events.configuration_items import item_message
from services.incidents.events.messages import timestamp
from services.incidents.events.orders import approval_message, approver_messages


def change_message(change: ChangeRecord, item_ids: Collection[str] | None = None) -> change_pb2.Change:
    """item_ids: those that the reader may see; None: all."""
    assessment, plan = change.assessment, change.plan
    return change_pb2.Change(
        change_id=change.change_id,
        tenant_id="" if change.is_shared else change.tenant_id,
        shared=change.is_shared,
        number=change.number,
        kind=f"CHANGE_KIND_{change.kind.upper()}",
        state=f"CHANGE_STATE_{change.state.upper()}",
        title=plan.title,
        description=plan.description,
        plan=plan.plan,
        back_out_plan=plan.back_out_plan,
        test_plan=plan.test_plan,
        risk_answers=dict(assessment.answers),
        risk_impact=_level(assessment.impact),
        suggested_impact=_level(change.suggested_impact),
        likelihood=_level(likelihood(assessment)),
        risk=_level(change.risk),
        window=window_message(change.window) if change.window else None,
        client_facing=change.client_facing,
        item_ids=[one for one in change.item_ids if item_ids is None or one in item_ids],
        incidents=[
            change_pb2.TiedIncident(
                tie=f"CHANGE_TIE_{one.tie.upper()}",
                incident_id=one.incident_id,
                tenant_id=one.tenant_id,
                number=one.number,
            )
            for one in change.incidents
        ],
        approval=approval_message(change.approval) if change.approval else None,
        requester_id=change.requester_id,
        requester_name=change.requester_name,
        outcome=change.outcome,
        review=change.review,
        start_time=timestamp(change.start_time),
        end_time=timestamp(change.end_time),
        create_time=timestamp(change.create_time),
        update_time=timestamp(change.update_time),
        revision=change.revision,
        ending=f"CHANGE_STATE_{change.ending.upper()}" if change.ending else None,
        allowed=[command.value for command in allowed(change.state)],
    )


def window_message(window: ChangeWindow) -> change_pb2.ChangeWindow:
    """When it is done."""
    return change_pb2.ChangeWindow(
        start_time=timestamp(window.start_time),
        end_time=timestamp(window.end_time),
        time_zone=window.time_zone,
    )


def conflict_message(conflict: Conflict, items: Mapping[str, ConfigurationItem]) -> change_pb2.ChangeConflict:
    """items: by id, those that the reader may see."""
    return change_pb2.ChangeConflict(
        kind=f"CONFLICT_KIND_{conflict.kind.upper()}",
        serious=conflict.is_serious,
        name=conflict.name,
        start_time=timestamp(conflict.start_time),
        end_time=timestamp(conflict.end_time),
        change_id=conflict.change_id,
        items=[item_message(items[one], {}) for one in conflict.item_ids if one in items],
    )


def freeze_message(freeze: Freeze) -> change_pb2.ChangeFreeze:
    """A freeze."""
    return change_pb2.ChangeFreeze(
        freeze_id=freeze.freeze_id,
        tenant_id="" if freeze.is_for_all else freeze.tenant_id,
        name=freeze.name,
        start_time=timestamp(freeze.start_time),
        end_time=timestamp(freeze.end_time),
    )


def change_events(step: ChangeStep, caller: Caller) -> list[OutboundEvent]:
    """The events of one step, in order."""
    actor = incident_pb2.Actor(subject=step.actor.subject, name=step.actor.name)
    after = change_message(step.after)
    return [
        OutboundEvent(
            one.fact.value,
            change_pb2.ChangeChanged(
                change=after,
                actor=actor,
                reason=one.reason,
                changes=one.changes,
                asked=approver_messages(one.asked),
            ),
            step.time,
            caller,
        )
        for one in step.happenings
    ]


def change_entry(event: StoredEvent) -> ChangeEntry:
    """A kept event as a line of its change's history."""
    message = event.parse(change_pb2.ChangeChanged)
    return ChangeEntry(
        entry_id=event.id,
        fact=event.fact,
        time=event.time,
        actor=Actor(message.actor.subject, message.actor.name),
        seq=event.seq,
        reason=message.reason,
        changes=dict(message.changes),
    )


def change_entry_message(entry: ChangeEntry) -> change_pb2.ChangeEntry:
    """A line of the history."""
    return change_pb2.ChangeEntry(
        entry_id=entry.entry_id,
        fact=entry.fact,
        time=timestamp(entry.time),
        actor=incident_pb2.Actor(subject=entry.actor.subject, name=entry.actor.name),
        reason=entry.reason,
        changes=entry.changes,
        seq=entry.seq,
    )


def _level(level: Level | None) -> str | None:
    return f"RISK_LEVEL_{level.upper()}" if level else None
