"""What is done with a change. Each gives the step, or None where it stands so already."""

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chassis.errors import InvalidArgument, InvalidState
from services.incidents.domain import approval as approvals
from services.incidents.domain import texts
from services.incidents.domain.approval import Approver, Roster
from services.incidents.domain.change import deciding, risk
from services.incidents.domain.change.life import ChangeCommand, next_change_state
from services.incidents.domain.change.record import (
    MOST_INCIDENTS,
    MOST_ITEMS,
    ChangeFact,
    ChangeHappening,
    ChangeKind,
    ChangeRecord,
    ChangeState,
    ChangeStep,
    ChangeWindow,
    Plan,
    Tie,
    TiedIncident,
    stepped,
)
from services.incidents.domain.change.risk import Assessment, Level
from services.incidents.domain.incident import Actor, Incident

MAX_PLAN = 20_000
_LONGEST = timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """New values; None leaves a field as it is."""

    kind: ChangeKind | None = None
    plan: Plan | None = None
    assessment: Assessment | None = None
    window: ChangeWindow | None = None
    client_facing: bool | None = None
    item_ids: tuple[str, ...] | None = None


def checked(wanted: Wanted, is_shared: bool) -> Wanted:
    """The same, trimmed. Raises InvalidArgument naming the field."""
    plan = wanted.plan and Plan(
        texts.required("title", wanted.plan.title, texts.MAX_TITLE),
        *(
            texts.optional(one.name, getattr(wanted.plan, one.name), MAX_PLAN)
            for one in fields(Plan)
            if one.name != "title"
        ),
    )
    if wanted.window:
        check_window(wanted.window)
    if wanted.item_ids is not None and len(set(wanted.item_ids)) > MOST_ITEMS:
        message = f"A change touches {MOST_ITEMS} items at most."
        raise InvalidArgument("too_many", message, field="item_ids", limit=MOST_ITEMS)
    if wanted.client_facing and is_shared:
        message = "What is shared has no one client to ask."
        raise InvalidArgument("no_client_to_ask", message, field="client_facing")
    return Wanted(
        kind=wanted.kind,
        plan=plan,
        assessment=risk.checked(wanted.assessment) if wanted.assessment else None,
        window=wanted.window,
        client_facing=wanted.client_facing,
        item_ids=None if wanted.item_ids is None else tuple(dict.fromkeys(wanted.item_ids)),
    )


def check_window(window: ChangeWindow) -> None:
    """Raises InvalidArgument: window_over, window_too_long, time_zone_unknown."""
    if window.end_time <= window.start_time:
        raise InvalidArgument("window_over", "A window ends after it begins.", field="end_time")
    if window.end_time - window.start_time > _LONGEST:
        raise InvalidArgument("window_too_long", "At most 31 days.", field="end_time")
    try:
        ZoneInfo(window.time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        message = "An IANA time zone such as Europe/Paris."
        raise InvalidArgument("time_zone_unknown", message, field="time_zone") from error


def edit(
    change: ChangeRecord, wanted: Wanted, suggested: Level, actor: Actor, now: datetime
) -> ChangeStep | None:
    """Writes a draft. suggested: the impact by what hangs on its items."""
    next_change_state(change, ChangeCommand.EDIT)
    wanted = checked(wanted, change.is_shared)
    given = {one.name: getattr(wanted, one.name) for one in fields(Wanted)}
    new = {name: value for name, value in given.items() if value is not None}
    assessment = wanted.assessment or change.assessment
    new |= {"suggested_impact": suggested, "risk": risk.risk_of(assessment, suggested)}
    differ = {name: value for name, value in new.items() if value != getattr(change, name)}
    if not differ:
        return None
    return stepped(change, actor, now, ChangeHappening(ChangeFact.EDITED), **differ)


def request(change: ChangeRecord, by: Approver, roster: Roster, actor: Actor, now: datetime) -> ChangeStep:
    """Asks for approval; a standard change has it.

    Raises InvalidState: plan_missing, window_missing, back_out_plan_missing, risk_missing, high_risk_not_standard.
    """
    state = next_change_state(change, ChangeCommand.REQUEST)
    _require_ready(change)
    asked = ChangeHappening(ChangeFact.REQUESTED)
    owner = {"requester_id": by.person_id, "requester_name": by.name}
    if change.kind is ChangeKind.STANDARD:
        return stepped(
            change,
            actor,
            now,
            asked,
            ChangeHappening(ChangeFact.APPROVED, "standard"),
            state=ChangeState.APPROVED,
            approval=None,
            **owner,
        )
    approval = approvals.begin(approvals.checked(deciding.steps_for(change)), by.person_id, roster, now)
    told = deciding.asked_since(replace(change, approval=None), approval)
    return stepped(change, actor, now, asked, *told, state=state, approval=approval, **owner)


def withdraw(change: ChangeRecord, by: Approver, reason: str, actor: Actor, now: datetime) -> ChangeStep:
    """A draft again: what is approved is not changed, it is asked for anew."""
    state = next_change_state(change, ChangeCommand.WITHDRAW)
    reason = texts.optional("reason", reason, texts.MAX_REASON)
    approval = change.approval
    if approval and approval.is_waiting:
        approval = approvals.withdraw(approval, by, reason, now)
    said = ChangeHappening(ChangeFact.WITHDRAWN, reason)
    return stepped(change, actor, now, said, state=state, approval=approval)


def schedule(
    change: ChangeRecord,
    window: ChangeWindow | None,
    serious: int,
    accepted: bool,
    actor: Actor,
    now: datetime,
) -> ChangeStep | None:
    """Its window is settled; window: another one than was asked for. serious: how many conflicts have to be accepted.

    Raises InvalidState: window_missing, window_passed, conflicts_not_accepted.
    """
    state = next_change_state(change, ChangeCommand.SCHEDULE)
    if window:
        check_window(window)
    settled = window or change.window
    if settled is None:
        raise InvalidState("window_missing", "Say when it is done.")
    if settled.end_time <= now:
        raise InvalidState("window_passed", "Its window is over.")
    if serious and not accepted:
        message = "Something speaks against this window: move it, or accept that."
        raise InvalidState("conflicts_not_accepted", message, count=serious)
    if state is change.state and settled == change.window:
        return None
    told = {"start_time": settled.start_time.isoformat(), "end_time": settled.end_time.isoformat()}
    told |= {"conflicts": str(serious)} if serious else {}
    said = ChangeHappening(ChangeFact.SCHEDULED, "", told)
    return stepped(change, actor, now, said, state=state, window=settled)


def start(change: ChangeRecord, actor: Actor, now: datetime) -> ChangeStep:
    """Work begins, within the window; an emergency may begin before. Raises InvalidState("outside_window")."""
    state = next_change_state(change, ChangeCommand.START)
    window = change.window
    early = window is None or (now < window.start_time and change.kind is not ChangeKind.EMERGENCY)
    if early or (window is not None and now >= window.end_time):
        raise InvalidState("outside_window", "It is not the time that was agreed on: schedule it anew.")
    return stepped(change, actor, now, ChangeHappening(ChangeFact.STARTED), state=state, start_time=now)


_ENDINGS = {
    ChangeCommand.COMPLETE: ChangeFact.DONE,
    ChangeCommand.FAIL: ChangeFact.FAILED,
    ChangeCommand.BACK_OUT: ChangeFact.BACKED_OUT,
}


def finish(
    change: ChangeRecord, command: ChangeCommand, outcome: str, actor: Actor, now: datetime
) -> ChangeStep:
    """How it ended, in words; what failed or was taken back says why. Raises InvalidArgument("value_missing")."""
    state = next_change_state(change, command)
    told = texts.required if command is not ChangeCommand.COMPLETE else texts.optional
    outcome = told("outcome", outcome, texts.MAX_RESOLUTION)
    said = ChangeHappening(_ENDINGS[command], outcome)
    fields = {"state": state, "ending": state, "outcome": outcome, "end_time": change.end_time or now}
    return stepped(change, actor, now, said, **fields)


def review(change: ChangeRecord, words: str, actor: Actor, now: datetime) -> ChangeStep:
    """What was learned; with it the change is closed."""
    state = next_change_state(change, ChangeCommand.REVIEW)
    words = texts.required("review", words, texts.MAX_RESOLUTION)
    return stepped(change, actor, now, ChangeHappening(ChangeFact.REVIEWED, words), state=state, review=words)


def cancel(change: ChangeRecord, by: Approver, reason: str, actor: Actor, now: datetime) -> ChangeStep:
    """It is not done after all."""
    state = next_change_state(change, ChangeCommand.CANCEL)
    reason = texts.required("reason", reason, texts.MAX_REASON)
    approval = change.approval
    if approval and approval.is_waiting:
        approval = approvals.withdraw(approval, by, reason, now)
    said = ChangeHappening(ChangeFact.CANCELED, reason)
    return stepped(change, actor, now, said, state=state, approval=approval)


def tie(
    change: ChangeRecord, incident: Incident, how: Tie, untie: bool, actor: Actor, now: datetime
) -> ChangeStep | None:
    """An incident that it resolves, or that it caused; of its own client, or of any where it is the provider's.

    Raises InvalidArgument("incident_of_another_client"), InvalidState("too_many_incidents").
    """
    next_change_state(change, ChangeCommand.TIE)
    if not change.is_shared and incident.tenant_id != change.tenant_id:
        message = "A client's change is tied to that client's incidents."
        raise InvalidArgument("incident_of_another_client", message, field="incident_id")
    tied = TiedIncident(how, incident.incident_id, incident.tenant_id, incident.number)
    if untie:
        if tied not in change.incidents:
            return None
        kept = tuple(one for one in change.incidents if one != tied)
        said = ChangeHappening(ChangeFact.UNTIED, "", {how.value: incident.number})
        return stepped(change, actor, now, said, incidents=kept)
    if tied in change.incidents:
        return None
    if len(change.incidents) >= MOST_INCIDENTS:
        message = f"At most {MOST_INCIDENTS} are tied to one change."
        raise InvalidState("too_many_incidents", message, limit=MOST_INCIDENTS)
    said = ChangeHappening(ChangeFact.TIED, "", {how.value: incident.number})
    return stepped(change, actor, now, said, incidents=(*change.incidents, tied))


def _require_ready(change: ChangeRecord) -> None:
    if not change.plan.plan:
        raise InvalidState("plan_missing", "Say what is going to be done.", field="plan")
    if change.window is None:
        raise InvalidState("window_missing", "Say when it is done.", field="start_time")
    if change.kind is not ChangeKind.STANDARD and not change.plan.back_out_plan:
        raise InvalidState("back_out_plan_missing", "Say how it is taken back.", field="back_out_plan")
    if change.risk is None:
        raise InvalidState("risk_missing", "Answer the questions about its risk.", field="risk_answers")
    if change.kind is ChangeKind.STANDARD and change.risk in (Level.HIGH, Level.CRITICAL):
        message = "What is so risky is not agreed once for all: make it a normal change."
        raise InvalidState("high_risk_not_standard", message, field="kind")
