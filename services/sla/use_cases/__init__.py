"""What service levels do: agree contracts, hear facts, fire what is due, and show clocks."""

from services.sla.use_cases.agreeing import Agreeing
from services.sla.use_cases.attaining import Attained, Attaining
from services.sla.use_cases.closing import Closing
from services.sla.use_cases.crediting import Crediting
from services.sla.use_cases.firing import Firing, Looking
from services.sla.use_cases.forecasting import Forecasting
from services.sla.use_cases.hearing import Heard, Hearing
from services.sla.use_cases.objecting import Objecting, OpenPause
from services.sla.use_cases.places import Places
from services.sla.use_cases.previewing import Previewing
from services.sla.use_cases.scheduling import Scheduling
from services.sla.use_cases.showing import Showing, Shown
from services.sla.use_cases.simulating import MonthOrTimes, Simulated, Simulating
from services.sla.use_cases.stating import Stated, Stating
from services.sla.use_cases.terms import TermsBook

__all__ = [
    "Agreeing",
    "Attained",
    "Attaining",
    "Closing",
    "Crediting",
    "Firing",
    "Forecasting",
    "Heard",
    "Hearing",
    "Looking",
    "MonthOrTimes",
    "Objecting",
    "OpenPause",
    "Places",
    "Previewing",
    "Scheduling",
    "Showing",
    "Shown",
    "Simulated",
    "Simulating",
    "Stated",
    "Stating",
    "TermsBook",
]
