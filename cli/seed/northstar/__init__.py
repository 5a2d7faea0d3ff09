"""The demonstration provider: Northstar MSP, four clients with their own brands, languages, zones and contracts.

Only data. Times of calendars are local; goals are minutes of business time.
"""

from cli.seed.northstar.clients import (
    AROUND_THE_CLOCK,
    CLIENTS,
    EVERY_WEEKDAY,
    STANDARD_GOALS,
    STANDARD_HOURS,
    Calendar,
    Client,
    Person,
)
from cli.seed.northstar.on_call import POLICIES, SCHEDULES, CallPolicy, Layer, Schedule
from cli.seed.northstar.rules import RULES, Rule
from cli.seed.northstar.samples import SAMPLES, Sample
from cli.seed.northstar.staff import AGREED, GROUPS, STAFF, Agreed, Group

__all__ = [
    "AGREED",
    "AROUND_THE_CLOCK",
    "CLIENTS",
    "EVERY_WEEKDAY",
    "GROUPS",
    "PASSWORD",
    "POLICIES",
    "PROVIDER",
    "RULES",
    "SAMPLES",
    "SCHEDULES",
    "STAFF",
    "STANDARD_GOALS",
    "STANDARD_HOURS",
    "Agreed",
    "Calendar",
    "CallPolicy",
    "Client",
    "Group",
    "Layer",
    "Person",
    "Rule",
    "Sample",
    "Schedule",
]

PROVIDER = {
    "name": "Northstar MSP",
    "slug": "northstar",
    "support_addresses": ["help@northstar.example"],
}
# Good for a demonstration on one's own machine, and for nothing else.
PASSWORD = "northern-lights-2026"  # noqa: S105 - printed by `fairlead up` for whoever tries it out
