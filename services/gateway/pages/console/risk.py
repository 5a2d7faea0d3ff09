"""The chance of a breach as rows and incidents say it. static/js/console/rows.js says the same of a live row."""

from dataclasses import dataclass

from babel.numbers import format_percent

from fairlead.triage.v1.queue_pb2 import QueueEntry
from services.gateway.pages.language import gettext as _
from services.gateway.pages.language import in_each_language
from services.gateway.pages.moments import current_locale


@dataclass(frozen=True)
class Risk:
    """chance: as short as it can be said. basis: what it is the chance of, and what it rests on."""

    chance: str
    basis: str


def row_risk(entry: QueueEntry) -> Risk | None:
    """None where nothing is forecast; nor of what has breached, whose clock says so."""
    if not entry.HasField("forecast") or entry.breach_risk == 1:
        return None
    forecast, chance = entry.forecast, chance_text(entry.forecast.chance)
    similar, breached = forecast.similar_incidents, forecast.similar_breached
    basis = risk_words() % {"chance": chance, "similar": similar, "breached": breached}
    return Risk(chance, f"{risky_targets().get(forecast.target, '')} – {basis}")


def chance_text(chance: float) -> str:
    """Whole per cents, and neither never nor certain: more than that nobody knows."""
    return format_percent(min(max(chance, 0.01), 0.99), locale=current_locale())


@in_each_language
def risk_words() -> str:
    """A chance with its basis, to be filled in."""
    return _(
        "Chance of a breach: %(chance)s. Of %(similar)s similar incidents of this client, %(breached)s breached."
    )


@in_each_language
def risky_targets() -> dict[str, str]:
    """What is forecast, by triage's word for it."""
    return {"first_response": _("First response"), "resolution": _("Resolution")}
