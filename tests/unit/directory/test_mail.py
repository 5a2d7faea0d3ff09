"""Whose a mail is."""

from datetime import UTC, datetime

import pytest

from chassis.errors import NotFound
from services.directory.domain.mail import Filing, MailDomain, file_mail, mailboxes, sender_address

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
