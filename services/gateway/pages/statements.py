"""Statements in words: shares, amounts and outcomes, for the pages of both sides."""

from decimal import Decimal
from typing import Protocol

from babel.numbers import format_currency, format_percent, get_currency_precision

from services.gateway.pages.language import gettext as _
from services.gateway.pages.moments import current_locale
from services.gateway.pages.signs import Sign

OUTCOMES = ("breached", "excluded", "met")


class Attained(Protocol):
    """Any message that tells how much was kept."""

    attainment_bp: int

    def HasField(self, field_name: str, /) -> bool:  # noqa: N802 - as protobuf names it
        ...


def share(totals: Attained) -> str:
    """Attainment as a percentage, cut to two places as the statement has it; a dash without any verdict."""
    if not totals.HasField("attainment_bp"):
        return "–"
    return format_percent(
        Decimal(totals.attainment_bp) / 10_000, locale=current_locale(), decimal_quantization=False
    )


def money(minor: int, currency: str) -> str:
    """An amount in minor units; a dash where no credits are agreed."""
    if not currency:
        return "–"
    exact = Decimal(minor).scaleb(-get_currency_precision(currency))
    return format_currency(exact, currency, locale=current_locale())


def outcome_sign(outcome: str) -> Sign:
    """What became of a promise."""
    label, icon, tone = {
        "breached": (_("Broken"), "alert-triangle", "bad"),
        "excluded": (_("Excluded"), "circle-dashed", "quiet"),
        "met": (_("Kept"), "circle-check", "good"),
    }.get(outcome, (_("Unknown"), "help-circle", "quiet"))
    return Sign(outcome, label, icon, tone)
