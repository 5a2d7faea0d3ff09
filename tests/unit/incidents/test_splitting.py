"""Who comes to read what by a split, and from when the new one's promises count."""

from dataclasses import replace

import pytest

from chassis.errors import FairleadError
from services.incidents.domain import merging, splitting
from services.incidents.domain.attachment import Attachment
from services.incidents.domain.facts import SplitFrom
from services.incidents.domain.incident import Actor, Incident, Party
from services.incidents.domain.lifecycle import Side
from services.incidents.domain.timeline import TimelineEntry
from tests.harness.incident_values import JANE, NOON, TECH, after, opened

PAUL = Party("paul@acme.example", "Paul", "per_paul")
NEW = splitting.NewOne("inc_2", "ACME-2", "split:1")


def line(seq: int, fact: str, by: str, minutes: float, **more) -> TimelineEntry:
    entry = TimelineEntry(
        f"inc_1:{seq}", "inc_1", fact, after(minutes), Actor(f"person:{by}", by), seq, **more
    )
    return replace(entry, text=entry.text or f"{fact} {seq}", revision=seq // 1000)


LINES = [
    line(1000, "incident_opened", "per_jane", 0),
    line(2000, "replied", "per_paul", 5),
    line(3000, "replied", "per_tech", 9, by_staff=True),
    line(4000, "noted", "per_tech", 10),
]


def split(incident: Incident, *seqs: int, people: tuple[str, ...] | None = None, lines=LINES, title="Other"):
    wanted = splitting.Wanted(tuple(f"inc_1:{seq}" for seq in seqs), title, people, "")
    return splitting.split(incident, lines, wanted, NEW, TECH, Side.STAFF, after(60))


def both() -> Incident:
    return replace(opened(), participants=(PAUL,))


def test_it_was_asked_when_its_first_client_said_so_and_answered_since() -> None:
    _, opening = split(both(), 2000)
    made = opening.after
    assert (made.create_time, made.first_response_time) == (after(5), after(9))
    assert (made.requester, made.participants, made.description) == (PAUL, (), "replied 2000")
    _, unanswered = split(both(), 2000, lines=[*LINES[:2], LINES[3]])
    assert unanswered.after.first_response_time is None


def test_a_note_alone_was_asked_by_nobody_and_counts_from_now() -> None:
    _, opening = split(both(), 4000)
    assert opening.after.create_time == after(60) and opening.after.description == ""
    assert opening.facts[1] == SplitFrom(both().incident_id, "ACME-1", None)


def test_the_old_one_keeps_everything_and_names_the_new_one() -> None:
    old, _ = split(both(), 1000, 2000)
    assert replace(old.after, split_ids=(), revision=1, update_time=NOON) == both()
    assert old.after.split_ids == ("inc_2",)


def test_a_notes_file_stays_for_staff() -> None:
    files = (
        Attachment("att_1", "a.txt", "text/plain", 1, ""),
        Attachment("att_2", "b.txt", "text/plain", 1, ""),
    )
    lines = [replace(LINES[0], attachments=files[:1]), *LINES[1:3], replace(LINES[3], attachments=files[1:])]
    _, opening = split(both(), 1000, 4000, lines=lines)
    assert [(ref.attachment_id, ref.internal) for ref in opening.after.attachments] == [
        ("att_1", False),
        ("att_2", True),
    ]


def test_whoever_came_by_a_merge_reads_no_earlier_words_by_a_split() -> None:
    theirs = replace(opened(sender=PAUL), incident_id="inc_9", number="ACME-9")
    survivor = merging.merge(theirs, replace(opened(), revision=2), True, "", TECH, Side.STAFF, after(7))[
        1
    ].after
    assert survivor.arrived_by(PAUL)
    with pytest.raises(FairleadError) as refused:
        split(survivor, 1000, people=("per_paul",))
    assert refused.value.reason == "participant_reads_more"
    later = replace(LINES[1], revision=survivor.revision + 1)
    _, opening = split(survivor, 2000, lines=[LINES[0], later, *LINES[2:]])
    assert opening.after.requester.is_same(PAUL)


@pytest.mark.parametrize(
    ("seqs", "people", "title", "reason"),
    [
        ((), None, "T", "value_missing"),
        ((9000,), None, "T", "line_not_found"),
        ((2000,), None, " ", "value_missing"),
        ((2000,), ("per_max",), "T", "participant_not_found"),
    ],
)
def test_what_cannot_be_is_said(seqs, people, title, reason) -> None:
    with pytest.raises(FairleadError) as refused:
        split(both(), *seqs, people=people, title=title)
    assert refused.value.reason == reason


def test_what_was_split_is_split_again_with_whose_words_and_when() -> None:
    again = line(5000, "copied", "per_jane", 50, changes={"original_time": after(1).isoformat()})
    _, opening = split(both(), 5000, lines=[*LINES, again])
    assert opening.after.create_time == after(1) and opening.after.requester.is_same(JANE)
