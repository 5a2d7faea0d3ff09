"""Staff read the console in their own language, whole."""

import pytest
from flask import Flask

from fairlead.notify.v1 import delivery_pb2
from services.gateway.pages.console.signals import quarantine_label, unreachable
from services.gateway.pages.language import add_language
from services.intake.domain import filing
from tools import translations


def test_everything_the_console_says_is_said_in_french():
    french = translations.catalog_of("fr")
    lacking = []
    for message in translations.messages():
        said_by_console = any("console" in place for place, _line in message.locations)
        if not message.id or not said_by_console:
            continue
        known = french.get(message.id)
        texts = (
            known.string if known and isinstance(known.string, tuple) else (known.string if known else "",)
        )
        if not all(texts):
            lacking.append(message.id)
    assert lacking == []


@pytest.mark.parametrize(
    "reason",
    [
        filing.UNPARSABLE,
        filing.TOO_LARGE,
        filing.HEADERS_TOO_LARGE,
        filing.DOMAIN_UNKNOWN,
        filing.SENDER_MISSING,
        filing.MAIL_LOOP,
        "staff_reply_unmatched",
    ],
)
def test_why_a_mail_waits_in_quarantine_is_said_in_words(reason: str):
    app = Flask(__name__)
    add_language(app)
    with app.test_request_context("/?lang=en"):
        assert quarantine_label(reason) != reason.replace("_", " ")


def _mail(recipient: str, error: str = "") -> delivery_pb2.Delivery:
    return delivery_pb2.Delivery(channel="DELIVERY_CHANNEL_EMAIL", recipient=recipient, last_error=error)


def test_whose_latest_mail_came_back_is_not_reached():
    told = [
        _mail("jane@acme.example", "address_bounces"),
        _mail("sam@acme.example"),
        _mail("lee@acme.example", "bounced 5.1.1"),
        _mail("sam@acme.example", "bounced 4.2.2"),
        _mail("Jane@acme.example"),
        _mail("per_unknown", "address_bounces"),
    ]
    assert unreachable(told) == ["jane@acme.example", "lee@acme.example"]
