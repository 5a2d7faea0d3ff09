"""What is planned: each recipient once, no war with machines, no silence at a stranger's word."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chassis.errors import NotFound
from chassis.tenancy import TenantScope
from services.notify.domain.delivery import Delivery, State
from services.notify.domain.notification import IncidentFact, Recipient, Side
from services.notify.domain.return_path import ReturnPaths
from services.notify.domain.suppression import MOST_PASSING, Suppression, lifted, suppressed_by_staff
from services.notify.domain.war import MOST_ACKNOWLEDGEMENTS, MOST_ALIKE, MOST_TO_ANSWERS, MOST_WORDS
from services.notify.use_cases import NoteBounce, Reachable, Report, Tell

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
JANE = Recipient(Side.CLIENT, "per_jane", "jane@acme.example", "Jane")


class Kept:
    """Deliveries by id."""

    def __init__(self) -> None:
        self.records: dict[str, Delivery] = {}

    def add_many(self, deliveries: Iterable[Delivery]) -> list[Delivery]:
        new = [one for one in deliveries if one.delivery_id not in self.records]
        self.records |= {one.delivery_id: one for one in new}
        return new

    def get(self, scope: object, delivery_id: str) -> Delivery:
        if delivery_id not in self.records:
            raise NotFound("delivery_not_found", "There is none.")
        return self.records[delivery_id]

    def acknowledged_since(self, scope: object, addresses: Iterable[str], since: datetime) -> dict:
        titles = defaultdict(list)
        for one in self._sent():
            if one.notification == "incident_opened":
                titles[one.recipient].append(one.content["title"])
        return titles

    def save_many(self, deliveries: Iterable[Delivery], now: datetime) -> list[Delivery]:
        self.records |= {one.delivery_id: one for one in deliveries}
        return list(deliveries)

    def words_since(self, scope: object, incident_ids: Iterable[str], since: datetime) -> dict:
        return Counter((one.incident_id, one.recipient) for one in self._sent())

    def _sent(self) -> list[Delivery]:
        return [one for one in self.records.values() if one.state is not State.SUPPRESSED]


class Nobody:
    """No webhooks; and what is known of addresses."""

    def __init__(self) -> None:
        self.known: dict[str, Suppression] = {}

    def all(self, scope: object) -> list:
        return []

    def among(self, asked: dict[TenantScope, Iterable[str]]) -> dict[TenantScope, set[str]]:
        return {
            scope: {one for one in addresses if one in self.known and self.known[one].active}
            for scope, addresses in asked.items()
        }

    def of(self, scope: object, address: str, now: datetime) -> Suppression:
        return self.known.get(address) or Suppression(f"spr_{address}", "prv_1", "ten_1", address, now, now)

    def save(self, suppression: Suppression) -> Suppression:
        self.known[suppression.address] = suppression
        return suppression


def fact(number: int, name: str = "incident_opened", **more: object) -> IncidentFact:
    fields: dict = {
        "event_id": f"inc_{number}:1000", "fact": name, "time": NOW, "provider_id": "prv_1",
        "tenant_id": "ten_1", "incident_id": f"inc_{number}", "number": "ACME-1", "title": "VPN",
        "requester": JANE, "by_mail": True,
    }  # fmt: skip
    return IncidentFact(**{**fields, **more})


def told(*batches: list[IncidentFact], nobody: Nobody | None = None) -> Kept:
    kept, nobody = Kept(), nobody or Nobody()
    tell = Tell(kept, nobody, Reachable(nobody, lambda: NOW), lambda: NOW, lambda: None)
    for batch in batches:
        tell.tell(batch, lambda event_id: "{}")
    return kept


def _acknowledged(titles: Iterable[str]) -> tuple[int, int]:
    """Told one by one, and all at once."""
    facts = [fact(number, title=title) for number, title in enumerate(titles)]
    return len(told(*([one] for one in facts))._sent()), len(told(facts)._sent())


def test_of_a_thousand_automatic_answers_a_handful_is_acknowledged():
    away = ("Automatic reply: " * min(depth, 9) + f"[ACME-{depth}] VPN" for depth in range(1, 1001))
    assert _acknowledged(away) == (MOST_TO_ANSWERS, MOST_TO_ANSWERS)


def test_two_ticket_systems_that_open_anew_each_time_stop_after_a_few():
    numbered = (f"[Ticket#{number:06}] Your request has been received!" for number in range(1000))
    assert _acknowledged(numbered) == (MOST_ALIKE, MOST_ALIKE)


def test_however_the_subjects_change_an_address_has_so_many_acknowledgements_an_hour():
    letters = "abcdefghijklmnopqrstuvwxyz"
    subjects = (f"Alarm {one}{other}" for one in letters for other in letters)
    assert _acknowledged(subjects) == (MOST_ACKNOWLEDGEMENTS, MOST_ACKNOWLEDGEMENTS)


def test_another_address_has_acknowledgements_of_its_own():
    sam = Recipient(Side.CLIENT, "per_sam", "sam@acme.example", "Sam")
    facts = [fact(number, requester=sam if number % 2 else JANE) for number in range(100)]
    assert Counter(one.recipient for one in told(facts)._sent()) == {
        JANE.address: MOST_ALIKE,
        sam.address: MOST_ALIKE,
    }


def test_two_who_answer_by_machine_on_one_incident_stop_within_the_hour():
    replies = [fact(1, "replied", by_staff=True, event_id=f"inc_1:{place}") for place in range(200)]
    assert len(told(*([reply] for reply in replies))._sent()) == MOST_WORDS


def test_what_people_do_on_pages_is_always_told():
    assert len(told([fact(number, by_mail=False) for number in range(1200)])._sent()) == 1200


def test_parties_whose_address_is_not_known_yet_are_told_each():
    ann, bob = (Recipient(Side.CLIENT, person_id=person) for person in ("per_ann", "per_bob"))
    kept = told([fact(1, "resolved", requester=ann, participants=(bob,))])
    assert {one.recipient for one in kept.records.values()} == {"per_ann", "per_bob"}


class Post:
    """A mail to Jane that was sent, and reports about it."""

    def __init__(self, count: int = 1) -> None:
        self.kept, self.nobody = told([fact(number) for number in range(count)]), Nobody()
        self.paths = ReturnPaths(b"s" * 32)
        self.tags = [self.paths.tag(delivery_id) for delivery_id in self.kept.records]
        for one in list(self.kept.records.values()):
            self.kept.records[one.delivery_id] = replace(one, state=State.SENT, due_time=None)

    def report(
        self, tag: str, status: str = "5.1.1", permanent: bool = True, late: timedelta | None = None
    ) -> set[str]:
        note = NoteBounce(self.nobody, self.kept, self.paths, lambda: NOW + (late or timedelta()))
        note.note("prv_1", Report(tag, status, permanent, "no such user"))
        scope = TenantScope("prv_1", "ten_1")
        return self.nobody.among({scope: [JANE.address]})[scope]


def test_a_report_that_came_to_the_mails_own_return_path_suppresses_its_address():
    post = Post()
    assert post.report(post.tags[0].upper()) == {JANE.address}
    [delivery] = post.kept.records.values()
    assert (delivery.state, delivery.last_error) == (State.DEAD, "bounced 5.1.1")
    [suppressed] = told([fact(7, "replied", by_staff=True)], nobody=post.nobody).records.values()
    assert (suppressed.state, suppressed.last_error) == (State.SUPPRESSED, "address_bounces")


def test_a_report_that_anybody_could_have_written_silences_nobody():
    post, stranger = Post(), ReturnPaths(b"t" * 32)
    [delivery_id] = post.kept.records
    for forged in (
        "",
        "b-" + "a" * 37,
        stranger.tag(delivery_id),
        post.tags[0][:-1] + "a",
        post.paths.tag("dlv_" + "0" * 26),
    ):
        assert post.report(forged) == set()
    assert post.kept.records[delivery_id].state is State.SENT
    assert post.report(post.tags[0], late=timedelta(days=30)) == set()


def test_failures_that_may_pass_suppress_only_when_several_mails_failed():
    post = Post(MOST_PASSING)
    for _ in range(10):
        assert post.report(post.tags[0], "4.2.2", permanent=False) == set()
    assert post.report(post.tags[1], "5.2.2", permanent=False) == set()
    assert post.report(post.tags[2], "4.4.1", permanent=False) == {JANE.address}


def test_failures_of_another_week_are_forgotten():
    post = Post(MOST_PASSING)
    for tag, day in zip(post.tags, (0, 5, 10), strict=True):
        assert post.report(tag, "4.2.2", permanent=False, late=timedelta(days=day)) == set()


def test_a_vacation_answer_to_the_return_path_says_nothing_about_the_address():
    post = Post()
    assert post.report(post.tags[0], "", permanent=False) == set()


def test_an_authenticated_mail_from_the_address_lifts_and_what_staff_decided_stays():
    post = Post()
    post.report(post.tags[0])
    assert [one.state for one in told([fact(8, verified=False)], nobody=post.nobody).records.values()] == [
        State.SUPPRESSED
    ]
    assert [one.state for one in told([fact(9)], nobody=post.nobody).records.values()] == [State.PENDING]
    # A report about a mail of before says nothing any more.
    assert post.report(post.tags[0]) == set()
    post.nobody.save(suppressed_by_staff(post.nobody.of(None, JANE.address, NOW), NOW))
    assert [one.state for one in told([fact(10)], nobody=post.nobody).records.values()] == [State.SUPPRESSED]
    post.nobody.save(lifted(post.nobody.of(None, JANE.address, NOW), NOW))
    assert [one.state for one in told([fact(11)], nobody=post.nobody).records.values()] == [State.PENDING]


def test_a_return_path_fits_its_mailbox_or_is_none():
    paths = ReturnPaths(b"s" * 32)
    made = paths.address("support@acme.example", "dlv_" + "0a" * 13)
    assert made.endswith("@acme.example") and len(made.partition("@")[0]) <= 64
    assert paths.read(made.partition("+")[2].partition("@")[0]) == "dlv_" + "0a" * 13
    assert paths.address("s" * 40 + "@acme.example", "dlv_" + "0a" * 13) == ""


def test_a_strangers_files_are_not_named_to_them():
    files = [fact(1, attachments=("a.png", "b.pdf")), fact(2, attachments=("c.png",), verified=False)]
    kept = told(files)
    assert sorted(one.content["attachments"] for one in kept.records.values()) == ["", "a.png\nb.pdf"]
