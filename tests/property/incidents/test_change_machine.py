"""The life of a change, whatever order its commands come in; and what speaks against a window, the same both ways."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chassis.errors import FairleadError, InvalidState
from services.incidents.domain import approval as approvals
from services.incidents.domain.approval import Approver, Roster, Verdict
from services.incidents.domain.catalog import CLIENT_MANAGER
from services.incidents.domain.change import deciding, risk, work
from services.incidents.domain.change.conflicts import Busy, ConflictKind, Reach, conflicts_of
from services.incidents.domain.change.life import CHANGE_TABLE, ChangeCommand, allowed
from services.incidents.domain.change.record import (
    PLANNED,
    ChangeKind,
    ChangeRecord,
    ChangeState,
    ChangeStep,
    ChangeWindow,
    Plan,
)
from services.incidents.domain.change.risk import QUESTIONS, Assessment, Level
from tests.harness.incident_values import NOON, TECH, after

ANN, BOB, CLIENT = Approver("per_ann", "Ann"), Approver("per_bob", "Bob"), Approver("per_client", "Cleo")
ROSTER = Roster({deciding.CHANGE_MANAGER: (ANN, BOB), CLIENT_MANAGER: (CLIENT,)})
LATE = {ChangeState.DONE, ChangeState.FAILED, ChangeState.BACKED_OUT, ChangeState.REVIEWED}


def drafted(**fields) -> ChangeRecord:
    return ChangeRecord(
        change_id="chg_1",
        provider_id="prv",
        tenant_id="ten_a",
        position=1,
        kind=fields.pop("kind", ChangeKind.NORMAL),
        plan=Plan("Switch", plan="Swap it", back_out_plan="Swap back"),
        create_time=NOON,
        update_time=NOON,
        window=ChangeWindow(after(60), after(120)),
        **fields,
    )


class Life(RuleBasedStateMachine):
    """Every command at any time: it does what the table says, or is refused and changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.change = drafted(client_facing=True)
        self.been: list[ChangeState] = [self.change.state]

    def _do(self, command: ChangeCommand, do) -> None:
        before, possible = self.change, command in CHANGE_TABLE[self.change.state]
        try:
            step = do()
        except FairleadError as error:
            assert possible or (isinstance(error, InvalidState) and error.reason == "transition_not_allowed")
            return
        assert possible
        if isinstance(step, ChangeStep):
            assert step.after.revision == before.revision + 1
            assert step.happenings
            self.change = step.after
            self.been.append(step.after.state)

    @rule(minutes=st.sampled_from([1, 30, 60, 60 * 24 * 15]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        step = deciding.tick(self.change, TECH, self.now)
        if step:
            assert step.happenings
            self.change = step.after
            self.been.append(self.change.state)

    @rule(
        kind=st.sampled_from(ChangeKind),
        answers=st.fixed_dictionaries({name: st.sampled_from(found) for name, found in QUESTIONS.items()}),
        level=st.sampled_from([Level.LOW, Level.HIGH]),
    )
    def edit(self, kind: ChangeKind, answers: dict[str, str], level: Level) -> None:
        window = ChangeWindow(self.now + timedelta(minutes=30), self.now + timedelta(minutes=90))
        wanted = work.Wanted(kind=kind, assessment=Assessment(answers), window=window)
        self._do(ChangeCommand.EDIT, lambda: work.edit(self.change, wanted, level, TECH, self.now))

    @rule(by=st.sampled_from([ANN, BOB]))
    def request(self, by: Approver) -> None:
        self._do(ChangeCommand.REQUEST, lambda: work.request(self.change, by, ROSTER, TECH, self.now))

    @rule(
        by=st.sampled_from([ANN, BOB, CLIENT]),
        verdict=st.sampled_from([*[Verdict.APPROVE] * 3, Verdict.REJECT]),
    )
    def decide(self, by: Approver, verdict: Verdict) -> None:
        self._do(
            ChangeCommand.DECIDE,
            lambda: deciding.decide(self.change, verdict, by, "", ROSTER, TECH, self.now),
        )

    @rule(serious=st.integers(0, 1), accepted=st.booleans())
    def schedule(self, serious: int, accepted: bool) -> None:
        self._do(
            ChangeCommand.SCHEDULE,
            lambda: work.schedule(self.change, None, serious, accepted, TECH, self.now),
        )

    @rule()
    def start(self) -> None:
        self._do(ChangeCommand.START, lambda: work.start(self.change, TECH, self.now))

    @rule(how=st.sampled_from([ChangeCommand.COMPLETE, ChangeCommand.FAIL, ChangeCommand.BACK_OUT]))
    def finish(self, how: ChangeCommand) -> None:
        self._do(how, lambda: work.finish(self.change, how, "So it went", TECH, self.now))

    @rule()
    def review(self) -> None:
        self._do(ChangeCommand.REVIEW, lambda: work.review(self.change, "Learned", TECH, self.now))

    @rule()
    def withdraw(self) -> None:
        self._do(ChangeCommand.WITHDRAW, lambda: work.withdraw(self.change, ANN, "", TECH, self.now))

    @invariant()
    def nothing_is_done_that_nobody_agreed_to(self) -> None:
        if self.change.state in {ChangeState.APPROVED, ChangeState.SCHEDULED, ChangeState.IN_PROGRESS, *LATE}:
            approval = self.change.approval
            if self.change.kind is ChangeKind.STANDARD:
                assert self.change.risk not in (Level.HIGH, Level.CRITICAL)
            else:
                assert approval and approval.state is approvals.State.APPROVED
                agreed = {one.by for one in approval.history if one.what is approvals.What.APPROVED}
                assert self.change.requester_id not in {one.person_id for one in agreed if one}
                if self.change.kind is ChangeKind.NORMAL:
                    assert CLIENT in agreed

    @invariant()
    def it_waits_exactly_while_its_approval_does(self) -> None:
        waits = self.change.approval is not None and self.change.approval.is_waiting
        assert waits == (self.change.state is ChangeState.REQUESTED)

    @invariant()
    def what_ended_began_in_its_time(self) -> None:
        if self.change.state in LATE:
            assert self.change.start_time and self.change.end_time
            assert ChangeState.IN_PROGRESS in self.been

    @invariant()
    def each_state_offers_what_its_table_knows(self) -> None:
        assert set(allowed(self.change.state)) == set(CHANGE_TABLE[self.change.state])


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=40, stateful_step_count=25)

_WINDOWS = st.builds(
    lambda start, length: ChangeWindow(after(start), after(start + length)),
    st.integers(0, 20),
    st.integers(1, 8),
)
_IDS = st.frozensets(st.sampled_from("abcdef"), max_size=4)


@given(_WINDOWS, _WINDOWS, _IDS, _IDS, _IDS, _IDS)
def test_two_changes_conflict_both_ways_or_not_at_all(
    one, two, own, affected, their_own, their_affected
) -> None:
    ours, theirs = Reach(own, affected - own), Reach(their_own, their_affected - their_own)

    def against(window: ChangeWindow, reach: Reach, other: ChangeWindow, its: Reach):
        record = replace(drafted(), state=ChangeState.SCHEDULED, window=other)
        assert record.state in PLANNED
        return conflicts_of(window, reach, (), (), [(record, its)], ())

    here, there = against(one, ours, two, theirs), against(two, theirs, one, ours)
    assert [(c.kind, c.start_time, c.end_time, c.item_ids) for c in here] == [
        (c.kind, c.start_time, c.end_time, c.item_ids) for c in there
    ]
    at_once = max(one.start_time, two.start_time) < min(one.end_time, two.end_time)
    touched, theirs_touched = own | affected, their_own | their_affected
    assert bool(here) == (at_once and bool(touched & theirs_touched))
    if here:
        assert (here[0].kind is ConflictKind.SAME_ITEM) == bool(own & their_own)
        assert set(here[0].item_ids) <= touched & theirs_touched
        assert here[0].is_serious


@given(_WINDOWS, _WINDOWS, st.sampled_from(["", "ten_a", "ten_b"]), st.frozensets(st.sampled_from("xy")))
def test_a_stretch_of_time_speaks_against_what_it_concerns(window, stretch, tenant, names) -> None:
    busy = Busy(ConflictKind.FREEZE, "Freeze", stretch.start_time, stretch.end_time, tenant, names)
    found = conflicts_of(window, Reach(frozenset()), {"x"}, {"ten_a"}, (), [busy])
    concerned = tenant in ("", "ten_a") and (not names or "x" in names)
    at_once = max(window.start_time, stretch.start_time) < min(window.end_time, stretch.end_time)
    assert bool(found) == (concerned and at_once)


@given(
    st.fixed_dictionaries({name: st.sampled_from(found) for name, found in QUESTIONS.items()}),
    st.sampled_from([Level.LOW, Level.MEDIUM, Level.HIGH]),
    st.sampled_from(sorted(QUESTIONS)),
)
def test_a_worse_answer_never_makes_it_safer(answers: dict[str, str], impact: Level, question: str) -> None:
    order = list(Level)
    places = QUESTIONS[question]
    worse = {**answers, question: places[min(places.index(answers[question]) + 1, len(places) - 1)]}
    now, then = (risk.risk_of(Assessment(each, impact), Level.LOW) for each in (answers, worse))
    assert now and then and order.index(now) <= order.index(then)
    assert risk.risk_of(Assessment({}), impact) is None
