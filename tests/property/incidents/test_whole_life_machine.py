"""The whole life of a client's incidents in any order: writing, working, ending, merging and undoing it, splitting, families.

No reply is lost or in two places, no chain bites its tail, what was split off says who said it and when, and the history, replayed,
gives the record. A refused command changes nothing, as there is no change.
"""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from chassis.errors import FairleadError, InvalidArgument, InvalidState
from services.incidents.domain import (
    closing,
    conversation,
    decisions,
    ending,
    family,
    merging,
    splitting,
    threading,
    work,
)
from services.incidents.domain import facts as happened
from services.incidents.domain.facts import Change, Copied, Replied
from services.incidents.domain.incident import Actor, AwaitedParty, Incident, Party, State
from services.incidents.domain.lifecycle import Side
from services.incidents.domain.opening import open_incident
from services.incidents.domain.submission import Submission
from services.incidents.domain.timeline import TimelineEntry
from tests.harness.incident_values import NOON, REQUESTER, TECH, submission

PEOPLE = [Party(f"{name}@acme.example", name, f"per_{name}") for name in ("jane", "paul", "mary")]
PERSON = st.sampled_from(PEOPLE)
GROUP = decisions.Assignment("grp_1", "Desk")
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
        # What happened to each incident, and the lines of it.
        self.changes: dict[str, list[Change]] = {}
        self.lines: dict[str, list[TimelineEntry]] = {}
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
            self.changes.setdefault(change.after.incident_id, []).append(change)
            self.lines.setdefault(change.after.incident_id, []).extend(_lines(change))
            for fact in change.facts:
                if isinstance(fact, Replied) and not fact.by_staff:
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

    @initialize(target=ids)
    def somebody_asked_and_was_answered(self) -> str:
        one = self.open(submission(sender=PEOPLE[0], subject="Two matters"))
        for person in PEOPLE[:2]:
            self.now += timedelta(minutes=1)
            self.write(one, person, True)
        self.work(one, "note")
        self.work(one, "answer")
        return one

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
        # Mail bears its sender's name.
        wrote = Actor(f"person:{person.person_id}", person.name)
        self.save(conversation.reply(there, mail.text, wrote, Side.CLIENT, self.now, joining=joining))
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

    @rule(
        one=ids,
        do=st.sampled_from(
            [
                "answer",
                "note",
                "assign",
                "pool",
                "acknowledge",
                "hold",
                "resume",
                "confirm",
                "reopen",
                "cancel",
            ]
        ),
    )
    def work(self, one: str, do: str) -> None:
        incident, now = self.load(one), self.now
        made = decisions.technicians("")
        told = (TECH, Side.STAFF, now)
        commands = {
            "answer": lambda: conversation.answer(incident, "Hello.", *told),
            "note": lambda: conversation.note(incident, "Seen.", *told),
            "assign": lambda: decisions.assign(incident, GROUP, made, *told),
            "pool": lambda: decisions.assign(incident, decisions.Assignment(), made, *told),
            "hold": lambda: work.hold(incident, AwaitedParty.REQUESTER, "Wait", *told),
            "resume": lambda: work.resume(incident, "", *told),
            "confirm": lambda: ending.confirm(incident, REQUESTER, Side.CLIENT, now),
            "reopen": lambda: ending.reopen(incident, "Again", *told),
            "cancel": lambda: ending.cancel(incident, "Nothing", *told),
            "acknowledge": lambda: work.acknowledge(incident, *told),
        }
        try:
            self.save(commands[do]())
        except FairleadError as error:
            assert error.reason in ("transition_not_allowed", "not_the_assignee")

    @rule(child=ids, parent=ids)
    def adopt(self, child: str, parent: str) -> None:
        has_children = any(each.parent_id == child for each in self.incidents.values())
        try:
            change = family.adopt(
                self.load(child), self.load(parent), has_children, 0, TECH, Side.STAFF, self.now
            )
        except (InvalidArgument, InvalidState):
            return
        if change:
            self.save(change)

    @rule(target=ids, one=ids, places=st.sets(st.integers(0, 5), min_size=1, max_size=4))
    def split(self, one: str, places: set[int]) -> str:
        incident, lines = self.load(one), self.lines[one]
        said = [line for line in lines if line.text] or lines
        wanted = splitting.Wanted(
            tuple(said[place % len(said)].entry_id for place in places), "Another matter", None, ""
        )
        position = len(self.incidents) + 1
        new = splitting.NewOne(f"inc_{position}", f"ACME-{position}", f"split:{position}")
        try:
            old, opening = splitting.split(incident, lines, wanted, new, TECH, Side.STAFF, self.now)
        except (InvalidArgument, InvalidState) as error:
            assert error.reason in ("line_not_said", "transition_not_allowed", "participant_reads_more")
            return one
        self.save(old, opening)
        made = opening.after
        self.own[new.incident_id] = {each.person_id for each in (made.requester, *made.participants)}
        assert self.own[new.incident_id] <= {
            each.person_id for each in (incident.requester, *incident.participants)
        }
        assert made.create_time <= self.now
        return new.incident_id

    @rule(hours=st.integers(1, 12))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @invariant()
    def every_reply_is_read_on_one_incident(self) -> None:
        assert len(self.read_on) == self.written
        assert all(len(places) == 1 for places in self.read_on.values())

    @invariant()
    def what_was_split_off_names_both_ways_and_says_what_was_said_there(self) -> None:
        for incident in self.incidents.values():
            for other in incident.split_ids:
                assert self.load(other).split_from_id == incident.incident_id
            origin = self.lines.get(incident.split_from_id, [])
            known = {
                each.entry_id: (each.text, each.actor, splitting.said_at(each), each.visibility)
                for each in origin
            }
            for change in self.changes[incident.incident_id]:
                for fact, line in zip(change.facts, _lines(change), strict=True):
                    if isinstance(fact, Copied):
                        said = (fact.text, fact.author, fact.original_time, line.visibility)
                        assert known[fact.from_entry_id] == said

    @invariant()
    def an_answer_to_a_line_that_was_split_off_finds_where_it_went(self) -> None:
        for incident in (one for one in self.incidents.values() if one.split_ids):
            lines, took = self.lines[incident.incident_id], {}
            for change in self.changes[incident.incident_id]:
                for fact in change.facts:
                    if isinstance(fact, happened.SplitOff):
                        took |= dict.fromkeys(fact.entry_ids, fact.into_number)
            for line in lines:
                stays = line.fact == "incident_opened"
                went = "" if stays else took.get(line.entry_id, "")
                for name in (line.entry_id, line.changes.get("from", line.entry_id)):
                    assert splitting.went_to(lines, name) == (went, line.entry_id if went else "")

    @invariant()
    def the_history_gives_the_record(self) -> None:
        for incident_id, changes in self.changes.items():
            incident = self.load(incident_id)
            assert [each.after.revision for each in changes] == [*range(1, incident.revision + 1)]
            state = State.NEW
            for change in changes:
                for fact in change.facts:
                    state = _moved(state, fact, change)
            assert state is incident.state

    @invariant()
    def families_have_two_generations(self) -> None:
        for incident in self.incidents.values():
            assert not incident.parent_id or not self.load(incident.parent_id).parent_id

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


def _lines(change: Change) -> list[TimelineEntry]:
    """As the history keeps them."""
    incident, made = change.after, []
    for place, fact in enumerate(change.facts):
        seq = incident.revision * 1000 + place
        said: dict[str, Any] = {"text": getattr(fact, "text", ""), "actor": change.actor}
        match fact:
            case happened.Opened():
                said["text"] = incident.description
            case Replied():
                said["by_staff"] = fact.by_staff
            case Copied():
                said |= {"actor": fact.author, "by_staff": fact.by_staff}
                said["changes"] = {
                    "original_time": fact.original_time.isoformat(),
                    "from": fact.from_entry_id,
                }
            case happened.SplitOff():
                said["changes"] = {"number": fact.into_number, "lines": " ".join(fact.entry_ids)}
        key = f"{incident.incident_id}:{seq}"
        made.append(
            TimelineEntry(
                key, incident.incident_id, fact.name, change.time, seq=seq, revision=incident.revision, **said
            )
        )
    return made


def _moved(state: State, fact: happened.Fact, change: Change) -> State:
    """What a reader of the history makes of one line of it."""
    waiting = State.ASSIGNED if change.after.is_assigned else State.NEW
    going_on = state if state in (State.ON_HOLD, State.RESOLVED) else State.IN_PROGRESS
    match fact:
        case happened.Merged():
            return State.MERGED
        case happened.Unmerged():
            assert change.before and change.before.merged
            return change.before.merged.former_state
        case happened.Assigned():
            if state in (State.NEW, State.ASSIGNED) or (state is State.IN_PROGRESS and waiting is State.NEW):
                return waiting
            return state
        case Replied():
            return going_on if fact.by_staff else state
        case happened.Reopened():
            return waiting
    ends = {
        "acknowledged": State.IN_PROGRESS,
        "held": State.ON_HOLD,
        "resumed": State.IN_PROGRESS,
        "resolved": State.RESOLVED,
        "closed": State.CLOSED,
        "canceled": State.CANCELED,
    }
    return ends.get(fact.name, state)


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=120, stateful_step_count=25, deadline=None)
