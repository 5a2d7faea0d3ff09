"""The review after a major incident: what the timeline says, what contributed, what is done about it, and by whom."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum

from chassis.errors import InvalidArgument, InvalidState, NotFound
from services.incidents.domain import texts

MOST_FACTORS, MOST_ACTIONS = 30, 50
_MAX_LINE, _MAX_TEXT = 1_000, 10_000
# When on its last day the owner of an action item is reminded.
_REMIND_AT = time(6, tzinfo=UTC)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class ActionState(StrEnum):
    """Carried over: it goes on elsewhere, by name."""

    OPEN = "open"
    DONE = "done"
    CARRIED_OVER = "carried_over"


@dataclass(frozen=True, slots=True)
class Action:
    """Something to be done so that it does not happen again. due_date: the last day, "" while nobody said."""

    action_id: str
    text: str
    owner_id: str = ""
    owner_name: str = ""
    due_date: str = ""
    state: ActionState = ActionState.OPEN
    link: str = ""
    # The due date that somebody was reminded of; another one is reminded of anew.
    reminded_for: str = ""

    @property
    def remind_time(self) -> datetime:
        return datetime.combine(date.fromisoformat(self.due_date), _REMIND_AT)

    def check(self) -> None:
        """Raises InvalidArgument naming the field."""
        texts.required("actions.text", self.text, _MAX_LINE)
        texts.optional("actions.link", self.link, texts.MAX_NAME)
        if self.due_date and not _is_date(self.due_date):
            raise InvalidArgument("date_invalid", "A day as 2026-03-02.", field="actions.due_date")
        if self.state is ActionState.CARRIED_OVER and not (self.link and self.owner_id):
            raise InvalidArgument(
                "carried_over_nowhere", "Say where it goes on, and with whom.", field="actions.link"
            )

    def is_overdue(self, today: date) -> bool:
        return self.state is ActionState.OPEN and bool(self.due_date) and self.due_date < today.isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """When what happened. None: it did not, or nobody knows."""

    detect_time: datetime | None = None
    declare_time: datetime | None = None
    acknowledge_time: datetime | None = None
    mitigate_time: datetime | None = None
    resolve_time: datetime | None = None
    updates_sent: int = 0
    updates_late: int = 0
    updates_missed: int = 0

    @property
    def acknowledge_seconds(self) -> int | None:
        return _between(self.detect_time, self.acknowledge_time)

    @property
    def resolve_seconds(self) -> int | None:
        return _between(self.detect_time, self.resolve_time)

    def corrected(self, by: "Facts", now: datetime) -> "Facts":
        """What people say about times counts; counts are the timeline's.

        Raises InvalidArgument: facts_out_of_order, facts_in_future.
        """
        names = ("detect_time", "acknowledge_time", "mitigate_time", "resolve_time")
        given = {name: getattr(by, name) for name in names if getattr(by, name)}
        made = replace(self, **given)
        for name in given:
            if _second(given[name]) > _second(now):
                raise InvalidArgument("facts_in_future", "That is still to come.", field=f"facts.{name}")
        for earlier, later in _IN_ORDER:
            first, second = getattr(made, earlier), getattr(made, later)
            if first and second and _second(second) < _second(first):
                raise InvalidArgument(
                    "facts_out_of_order",
                    f"The {later} would be before the {earlier}.",
                    field=f"facts.{later if later in given else earlier}",
                    earlier=earlier,
                    later=later,
                )
        return made


# Of each pair the first did not come later. A remedy may work before anybody took the matter in hand.
_IN_ORDER = (
    ("detect_time", "declare_time"),
    ("detect_time", "acknowledge_time"),
    ("detect_time", "mitigate_time"),
    ("declare_time", "resolve_time"),
    ("acknowledge_time", "resolve_time"),
    ("mitigate_time", "resolve_time"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What people write of it. finish_time None: it is still being written."""

    facts: Facts = field(default_factory=Facts)
    facts_checked: bool = False
    factors: tuple[str, ...] = ()
    no_factor_reason: str = ""
    went_well: str = ""
    summary: str = ""
    actions: tuple[Action, ...] = ()
    finish_time: datetime | None = None
    finished_by: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """What keeps it from being finished."""
        lacks = {
            "facts_unchecked": not self.facts_checked,
            "factor_missing": not (self.factors or self.no_factor_reason),
            "action_without_owner": any(not one.owner_id for one in self.actions),
            "action_without_date": any(not one.due_date for one in self.actions),
        }
        return tuple(name for name, is_lacking in lacks.items() if is_lacking)

    @property
    def open_actions(self) -> tuple[Action, ...]:
        return tuple(one for one in self.actions if one.state is ActionState.OPEN)

    @property
    def unreminded(self) -> tuple[Action, ...]:
        """Open ones whose owner is still to be reminded of the day they are due on."""
        return tuple(
            one
            for one in self.open_actions
            if one.owner_id and one.due_date and one.reminded_for != one.due_date
        )

    def with_reminded(self, action_id: str) -> "Review":
        made = tuple(
            replace(one, reminded_for=one.due_date) if one.action_id == action_id else one
            for one in self.actions
        )
        return replace(self, actions=made)


def written(before: Review, wanted: Review, new_id: Callable[[str], str], now: datetime) -> Review:
    """The review as somebody wants it. Raises InvalidState("review_finished"), InvalidArgument."""
    if before.finish_time:
        raise InvalidState("review_finished", "The review is finished.")
    if len(wanted.factors) > MOST_FACTORS or len(wanted.actions) > MOST_ACTIONS:
        message = f"At most {MOST_FACTORS} factors and {MOST_ACTIONS} action items."
        raise InvalidArgument("review_too_long", message, field="review")
    known = {one.action_id: one.reminded_for for one in before.actions}
    actions = []
    for one in wanted.actions:
        one.check()
        if one.action_id and one.action_id not in known:
            raise NotFound("action_not_found", "There is no such action item.")
        action_id = one.action_id or new_id("act")
        reminded_for = known.get(one.action_id, "")
        actions.append(replace(one, text=one.text.strip(), action_id=action_id, reminded_for=reminded_for))
    if len({one.action_id for one in actions}) < len(actions):
        raise InvalidArgument("action_twice", "Each action item stands once.", field="actions")
    return replace(
        before,
        facts=before.facts.corrected(wanted.facts, now),
        facts_checked=wanted.facts_checked,
        factors=tuple(texts.required("factors", one, _MAX_LINE) for one in wanted.factors),
        no_factor_reason=texts.optional("no_factor_reason", wanted.no_factor_reason, _MAX_LINE),
        went_well=texts.optional("went_well", wanted.went_well, _MAX_TEXT),
        summary=texts.optional("summary", wanted.summary, _MAX_TEXT),
        actions=tuple(actions),
    )


def with_action(review: Review, wanted: Action) -> Review:
    """One action item as it stands now. Raises NotFound, InvalidArgument; a finished review's keep owner and date."""
    wanted.check()
    if not any(one.action_id == wanted.action_id for one in review.actions):
        raise NotFound("action_not_found", "There is no such action item.")
    if review.finish_time and not (wanted.owner_id and wanted.due_date):
        raise InvalidArgument("action_incomplete", "It keeps an owner and a date.", field="action")
    made = tuple(
        replace(wanted, reminded_for=one.reminded_for) if one.action_id == wanted.action_id else one
        for one in review.actions
    )
    return replace(review, actions=made)


def finished(review: Review, by: str, now: datetime) -> Review:
    """Raises InvalidState: review_finished, review_incomplete with what is missing."""
    if review.finish_time:
        raise InvalidState("review_finished", "The review is finished.")
    if review.missing:
        missing = ",".join(review.missing)
        raise InvalidState("review_incomplete", "Something is missing in the review.", missing=missing)
    return replace(review, finish_time=now, finished_by=by)


def _between(start: datetime | None, end: datetime | None) -> int | None:
    return max(0, int((end - start).total_seconds())) if start and end else None


def _second(moment: datetime) -> datetime:
    """As people write times: what the clock knows more exactly contradicts nobody."""
    return moment.replace(microsecond=0)


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False
