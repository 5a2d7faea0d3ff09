"""What a simulation came to, in the words of its page: what was agreed beside what is proposed."""

from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal

from fairlead.sla.v1 import simulation_pb2
from services.gateway.pages.language import gettext as _
from services.gateway.pages.moments import current_locale
from services.gateway.pages.pauses import promise_label
from services.gateway.pages.statements import money, outcome_sign, share

Row = tuple[str, str, str, str]


def in_words(made: simulation_pb2.ContractSimulation) -> dict[str, Any]:
    """The values of fragments/console/simulation.html."""
    return {
        "made": made,
        "sums": _sums(made.as_agreed, made.proposed),
        "promises": _promises(made.as_agreed, made.proposed),
        "months": _months(made.as_agreed.credits, made.proposed.credits),
        "changes": [_change(one) for one in made.changes],
        "not_kept": ", ".join(_fact(word) for word in made.facts_not_kept),
    }


def how_far(done: int, total: int) -> str:
    """What stands beside the bar."""
    locale = current_locale()
    return _(
        "%(done)s of %(total)s incidents replayed",
        done=format_decimal(done, locale=locale),
        total=format_decimal(total, locale=locale),
    )


def _sums(agreed: simulation_pb2.SimulatedSide, proposed: simulation_pb2.SimulatedSide) -> list[Row]:
    """A line each: what, as agreed, as proposed, the difference."""
    before, after = agreed.all, proposed.all
    rows = [(_("Share kept"), share(before), share(after), _points(before, after))]
    for label, name in (
        (_("Kept"), "met"),
        (_("Broken"), "breached"),
        (_("Excluded"), "excluded"),
        (_("Still open"), "running"),
    ):
        old, new = getattr(before, name), getattr(after, name)
        rows.append((label, _number(old), _number(new), _signed(_number(abs(new - old)), new - old)))
    if currency := agreed.credits.currency or proposed.credits.currency:
        old, new = agreed.credits.amount_minor, proposed.credits.amount_minor
        rows.append((_("Service credits"), *_amounts(old, new, currency)))
    return rows


def _promises(
    agreed: simulation_pb2.SimulatedSide, proposed: simulation_pb2.SimulatedSide
) -> list[tuple[str, Any, Any]]:
    """Each promise with its counts on both sides; None where one side does not make it."""
    before, after = ({one.target: one for one in side.targets} for side in (agreed, proposed))
    return [
        (promise_label(target), _kept(before.get(target)), _kept(after.get(target)))
        for target in dict.fromkeys([*before, *after])
    ]


def _kept(counts: simulation_pb2.PromiseCounts | None) -> tuple[str, str] | None:
    if counts is None:
        return None
    figures = {"kept": _number(counts.met), "broken": _number(counts.breached)}
    return share(counts), _("%(kept)s kept, %(broken)s broken", **figures)


def _months(agreed: simulation_pb2.SimulatedCredits, proposed: simulation_pb2.SimulatedCredits) -> list[Row]:
    """What is owed for each month, where it is more than one."""
    currency = agreed.currency or proposed.currency
    before, after = ({one.month: one.amount_minor for one in side.months} for side in (agreed, proposed))
    months = sorted({*before, *after})
    if len(months) < 2:
        return []
    return [(month, *_amounts(before.get(month, 0), after.get(month, 0), currency)) for month in months]


def _change(change: simulation_pb2.VerdictChange) -> dict[str, Any]:
    target, _dot, cycle = change.promise.rpartition(".")
    return {
        "number": change.number,
        "promise": promise_label(target),
        "cycle": int(cycle),
        "agreed": outcome_sign(change.as_agreed),
        "proposed": outcome_sign(change.proposed),
    }


def _fact(word: str) -> str:
    labels = {
        "classified": _("when it was classified"),
        "acknowledged": _("when it was acknowledged"),
        "confirmed": _("when it was confirmed"),
        "replied": _("when the client wrote"),
    }
    return labels.get(word, word)


def _points(before: simulation_pb2.PromiseCounts, after: simulation_pb2.PromiseCounts) -> str:
    if not (before.HasField("attainment_bp") and after.HasField("attainment_bp")):
        return "–"
    moved = after.attainment_bp - before.attainment_bp
    text = format_decimal(Decimal(abs(moved)) / 100, locale=current_locale())
    return _signed(_("%(number)s points", number=text), moved)


def _amounts(old: int, new: int, currency: str) -> tuple[str, str, str]:
    return money(old, currency), money(new, currency), _signed(money(abs(new - old), currency), new - old)


def _number(value: int) -> str:
    return format_decimal(value, locale=current_locale())


def _signed(text: str, value: int) -> str:
    """With its sign, for a difference."""
    return f"+{text}" if value > 0 else f"−{text}" if value < 0 else "="
