"""What is perhaps about the same."""

from dataclasses import replace
from datetime import timedelta

from services.incidents.domain.incident import Incident, Party
from services.incidents.domain.likeness import likely_duplicates
from tests.harness.incident_values import JANE, NOON, opened

PAUL = Party("paul@acme.example", "Paul", "per_paul")


def incident(position: int, title: str, requester: Party = PAUL, **fields) -> Incident:
    made = opened(sender=requester, subject=title)
    return replace(made, incident_id=f"inc_{position}", number=f"ACME-{position}", **fields)


def likely(one: Incident, *others: Incident) -> list[str]:
    return [each.incident.incident_id for each in likely_duplicates(one, others)]


FAR = [incident(number, f"Something else {number}") for number in range(20, 30)]


def test_titles_that_share_their_rare_words_are_alike_in_both_languages() -> None:
    one = incident(1, "Re: The printer on floor 2 is jammed", JANE)
    assert likely(one, incident(2, "printer jammed on floor 2 again"), *FAR) == ["inc_2"]
    french = incident(3, "L'imprimante du 2e étage est bloquée", JANE)
    assert likely(french, incident(4, "Imprimante bloquée (2e étage)"), *FAR) == ["inc_4"]


def test_words_that_every_title_has_say_little() -> None:
    one = incident(1, "Problem with Outlook", JANE)
    others = [
        incident(number, f"Problem with {word}") for number, word in enumerate(("Teams", "VPN", "mouse"), 2)
    ]
    assert likely(one, *others) == []


def test_what_was_asked_is_compared_where_the_titles_tell_nothing() -> None:
    one, other = incident(1, "Help please", JANE), incident(2, "Urgent")
    asked = {
        "inc_1": "Since the update this morning the scanner in accounting sends its pages to the wrong folder.",
        "inc_2": "Accounting again: scanner pages arrive in the wrong folder since this morning.",
        **{
            each.incident_id: f"Something of matter {each.number} that nobody else wrote today."
            for each in FAR
        },
    }
    assert likely(one, other, *FAR) == []
    [found] = likely_duplicates(one, [other, *FAR], asked)
    assert (found.incident.incident_id, len(found.words)) == ("inc_2", 8)
    assert {"scanner", "accounting"} <= set(found.words)
    # A few words are no text, and what stands in every text says little.
    few = {"inc_1": "See title.", "inc_2": "See title."}
    assert likely_duplicates(one, [other, *FAR], few) == []
    same = "Dear team, please look at this as soon as you can, kind regards, number"
    form = {each.incident_id: f"{same} {each.number}" for each in (one, other, *FAR)}
    assert likely_duplicates(one, [other, *FAR], form) == []


def test_the_same_device_says_much_and_the_same_person_alone_nothing() -> None:
    one = incident(1, "Disk full", JANE, configuration_item="srv-1")
    same = incident(2, "CPU load above 95 %", configuration_item="srv-1")
    assert likely(one, same, incident(3, "New laptop", JANE), *FAR) == ["inc_2"]


def test_the_same_item_is_the_same_by_whatever_of_its_names() -> None:
    one = incident(1, "No mail", JANE, configuration_item="MX1", item_ids=("cfi_mail",))
    assert likely(one, incident(2, "Disk full", item_ids=("cfi_crm", "cfi_mail")), *FAR) == ["inc_2"]
    assert likely(one, incident(3, "Disk full", configuration_item="mx1"), *FAR) == ["inc_3"]
    assert likely(one, incident(4, "Disk full", item_ids=("cfi_crm",)), *FAR) == []


def test_another_client_and_another_month_are_no_neighbors() -> None:
    one = incident(1, "VPN tunnel down", JANE)
    other_client = incident(2, "VPN tunnel down", tenant_id="ten_lumen")
    long_ago = incident(3, "VPN tunnel down", create_time=NOON - timedelta(days=15))
    assert likely(one, one, other_client, long_ago, *FAR) == []


def test_at_most_five_come_the_likeliest_first() -> None:
    one = incident(1, "VPN tunnel down in Lyon", JANE)
    others = [incident(number, "VPN tunnel down") for number in range(2, 9)]
    found = likely(one, *others, incident(9, "VPN tunnel down in Lyon"), *FAR)
    assert (len(found), found[0]) == (5, "inc_9")
