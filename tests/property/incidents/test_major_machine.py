"""The whole life of a major incident, whatever people do in whatever order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chassis.errors import FairleadError
from services.incidents.domain.incident import Actor
from services.incidents.domain.major import affecting, course, reminding, review, update
from services.incidents.domain.major.record import (
    ENDED,
    UNDER_WAY,
    Holder,
    MajorChange,
    MajorState,
    Role,
    Severity,
)
from services.incidents.domain.major.review import Action, ActionState, Review
from services.incidents.domain.major.settings import DEFAULTS
from services.incidents.domain.major.status import entries_for
from services.incidents.domain.major.update import Update, Wish
from services.incidents.domain.major.wording import Reader
from services.incidents.ports import StaffMember
from tests.harness.incident_values import opened

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
TENANTS = ("ten_acme", "ten_lumen", "ten_port")
WHO = Actor("person:per_tech", "Tess")
COLLEAGUES = [
    StaffMember("per_a", "A", frozenset({"ten_port"})),
    StaffMember("per_all", "All", None),
    StaffMember("per_none", "None", frozenset()),
]
READERS = {
    one: Reader(one, f"Client {one}", "fr" if one == "ten_port" else "en", "Europe/Paris") for one in TENANTS
}


class MajorLife(RuleBasedStateMachine):
    """Every step either happens or is refused with a reason, and what must hold holds after each."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.reminded_for: list[datetime] = []
        self.updates: list[Update] = []
        declared = course.declare(
            opened(),
            major_id="maj_1",
            title="",
            summary="Secret",
            severity=Severity.SEV2,
            holders=[Holder(Role.COMMANDER, "per_tech", "Tess")],
            declarer_id="per_tech",
            settings=DEFAULTS,
            actor=WHO,
            now=self.now,
        )
        self.major = declared.after

    def _try(self, step) -> bool:
        self.now += timedelta(minutes=7)
        try:
            made: MajorChange | None = step()
        except FairleadError as error:
            assert error.reason
            return False
        if made is not None:
            assert made.after.revision == self.major.revision + 1
            self.major = made.after
        return made is not None

    @rule(to=st.sampled_from(MajorState), reason=st.sampled_from(["", "Because."]))
    def moves(self, to: MajorState, reason: str) -> None:
        before = self.major
        self._try(lambda: course.move(before, to, reason, DEFAULTS, WHO, self.now))

    @rule(tenant_id=st.sampled_from(TENANTS), title=st.sampled_from(["", "Slow mail"]))
    def adds(self, tenant_id: str, title: str) -> None:
        wanted = [affecting.Wanted(tenant_id, title)]
        if self._try(lambda: affecting.add(self.major, wanted, WHO, self.now)):
            one = self.major.affected_of(tenant_id)
            assert one is not None and one.is_unfinished

    @precondition(lambda self: self.major.unfinished)
    @rule()
    def carries_out(self) -> None:
        one = self.major.unfinished[0]
        done = (
            replace(one, left=True)
            if one.remove_time
            else replace(one, incident_id=f"inc_{one.tenant_id}", number="T-1", joined=True)
        )
        self._try(lambda: affecting.carried_out(self.major, done, WHO, self.now))

    @rule(tenant_id=st.sampled_from(TENANTS))
    def spares(self, tenant_id: str) -> None:
        self._try(lambda: affecting.spare(self.major, tenant_id, "", WHO, self.now))

    @rule(severity=st.sampled_from(Severity))
    def regrades(self, severity: Severity) -> None:
        self._try(lambda: course.change(self.major, None, None, severity, DEFAULTS, WHO, self.now))

    @rule(role=st.sampled_from(Role), person=st.sampled_from(["", "per_a", "per_b"]))
    def gives(self, role: Role, person: str) -> None:
        holder = Holder(role, person, person.title()) if person else None
        self._try(lambda: course.give_role(self.major, role, holder, None, WHO, self.now))

    @rule(who=st.sampled_from([None, *COLLEAGUES]))
    def is_reminded(self, who: StaffMember | None) -> None:
        due, promised = self.major.remind_time, self.major.next_update_time
        told = reminding.first_reached(self.major, [who] if who else [])
        if self._try(lambda: reminding.remind_of_update(self.major, told, WHO, self.now)) and told:
            assert due is not None and promised is not None and promised not in self.reminded_for
            assert who is not None and who.covers(told.at.tenant_id)
            self.reminded_for.append(promised)

    @rule(own=st.sampled_from(["", "Only you, {client}"]))
    def tells(self, own: str) -> None:
        touched = self.major.touched
        wish = Wish(
            texts={"en": "{client}: {title}. {next_update}", "fr": "{client} : {title}."},
            overrides={touched[0].tenant_id: own} if touched and own else {},
        )
        rows = update.rows_for(self.major, wish, READERS, self.now)
        assert [row.tenant_id for row in rows] == [one.tenant_id for one in touched]
        for row in rows:
            others = {READERS[one].name for one in TENANTS if one != row.tenant_id}
            assert not any(name in row.text for name in others) and "Secret" not in row.text
        kept = Update(
            update_id=f"upd_{len(self.updates)}",
            provider_id="prv_north",
            major_id=self.major.major_id,
            create_time=self.now,
            author=WHO,
            state=self.major.state,
            rows=tuple(replace(row, sent=True) for row in rows),
        )
        self.updates.append(kept)

    @rule(
        checked=st.booleans(),
        factor=st.booleans(),
        owner=st.sampled_from(["", "per_a"]),
        due=st.sampled_from(["", "2026-04-01", "yesterday"]),
        state=st.sampled_from(ActionState),
    )
    def writes(self, checked: bool, factor: bool, owner: str, due: str, state: ActionState) -> None:
        present = self.major.review
        if present is None:
            return
        action = Action("", "Watch the disk", owner, owner.title(), due, state)
        wanted = Review(
            facts=present.facts, facts_checked=checked, factors=("Disk",) if factor else (), actions=(action,)
        )

        def step() -> MajorChange:
            made = review.written(present, wanted, lambda prefix: f"{prefix}_{self.major.revision}", self.now)
            return course.changed(self.major, WHO, self.now, review=made)

        self._try(step)

    @rule()
    def finishes(self) -> None:
        present = self.major.review
        if present is not None:
            complete = not present.missing and present.finish_time is None
            done = self._try(
                lambda: course.changed(
                    self.major, WHO, self.now, review=review.finished(present, "Tess", self.now)
                )
            )
            assert done is complete

    @invariant()
    def each_client_has_one_incident(self) -> None:
        touched = [one.tenant_id for one in self.major.touched]
        assert len(touched) == len(set(touched))
        assert touched or self.major.state is MajorState.DECLARED_IN_ERROR

    @invariant()
    def it_never_closes_without_a_finished_review(self) -> None:
        if self.major.state is MajorState.CLOSED:
            found = self.major.review
            assert found is not None and found.finish_time is not None and not found.missing

    @invariant()
    def news_are_promised_while_clients_wait_and_only_then(self) -> None:
        assert (self.major.next_update_time is not None) == (self.major.state in UNDER_WAY)
        if self.major.state in ENDED:
            assert self.major.remind_time is None and self.major.close_time is not None

    @invariant()
    def a_client_reads_its_own_alone(self) -> None:
        for tenant_id in TENANTS:
            entries = entries_for(tenant_id, [self.major], self.updates, self.now)
            assert len(entries) == (self.major.affected_of(tenant_id) is not None)
            others = {READERS[one].name for one in TENANTS if one != tenant_id}
            assert not any(name in str(entries) for name in others) and "Secret" not in str(entries)
            assert all(entry.state not in (MajorState.REVIEW, MajorState.CLOSED) for entry in entries)

    @invariant()
    def one_person_commands(self) -> None:
        commanders = [one for one in self.major.holders if one.role is Role.COMMANDER]
        assert len(commanders) <= 1


TestMajorLife = MajorLife.TestCase
TestMajorLife.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
