"""The slow truth of clocks: a person with a tally sheet for each promise, who looks at every minute.

Everything lies on whole minutes, so a minute is either counted or it is not. Shares no code with the engine.
"""

from dataclasses import dataclass, field
from datetime import datetime

from tests.property.sla.reference import MINUTE, is_open

# What each promise is stopped by, by level and kind.
STOPS = {
    ("client", "first_response"): {"responded", "resolved", "closed"},
    ("client", "next_update"): {"responded", "resolved", "closed"},
    ("client", "resolution"): {"resolved", "closed"},
    ("operational", "first_response"): {"acknowledged", "responded", "resolved", "closed"},
    ("operational", "resolution"): {"resolved", "closed"},
    ("vendor", "resolution"): {"resolved", "closed"},
}


@dataclass
class Sheet:
    """One cycle of one promise."""

    started: datetime
    goal: int | None = None
    calendar: object = None
    pausing: frozenset = frozenset()
    counted: int = 0
    paused: int = 0
    stopped: datetime | None = None
    breached: datetime | None = None
    canceled: bool = False
    tally: list = field(default_factory=list)  # the minute after each counted one


class Desk:
    """Keeps the sheets of one incident."""

    def __init__(self, contract, calendars):
        self.contract, self.calendars = contract, calendars
        self.sheets: dict[tuple, dict[int, Sheet]] = {}
        self.minute = None
        self.opened = self.over = False
        self.awaiting, self.group, self.priority, self.service, self.channel = "", "", 3, "", ""

    def promises(self):
        return sorted({(t.level.value, t.kind.value, t.name) for t in self.contract.targets})

    def open_sheets(self):
        for promise in self.promises():
            for sheet in self.sheets.get(promise, {}).values():
                if sheet.stopped is None:
                    yield promise, sheet

    def target(self, promise):
        """Of those that match, the one that states most; the order of importance decides among equals."""
        best, best_rank = None, None
        for t in self.contract.targets:
            fits = (
                (t.level.value, t.kind.value, t.name) == promise
                and t.priority in (0, self.priority)
                and t.group_id in ("", self.group)
                and t.service in ("", self.service)
                and t.channel in ("", self.channel)
            )
            stated = [bool(t.group_id), bool(t.service), bool(t.channel), bool(t.priority)]
            rank = (sum(stated), "".join(str(int(each)) for each in stated))
            if fits and (best is None or rank > best_rank):
                best, best_rank = t, rank
        return best

    def aim(self, promise, sheet):
        if sheet.breached is None:
            target = self.target(promise)
            sheet.goal = target.goal_seconds // 60 if target else None
            sheet.calendar = self.calendars[target.calendar_id] if target else None
            sheet.pausing = target.pausing_parties if target else frozenset()

    def begin(self, promise, sheet=None):
        cycles = self.sheets.setdefault(promise, {})
        sheet = sheet or Sheet(self.minute)
        self.aim(promise, sheet)
        cycles[len(cycles) + 1] = sheet

    def stop(self, sheet):
        sheet.stopped = self.minute
        sheet.canceled = sheet.goal is None
        if not sheet.canceled and sheet.breached is None and sheet.counted > sheet.goal:
            sheet.breached = self.minute

    def overdue(self, latest):
        """Notes which clocks count although their goal was reached on this minute or an earlier one."""
        for _, sheet in self.open_sheets():
            if sheet.breached or sheet.goal is None or self.awaiting in sheet.pausing:
                continue
            if len(sheet.tally) >= sheet.goal and sheet.tally[sheet.goal - 1] <= latest:
                sheet.breached = self.minute

    def pass_minute(self):
        self.minute += MINUTE
        for _, sheet in self.open_sheets():
            if sheet.calendar is None or not is_open(sheet.calendar, self.minute - MINUTE):
                continue
            if self.awaiting in sheet.pausing:
                sheet.paused += 1
            else:
                sheet.counted += 1
                sheet.tally.append(self.minute)

    def hear(self, fact):
        kind = fact.kind.value
        if kind == "opened" and self.opened:
            return
        group_before, opened_before = self.group, self.opened
        self.learn(kind, fact)
        if kind in ("canceled", "merged"):
            for _, sheet in self.open_sheets():
                sheet.stopped, sheet.canceled = self.minute, True
            return
        moved = self.group != group_before
        for promise, sheet in list(self.open_sheets()):
            if self.is_stopped(promise, kind, moved):
                self.stop(sheet)
        for promise, sheet in self.open_sheets():
            self.aim(promise, sheet)
        arrived = bool(self.group) and (moved or not opened_before or kind == "reopened")
        for promise in self.promises():
            cycles = self.sheets.get(promise, {})
            if any(sheet.stopped is None for sheet in cycles.values()):
                continue
            if self.is_begun(promise, fact, arrived):
                self.begin(promise)
            elif kind == "reopened" and cycles and promise[0] == "client":
                self.reopen(promise, cycles[len(cycles)])

    def learn(self, kind, fact):
        if kind == "opened":
            self.opened, self.priority = True, fact.priority
            self.service, self.channel, self.group = fact.service, fact.channel, fact.group_id
        if kind == "prioritized":
            self.priority = fact.priority
        if kind == "classified" and fact.service:
            self.service = fact.service
        if kind == "assigned":
            self.group = fact.group_id
        if kind == "held":
            self.awaiting = fact.awaiting
        if kind in ("resumed", "reopened"):
            self.awaiting = ""
        if kind in ("resolved", "closed", "canceled", "merged"):
            self.over = True
        if kind == "reopened":
            self.over = False

    def events_of(self, promise):
        one = next(t for t in self.contract.targets if (t.level.value, t.kind.value, t.name) == promise)
        return one.start_event.value, one.stop_event.value

    def is_stopped(self, promise, kind, moved):
        level, what, _ = promise
        if what == "custom":
            _, stop = self.events_of(promise)
            late = stop in ("confirmed", "closed", "reopened")
            return kind in (stop, "closed") or (kind == "resolved" and not late)
        if level == "operational" and moved:
            return True
        if level == "vendor" and self.awaiting != "vendor":
            return True
        return kind in STOPS[level, what]

    def is_begun(self, promise, fact, arrived):
        level, what, _ = promise
        if what == "custom":
            return fact.kind.value == self.events_of(promise)[0]
        if self.over:
            return False
        if level == "operational":
            return arrived
        if level == "vendor":
            return fact.kind == "held" and fact.awaiting == "vendor"
        if what == "next_update":
            return fact.kind in ("responded", "reopened")
        return fact.kind == "opened"

    def reopen(self, promise, last):
        target = self.target(promise)
        rule = target.reopen_rule if target else None
        if rule is None and promise == ("client", "resolution", ""):
            rule = self.contract.reopen_rule
        if rule == "new_cycle":
            self.begin(promise)
        elif rule == "reset":
            self.begin(promise, Sheet(last.started))
        elif rule == "continue" and last.breached is None:
            again = Sheet(last.started, counted=last.counted, paused=last.paused, tally=list(last.tally))
            self.begin(promise, again)


def read_clocks(facts, contract, calendars, at: datetime) -> dict[tuple, Sheet]:
    """By (level, kind, name, cycle). Facts in their true order, on whole minutes; walks every minute up to `at`."""
    desk = Desk(contract, calendars)
    pending = [fact for fact in facts if fact.time <= at]
    if not pending:
        return {}
    desk.minute = pending[0].time
    while True:
        while pending and pending[0].time <= desk.minute:
            # At this instant, and not yet beyond it: only what was due before counts too long.
            desk.overdue(desk.minute - MINUTE)
            desk.hear(pending.pop(0))
        if desk.minute >= at:
            desk.overdue(desk.minute - MINUTE)
            return {
                (*p, cycle): sheet for p, cycles in desk.sheets.items() for cycle, sheet in cycles.items()
            }
        desk.overdue(desk.minute)
        desk.pass_minute()
