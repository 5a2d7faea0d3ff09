"""One round of filing: a mail that cannot be stored at all holds up no other, and is not lost."""

from collections.abc import Sequence
from datetime import UTC, datetime

from chassis.errors import Unavailable
from services.intake.domain.arrival import Arrival
from services.intake.domain.filing import Place
from services.intake.domain.mail import normalize
from services.intake.ports import Fresh, Reading
from services.intake.use_cases.filing import Filing

NOW = datetime(2025, 3, 3, 9, tzinfo=UTC)
LETTER = b"From: Jane <jane@acme.example>\r\nSubject: Printer\r\n\r\nIt burns.\r\n"


class Arrivals:
    """Three mails, all due."""

    def __init__(self) -> None:
        self.waiting: dict[str, datetime] = {}
        self.settled: list[str] = []

    def claim(self, limit: int, now: datetime) -> list[tuple[Arrival, bytes]]:
        recipients = ("support@acme.northstar.example",)
        return [
            (Arrival(name, "jane@acme.example", recipients, NOW, 100), LETTER) for name in ("a", "bad", "c")
        ]

    def first_of(self, prints: dict[str, str], now: datetime) -> dict[str, str]:
        return {arrival_id: arrival_id for arrival_id in prints}

    def settle(self, arrival_ids: Sequence[str]) -> None:
        self.settled += arrival_ids

    def postpone(self, arrival_ids: Sequence[str], until: datetime) -> None:
        self.waiting |= dict.fromkeys(arrival_ids, until)


class World:
    """Reader, directory, store and record in one; the store cannot take the mail called "bad"."""

    def read(self, raws: Sequence[bytes]) -> list[Reading]:
        return [Reading(normalize(raw), dmarc=False, head=50) for raw in raws]

    def place(self, sender: str, recipients: Sequence[str], mentioned: Sequence[str]) -> Place:
        return Place("prv_north", "ten_acme", "per_jane")

    def add_many(self, fresh: Sequence[Fresh]) -> list:
        if any(one.submission.submission_id == "bad" for one in fresh):
            raise ValueError("cannot be stored")
        return []

    def accept(self, submissions: Sequence[object]) -> None: ...

    def warning(self, event: str, **fields: object) -> None: ...


def test_a_mail_that_cannot_be_stored_holds_up_no_other_and_waits():
    arrivals, world = Arrivals(), World()
    filing = Filing(arrivals, world, world, world, world, world, lambda: NOW, world)
    assert filing.file_arrivals() == 3
    assert sorted(arrivals.settled) == ["a", "c"]
    assert arrivals.waiting["bad"] > NOW


def test_a_directory_that_is_away_is_not_asked_about_each_mail():
    arrivals, world = Arrivals(), World()
    asked: list[str] = []

    def place(sender: str, recipients: Sequence[str], mentioned: Sequence[str]) -> Place:
        asked.append(sender)
        raise Unavailable("directory_unavailable", "Away.")

    world.place = place
    arrivals.claim = lambda limit, now: [
        (Arrival(f"m{number}", "jane@acme.example", ("support@acme.northstar.example",), NOW, 100), LETTER)
        for number in range(50)
    ]
    filing = Filing(arrivals, world, world, world, world, world, lambda: NOW, world)
    assert filing.file_arrivals() == 50
    assert len(asked) < 10
    assert len(arrivals.waiting) == 50 and arrivals.settled == []
