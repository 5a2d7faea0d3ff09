"""What triage hears. Deciding and showing are apart: a slow record must not hold up the queue."""

import contextlib
from collections.abc import Callable, Iterable
from typing import Any

from chassis.bus import Consumer, Event, EventFailed
from chassis.errors import NotFound
from chassis.tenancy import GrantedScope
from fairlead.incidents.v1 import events_pb2 as incident_events
from fairlead.intake.v1 import events_pb2 as intake_events
from services.triage.consumers import lessons
from services.triage.consumers.escalations import TARGETS, ending_of, occasion_of, target_occasion
from services.triage.consumers.reports import report_of
from services.triage.consumers.rows import (
    CLOCK_FACTS,
    INCIDENT_FACTS,
    clock_change,
    incident_change,
    is_for_the_client,
)
from services.triage.domain.queue import QueueRow
from services.triage.use_cases import DecideTriage, KeepQueue, Learn, Opening
from services.triage.use_cases.escalating import Ending, Escalate, Occasion
from services.triage.use_cases.escalations import SeeEscalations

Read = tuple[Event, Any]


def consumers(
    decide: DecideTriage, keep: KeepQueue, escalate: Escalate, calls: SeeEscalations, learn: Learn
) -> list[Consumer]:
    """What triage hears."""
    return [
        Consumer("triage-queue", "incidents", tuple(INCIDENT_FACTS), _incidents(keep, escalate)),
        Consumer("triage-clocks", "sla", tuple(CLOCK_FACTS), _clocks(keep, escalate)),
        Consumer("triage-answers", "intake", ("page_answered",), _answers(calls)),
        Consumer("triage-decisions", "incidents", ("incident_opened",), _deciding(decide, learn)),
        Consumer("triage-lessons", "incidents", lessons.FACTS, _learning(learn)),
    ]


def _incidents(keep: KeepQueue, escalate: Escalate) -> Callable[[list[Event]], None]:
    """Rows first: who is called is read off them, too. Both are idempotent, so a batch may come again."""

    def handle(events: list[Event]) -> None:
        read, failed = _each(events, lambda event: (event, event.parse(INCIDENT_FACTS[event.fact])))
        keep.apply([incident_change(event, message) for event, message in read])
        _call(escalate, read)
        if failed:
            raise EventFailed(failed)

    return handle


def _call(escalate: Escalate, read: list[Read]) -> None:
    """In batches, but what is reopened begins after what ended before it."""
    begin: list[Occasion] = []
    end: dict[str, Ending] = {}

    def carry_out() -> None:
        if begin:
            escalate.begin(begin)
        if end:
            escalate.end(list(end.values()))
        begin.clear()
        end.clear()

    for event, message in read:
        occasion, ending = occasion_of(event, message), ending_of(event, message)
        if occasion:
            if occasion.concern.incident_id in end:
                carry_out()
            begin.append(occasion)
        if ending:
            known = end.setdefault(ending.incident_id, ending)
            if known.opened_alone and not ending.opened_alone:
                end[ending.incident_id] = ending
    carry_out()


def _clocks(keep: KeepQueue, escalate: Escalate) -> Callable[[list[Event]], None]:
    def handle(events: list[Event]) -> None:
        read, failed = _each(events, lambda event: (event, event.parse(CLOCK_FACTS[event.fact])))
        keep.apply([clock_change(event, message) for event, message in read])
        at_risk = [one for one in read if one[0].fact in TARGETS and is_for_the_client(one[1].clock)]
        if at_risk:
            _begin_at_risk(keep, escalate, at_risk)
        if failed:
            raise EventFailed(failed)

    return handle


def _answers(calls: SeeEscalations) -> Callable[[list[Event]], None]:
    """Replies of those who were called; what names no page of this provider is nobody's answer."""

    def handle(events: list[Event]) -> None:
        for event in events:
            tag = event.parse(intake_events.PageAnswered).answer_tag
            # A tag that nobody was given, or of a call that is gone: there is nothing to answer, however often it is tried.
            with contextlib.suppress(NotFound):
                calls.answered_by_mail(event.provider_id, tag)

    return handle


def _begin_at_risk(keep: KeepQueue, escalate: Escalate, at_risk: list[Read]) -> None:
    rows: dict[str, QueueRow] = {}
    for provider_id in {event.provider_id for event, _ in at_risk}:
        ids = {event.aggregate_id for event, _ in at_risk if event.provider_id == provider_id}
        rows |= keep.queue.load_many(GrantedScope(provider_id, None), ids)
    found = (target_occasion(event, message, rows.get(event.aggregate_id)) for event, message in at_risk)
    escalate.begin([one for one in found if one])


def _deciding(decide: DecideTriage, learn: Learn) -> Callable[[list[Event]], None]:
    def handle(events: list[Event]) -> None:
        openings, failed = _each(events, _opening)
        failed |= decide.decide(openings)
        texts, _ = _each(events, lessons.words)
        learn.hear([heard for heard in texts if heard])
        if failed:
            raise EventFailed(failed)

    return handle


def _learning(learn: Learn) -> Callable[[list[Event]], None]:
    def handle(events: list[Event]) -> None:
        heard, failed = _each(events, lessons.lesson)
        learn.hear([one for one in heard if one])
        if failed:
            raise EventFailed(failed)

    return handle


def _each(events: Iterable[Event], read: Callable) -> tuple[list, dict[str, Exception]]:
    """What could be read of a batch, and event id → error for the rest: one bad event holds up no other."""
    done, failed = [], {}
    for event in events:
        try:
            done.append(read(event))
        except Exception as error:
            failed[event.id] = error
    return done, failed


def _opening(event: Event) -> Opening:
    opened = event.parse(incident_events.IncidentOpened)
    return Opening(event.id, event.provider_id, report_of(opened), opened.incident.number)
