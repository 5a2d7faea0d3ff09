"""Whose a mail is."""

from datetime import UTC, datetime

import pytest

from chassis.errors import InvalidArgument, NotFound
from services.directory.domain.mail import (
    Filing,
    MailDomain,
    claimable_domain,
    file_mail,
    mailboxes,
    sender_address,
)

ACME = MailDomain("dom_1", "prv_north", "ten_acme", "acme.example", datetime(2026, 1, 1, tzinfo=UTC))


def test_the_senders_domain_names_the_tenant():
    assert file_mail(ACME, ["prv_north"]) == Filing("prv_north", "ten_acme")


def test_an_address_that_nobody_listed_does_not_hinder_filing():
    assert file_mail(ACME, []) == Filing("prv_north", "ten_acme")


def test_a_client_of_another_provider_is_a_stranger_there():
    assert file_mail(ACME, ["prv_south"]) == Filing("prv_south")


def test_a_mail_to_both_providers_is_filed_with_the_senders_own():
    assert file_mail(ACME, ["prv_south", "prv_north"]) == Filing("prv_north", "ten_acme")


def test_a_stranger_is_left_to_the_provider_that_was_written_to():
    assert file_mail(None, ["prv_south"]) == Filing("prv_south")


def test_a_mail_that_nobody_knows_is_refused():
    with pytest.raises(NotFound) as refused:
        file_mail(None, [])
    assert refused.value.reason == "mail_domain_unknown"


def test_recipients_are_known_by_mailbox_and_nonsense_is_passed_over():
    written = ["Support+t0k3n@Acme.Example", "support@acme.example", "undisclosed recipients", ""]
    assert mailboxes(written) == {"support@acme.example"}


def test_a_sender_that_is_no_address_is_nobody():
    assert sender_address("<>") == ""
    assert sender_address("Jane@Acme.example") == "jane@acme.example"


def test_a_known_address_is_filed_with_the_only_client_that_knows_it():
    assert file_mail(None, ["prv_north"], {"prv_north": ["ten_lumen"]}) == Filing("prv_north", "ten_lumen")
    assert file_mail(None, [], {"prv_north": ["ten_lumen"]}) == Filing("prv_north", "ten_lumen")


def test_of_several_clients_the_mailbox_that_was_written_to_decides():
    known = {"prv_north": ["ten_acme", "ten_lumen"]}
    assert file_mail(None, ["prv_north"], known, ["ten_lumen"]) == Filing("prv_north", "ten_lumen")
    # Also over the domain: an employee of Acme who belongs to Lumen too wrote to Lumen's own mailbox.
    assert file_mail(ACME, ["prv_north"], known, ["ten_lumen"]) == Filing("prv_north", "ten_lumen")


def test_the_mailbox_of_a_client_that_does_not_know_the_sender_decides_nothing():
    assert file_mail(ACME, ["prv_north"], {}, ["ten_lumen"]) == Filing("prv_north", "ten_acme")
    assert file_mail(None, ["prv_north"], {}, ["ten_lumen"]) == Filing("prv_north")


def test_who_belongs_to_several_clients_and_does_not_say_for_which_is_left_to_a_person():
    known = {"prv_north": ["ten_lumen", "ten_acme"], "prv_south": ["ten_other"]}
    several = Filing("prv_north", candidates=("ten_acme", "ten_lumen"))
    assert file_mail(None, ["prv_north"], known) == several
    assert file_mail(None, ["prv_north"], known, ["ten_acme", "ten_lumen"]) == several


def test_an_address_known_with_two_providers_and_written_to_neither_is_nobodys():
    with pytest.raises(NotFound):
        file_mail(None, [], {"prv_north": ["ten_acme"], "prv_south": ["ten_other"]})


@pytest.mark.parametrize(
    "domain", ["gmail.com", "GMX.de", "outlook.com", "orange.fr", "yahoo.co.jp", "t-online.de"]
)
def test_a_domain_where_anybody_may_have_a_mailbox_is_no_clients(domain):
    with pytest.raises(InvalidArgument) as refused:
        claimable_domain(domain)
    assert refused.value.reason == "mail_domain_public"


def test_a_clients_own_domain_is_theirs_and_look_alikes_are_told_apart():
    assert claimable_domain("Acme.Example.") == "acme.example"
    assert claimable_domain("mail.gmail.example") == "mail.gmail.example"
    # The second letter is Cyrillic.
    assert claimable_domain("gm\u0430il.com").startswith("xn--")
