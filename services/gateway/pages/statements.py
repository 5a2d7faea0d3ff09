"""Statements in words: shares, amounts and outcomes, for the pages of both sides."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Protocol

from babel.dates import format_skeleton
from babel.numbers import format_currency, format_percent, get_currency_precision

from fairlead.sla.v1 import statement_pb2
from services.gateway.pages.language import gettext as _
from services.gateway.pages.moments import current_locale
from services.gateway.pages.signs import Sign

OUTCOMES = ("breached", "excluded", "met")


class Attained(Protocol):
    """Any message that tells how much was kept."""

    attainment_bp: int

    def HasField(self, field_name: str, /) -> bool:  # noqa: N802 - as protobuf names it
        ...


def month_name(period: str) -> str:
    """ "2026-10" as people say it: "October 2026"."""
    name = format_skeleton("yMMMM", date.fromisoformat(f"{period}-01"), locale=current_locale())
    return f"{name[:1].upper()}{name[1:]}"


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


def credit_sign(state: int) -> Sign:
    """Whether something is owed: fairlead.sla.v1.CreditState."""
    if state == statement_pb2.CREDIT_STATE_APPROVED:
        return Sign("approved", _("Approved"), "check", "good")
    if state == statement_pb2.CREDIT_STATE_VOIDED:
        return Sign("voided", _("Voided"), "x", "quiet")
    return Sign("proposed", _("To decide"), "hourglass", "warn")


def reasons_in_words(reasons: Iterable[statement_pb2.StatementReason]) -> list[tuple[str, str]]:
    """Why there is a further revision: each incident's number, and what was learned of it."""
    words = {
        "late_fact": _("something was learned late"),
        "exclusion": _("a promise was excluded"),
        "contest": _("a pause was contested or answered"),
    }
    return [(one.number, words.get(one.why, one.why)) for one in reasons]
