"""Merging, undoing it, writing and ending in any order: no reply is lost, none is in two places, no chain bites its tail."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from chassis.errors import InvalidArgument, InvalidState
from services.incidents.domain import closing, conversation, ending, merging, threading, work
from services.incidents.domain.facts import Change, Replied
from services.incidents.domain.incident import Incident, Party, State
from services.incidents.domain.lifecycle import Side
from services.incidents.domain.opening import open_incident
from services.incidents.domain.submission import Submission
from tests.harness.incident_values import NOON, REQUESTER, TECH, submission

PEOPLE = [Party(f"{name}@acme.example", name, f"per_{name}") for name in ("jane", "paul", "mary")]
PERSON = st.sampled_from(PEOPLE)
RULES = closing.ClosingRules(close_after=timedelta(hours=4), reopen_within=timedelta(hours=8))


class Desk(RuleBasedStateMachine):
    """A client's incidents, as mail and technicians move them."""

    ids = Bundle("ids")

    def __init__(self) -> None:
        super().__init__()
        self.incidents: dict[str, Incident] = {}
        self.now = NOON
        self.written = 0
        # What was written, and on which incidents it is read.
        self.read_on: dict[str, list[str]] = {}
        # Who takes part in an incident in their own right: they opened it, or wrote to it while no merge had brought them.
        self.own: dict[str, set[str]] = {}

    def load(self, incident_id: str) -> Incident:
        return self.incidents[incident_id]

    def save(self, *changes: Change) -> None:
        """All at once, as the store does; each must be made from what stands."""
        for change in changes:
            before = self.incidents.get(change.after.incident_id)
            assert change.before is before
        for change in changes:
            self.incidents[change.after.incident_id] = change.after
            for fact in change.facts:
                if isinstance(fact, Replied):
                    self.read_on.setdefault(fact.text, []).append(change.after.incident_id)

    def open(self, mail: Submission, follows: str = "") -> str:
        number = len(self.incidents) + 1
        change = open_incident(
            mail,
            provider_id="prv_north",
            incident_id=f"inc_{number}",
            number=f"ACME-{number}",
            actor=REQUESTER,
            now=self.now,
            follows_incident_id=follows,
        )
        self.save(change)
        self.own[change.after.incident_id] = {mail.sender.person_id}
        return change.after.incident_id

    @rule(target=ids, person=PERSON)
    def somebody_asks(self, person: Party) -> str:
        return self.open(submission(sender=person, subject=f"of {person.name}"))

    @rule(one=ids, into=ids, join=st.sampled_from([None, True, False]))
    def merge(self, one: str, into: str, join: bool | None) -> None:
        first, second = self.load(one), self.load(into)
        try:
            changes = merging.merge(first, second, join, "", TECH, Side.STAFF, self.now)
        except InvalidArgument:
            assert one == into
        except InvalidState:
            assert first.is_finished or second.is_finished
        else:
            self.save(*changes)

    @rule(one=ids)
    def undo(self, one: str) -> None:
        merged = self.load(one).merged
        survivor = self.load(merged.incident_id) if merged else self.load(one)
        try:
            changes = merging.unmerge(self.load(one), survivor, "", TECH, Side.STAFF, self.now)
        except InvalidState:
            assert merged is None or survivor.merged is not None
        else:
            self.save(*changes)
            assert self.load(one).state is not State.MERGED

    @rule(tied=ids, person=PERSON, authenticated=st.booleans())
    def write(self, tied: str, person: Party, authenticated: bool) -> None:
        self.written += 1
        mail = submission(sender=person, authenticated=authenticated, text=f"reply {self.written}")
        verdict = threading.decide(
            mail,
            [self.load(tied)],
            lambda each: closing.may_reopen(each, RULES, self.now),
            meant=lambda each: merging.meant_by(mail, each, self.load),
        )
        if verdict.joins is None:
            opened = self.open(mail, verdict.follows_incident_id)
            self.read_on[mail.text] = [opened]
            return
        there = verdict.joins
        if not there.takes_part(person):
            self.own[there.incident_id].add(person.person_id)
        joining = (person,) if authenticated else ()
        self.save(conversation.reply(there, mail.text, REQUESTER, Side.CLIENT, self.now, joining=joining))
        if not authenticated and not self.load(there.incident_id).takes_part(person):
            self.own[there.incident_id].discard(person.person_id)

    @rule(one=ids)
    def resolve(self, one: str) -> None:
        try:
            due = closing.close_due_time(RULES, self.now)
            change = work.resolve(self.load(one), "fixed", "Done.", due, TECH, Side.STAFF, self.now)
        except InvalidState:
            assert self.load(one).is_finished
        else:
            self.save(change)

    @rule(one=ids)
    def close(self, one: str) -> None:
        if self.load(one).state is State.RESOLVED:
            self.save(ending.close(self.load(one), "", TECH, Side.STAFF, self.now))

    @rule(hours=st.integers(1, 12))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @invariant()
    def every_reply_is_read_on_one_incident(self) -> None:
        assert len(self.read_on) == self.written
        assert all(len(places) == 1 for places in self.read_on.values())

    @invariant()
    def every_chain_ends_with_one_that_goes_on(self) -> None:
        for incident in self.incidents.values():
            survivor = merging.survivor_of(incident, self.load)
            assert survivor.merged is None
            assert (incident.state is State.MERGED) == (incident.merged is not None)

    @invariant()
    def survivor_and_merged_one_agree(self) -> None:
        for incident in self.incidents.values():
            held = {one.incident_id for one in incident.absorptions if not one.is_over}
            lost = {
                each.incident_id
                for each in self.incidents.values()
                if each.merged and each.merged.incident_id == incident.incident_id
            }
            assert held == lost

    @invariant()
    def people_take_part_in_their_own_right_or_by_a_merge(self) -> None:
        for incident in self.incidents.values():
            here = {each.person_id for each in (incident.requester, *incident.participants)}
            came = {
                arrival.party.person_id
                for one in incident.absorptions
                if not one.is_over
                for arrival in one.arrivals
            }
            assert here == self.own[incident.incident_id] | came


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
