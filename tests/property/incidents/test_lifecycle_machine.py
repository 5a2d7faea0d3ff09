"""Whatever is asked of an incident, in whatever order, its life stays in order."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chassis.errors import FairleadError, InvalidState, PermissionDenied
from services.incidents.domain import closing, conversation, decisions, ending, work
from services.incidents.domain.facts import Change
from services.incidents.domain.incident import Actor, AwaitedParty, Impact, Kind, Priority, State, Urgency
from services.incidents.domain.lifecycle import SIDES, TABLE, Command, Side, Target
from tests.harness.incident_values import NOON, REQUESTER, TECH, TRIAGE, opened

RULES = closing.ClosingRules(close_after=timedelta(hours=4), reopen_within=timedelta(hours=8))
SIDE = st.sampled_from(Side)
ASSIGNMENTS = st.builds(
    decisions.Assignment,
    group_id=st.sampled_from(["", "grp_a", "grp_b"]),
    assignee_id=st.sampled_from(["", "per_tech", "per_bob"]),
)


class Life(RuleBasedStateMachine):
    """Every rule tries a command as either side; the table says beforehand what may become of it."""

    def __init__(self) -> None:
        super().__init__()
        self.incident = opened()
        self.now = NOON
        self.reopened = 0

    def actor(self, side: Side) -> Actor:
        return TECH if side is Side.STAFF else REQUESTER

    def ask(self, command: Command, side: Side, decide) -> Change | None:
        """Tries it; what is refused must be refused by the table, and what is done must be in it."""
        before = self.incident
        try:
            change = decide(self.actor(side))
        except PermissionDenied:
            assert side not in SIDES[command]
            return None
        except InvalidState as refused:
            listed = command in TABLE[before.state]
            late = command is Command.CANCEL and side is Side.CLIENT
            assert not listed or late or refused.reason == "not_the_assignee"
            return None
        except FairleadError:
            return None  # a value that is wrong whatever the state
        assert side in SIDES[command]
        assert change.before is before
        assert change.after.revision == before.revision + 1
        assert change.facts
        self.check_move(command, change)
        self.incident = change.after
        return change

    def check_move(self, command: Command, change: Change) -> None:
        before, after = change.before.state, change.after.state
        pooled = State.ASSIGNED if change.after.is_assigned else State.NEW
        target = TABLE[before][command]
        names = [fact.name for fact in change.facts]
        if "reopened" in names:
            self.reopened += 1
            assert before in (State.RESOLVED, State.CLOSED)
            assert after is pooled
        elif command is Command.REPLY and "resumed" in names:
            assert (before, after) == (State.ON_HOLD, State.IN_PROGRESS)
        elif target is Target.SAME:
            assert after is before
        elif target is Target.BY_ASSIGNMENT:
            assert after is pooled
        elif target is Target.SAME_UNLESS_POOLED:
            assert after is (before if change.after.is_assigned else State.NEW)
        else:
            assert after is target

    @rule(minutes=st.integers(1, 600))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(side=SIDE)
    def answer(self, side: Side) -> None:
        self.ask(
            Command.ANSWER,
            side,
            lambda who: conversation.answer(self.incident, "Hello.", who, side, self.now),
        )

    @precondition(lambda self: self.incident.state is not State.CLOSED or self.may_come_back())
    @rule(side=SIDE)
    def reply(self, side: Side) -> None:
        self.ask(
            Command.REPLY, side, lambda who: conversation.reply(self.incident, "Hello.", who, side, self.now)
        )

    @rule(side=SIDE)
    def note(self, side: Side) -> None:
        self.ask(
            Command.NOTE, side, lambda who: conversation.note(self.incident, "Psst.", who, side, self.now)
        )

    @rule(side=SIDE, to=ASSIGNMENTS)
    def assign(self, side: Side, to: decisions.Assignment) -> None:
        made = decisions.technicians("")
        self.ask(
            Command.ASSIGN, side, lambda who: decisions.assign(self.incident, to, made, who, side, self.now)
        )

    @rule(side=SIDE)
    def acknowledge(self, side: Side) -> None:
        self.ask(Command.ACKNOWLEDGE, side, lambda who: work.acknowledge(self.incident, who, side, self.now))

    @rule(side=SIDE, category=st.sampled_from(["", "printing"]), kind=st.sampled_from([None, *Kind]))
    def classify(self, side: Side, category: str, kind: Kind | None) -> None:
        made = decisions.technicians("")
        self.ask(
            Command.CLASSIFY,
            side,
            lambda who: decisions.classify(self.incident, category, kind, made, who, side, self.now),
        )

    @rule(
        side=SIDE,
        impact=st.sampled_from([None, *Impact]),
        urgency=st.sampled_from([None, *Urgency]),
        priority=st.sampled_from([None, *Priority]),
    )
    def prioritize(self, side: Side, impact, urgency, priority) -> None:
        made = decisions.technicians("")
        self.ask(
            Command.PRIORITIZE,
            side,
            lambda who: decisions.prioritize(
                self.incident, impact, urgency, priority, made, who, side, self.now
            ),
        )

    @rule(side=SIDE, awaiting=st.sampled_from([None, *AwaitedParty]))
    def hold(self, side: Side, awaiting: AwaitedParty | None) -> None:
        self.ask(
            Command.HOLD, side, lambda who: work.hold(self.incident, awaiting, "why", who, side, self.now)
        )

    @rule(side=SIDE)
    def resume(self, side: Side) -> None:
        self.ask(Command.RESUME, side, lambda who: work.resume(self.incident, "", who, side, self.now))

    @rule(side=SIDE)
    def resolve(self, side: Side) -> None:
        due = closing.close_due_time(RULES, self.now)
        self.ask(
            Command.RESOLVE,
            side,
            lambda who: work.resolve(self.incident, "fixed", "Done.", due, who, side, self.now),
        )

    @rule(side=SIDE)
    def confirm(self, side: Side) -> None:
        self.ask(Command.CONFIRM, side, lambda who: ending.confirm(self.incident, who, side, self.now))

    @rule(side=SIDE)
    def close(self, side: Side) -> None:
        self.ask(Command.CLOSE, side, lambda who: ending.close(self.incident, "", who, side, self.now))

    @precondition(lambda self: self.incident.state is not State.CLOSED or self.may_come_back())
    @rule(side=SIDE)
    def reopen(self, side: Side) -> None:
        self.ask(Command.REOPEN, side, lambda who: ending.reopen(self.incident, "", who, side, self.now))

    # Rarely, for nothing comes after it.
    @precondition(lambda self: self.incident.revision > 12)
    @rule(side=SIDE)
    def cancel(self, side: Side) -> None:
        self.ask(Command.CANCEL, side, lambda who: ending.cancel(self.incident, "", who, side, self.now))

    @rule()
    def silence(self) -> None:
        before = self.incident
        change = ending.close_after_silence(before, TRIAGE, self.now)
        due = before.close_due_time
        assert (change is not None) == (due is not None and due <= self.now)
        if change:
            self.incident = change.after

    @rule(category=st.sampled_from(["", "network"]), to=ASSIGNMENTS)
    def triage(self, category: str, to: decisions.Assignment) -> None:
        machine = decisions.Decision("rule", "")
        decision = decisions.TriageDecision(
            incident_id="inc_1",
            event_id="e",
            category=category,
            classification=machine if category else None,
            assignment=to,
            assignment_decision=machine,
        )
        before = self.incident
        try:
            change = decisions.apply_triage(before, decision, TRIAGE, self.now)
        except InvalidState:
            assert before.is_finished
            return
        if change is None:
            return
        after = change.after
        for source, fields in (
            (before.classification_decision, ("category", "kind")),
            (before.assignment_decision, ("assignee_id", "assignment_group_id")),
        ):
            if source and source.is_persons:
                assert all(getattr(before, field) == getattr(after, field) for field in fields)
        assert after.revision == before.revision + 1
        self.incident = after

    def may_come_back(self) -> bool:
        return closing.may_reopen(self.incident, RULES, self.now)

    @invariant()
    def closed_means_a_time_and_nothing_else_does(self) -> None:
        assert (self.incident.state is State.CLOSED) == (self.incident.close_time is not None)

    @invariant()
    def a_hold_names_whom_it_awaits_and_only_on_hold(self) -> None:
        assert (self.incident.state is State.ON_HOLD) == (self.incident.hold is not None)
        if self.incident.hold:
            assert self.incident.hold.awaiting in AwaitedParty

    @invariant()
    def silence_is_awaited_only_while_resolved(self) -> None:
        assert (self.incident.close_due_time is not None) == (self.incident.state is State.RESOLVED)

    @invariant()
    def a_resolution_stands_while_resolved_or_closed(self) -> None:
        solved = self.incident.state in (State.RESOLVED, State.CLOSED)
        assert (self.incident.resolution is not None) == solved

    @invariant()
    def assigned_means_that_somebody_has_it(self) -> None:
        if self.incident.state is State.ASSIGNED:
            assert self.incident.is_assigned
        if self.incident.state is State.NEW:
            assert not self.incident.is_assigned

    @invariant()
    def every_return_is_counted(self) -> None:
        assert self.incident.reopen_count == self.reopened


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
