"""What is planned: each recipient once, no war with machines, no silence at a stranger's word."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from chassis.errors import NotFound
from services.notify.domain.delivery import Delivery, State
from services.notify.domain.notification import IncidentFact, Recipient, Side
from services.notify.domain.war import MOST_ACKNOWLEDGEMENTS, MOST_TO_ANSWERS, MOST_WORDS
from services.notify.use_cases import NoteBounce, Tell

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
JANE = Recipient(Side.CLIENT, "per_jane", "jane@acme.example", "Jane")


class Kept:
    """Deliveries by id, counted as the store counts them."""

    def __init__(self) -> None:
        self.records: dict[str, Delivery] = {}

    def add_many(self, deliveries: Iterable[Delivery]) -> int:
        new = [one for one in deliveries if one.delivery_id not in self.records]
        self.records |= {one.delivery_id: one for one in new}
        return len(new)

    def get(self, scope: object, delivery_id: str) -> Delivery:
        if delivery_id not in self.records:
            raise NotFound("delivery_not_found", "There is none.")
        return self.records[delivery_id]

    def acknowledged_since(self, scope: object, addresses: Iterable[str], since: datetime) -> dict[str, int]:
        return Counter(one.recipient for one in self._sent() if one.notification == "incident_opened")

    def words_since(self, scope: object, incident_ids: Iterable[str], since: datetime) -> dict:
        return Counter((one.incident_id, one.recipient) for one in self._sent())

    def _sent(self) -> list[Delivery]:
        return [one for one in self.records.values() if one.state is not State.SUPPRESSED]


class Nobody:
    """No webhooks; and the addresses that bounce."""

    def __init__(self) -> None:
        self.bouncing: set[str] = set()

    def all(self, scope: object) -> list:
        return []

    def among(self, scope: object, addresses: Iterable[str]) -> set[str]:
        return self.bouncing & set(addresses)

    def add(self, scope: object, address: str, status: str, now: datetime) -> None:
        self.bouncing.add(address)


def fact(number: int, name: str = "incident_opened", **more: object) -> IncidentFact:
    fields: dict = {
        "event_id": f"inc_{number}:1000", "fact": name, "time": NOW, "provider_id": "prv_1",
        "tenant_id": "ten_1", "incident_id": f"inc_{number}", "number": "ACME-1", "title": "VPN",
        "requester": JANE, "by_mail": True,
    }  # fmt: skip
    return IncidentFact(**{**fields, **more})


def told(*batches: list[IncidentFact]) -> Kept:
    kept, nobody = Kept(), Nobody()
    tell = Tell(kept, nobody, nobody, lambda: NOW, lambda: None)
    for batch in batches:
        tell.tell(batch, lambda event_id: "{}")
    return kept


def test_two_who_answer_by_machine_and_open_anew_each_time_stop_within_the_hour():
    one_by_one = told(*([fact(number)] for number in range(1200)))
    assert len(one_by_one._sent()) == MOST_ACKNOWLEDGEMENTS
    assert len(told([fact(number) for number in range(1200)])._sent()) == MOST_ACKNOWLEDGEMENTS


def test_answers_that_quote_a_number_of_ours_stop_sooner():
    away = "Automatic reply: [ACME-7] VPN"
    assert len(told([fact(number, title=away) for number in range(1200)])._sent()) == MOST_TO_ANSWERS


def test_two_who_answer_by_machine_on_one_incident_stop_within_the_hour():
    replies = [fact(1, "replied", by_staff=True, event_id=f"inc_1:{place}") for place in range(200)]
    assert len(told(*([reply] for reply in replies))._sent()) == MOST_WORDS


def test_what_people_do_on_pages_is_always_told():
    assert len(told([fact(number, by_mail=False) for number in range(1200)])._sent()) == 1200


def test_parties_whose_address_is_not_known_yet_are_told_each():
    ann, bob = (Recipient(Side.CLIENT, person_id=person) for person in ("per_ann", "per_bob"))
    kept = told([fact(1, "resolved", requester=ann, participants=(bob,))])
    assert {one.recipient for one in kept.records.values()} == {"per_ann", "per_bob"}


def test_a_report_about_a_mail_we_never_sent_silences_nobody():
    kept, nobody = told([fact(1)]), Nobody()
    [sent] = kept.records.values()
    note = NoteBounce(nobody, kept, lambda: NOW)
    for message_id, address in [
        ("", sent.recipient),
        ("forged@evil.example", sent.recipient),
        (f"{sent.delivery_id}@acme.example", "boss@acme.example"),
    ]:
        note.note("prv_1", address, "5.1.1", message_id)
    assert nobody.bouncing == set()
    note.note("prv_1", "Jane@acme.example", "5.1.1", f"{sent.delivery_id}@acme.example")
    assert nobody.bouncing == {"jane@acme.example"}


def test_a_strangers_files_are_not_named_to_them():
    files = [fact(1, attachments=("a.png", "b.pdf")), fact(2, attachments=("c.png",), verified=False)]
    kept = told(files)
    assert sorted(one.content["attachments"] for one in kept.records.values()) == ["", "a.png\nb.pdf"]
