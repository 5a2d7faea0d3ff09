"""Who is on call when, and whom to call in what order."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Layer:
    """People who take turns, by mail address; hours: local times of day at which it is in force, none for all."""

    name: str
    people: tuple[str, ...]
    start: str
    turn_unit: str = "weeks"
    hours: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Schedule:
    """Who is on call when; later layers cover earlier ones."""

    name: str
    time_zone: str
    layers: tuple[Layer, ...]


SCHEDULES = (
    Schedule(
        "Service desk on call",
        "Europe/London",
        (
            Layer(
                "Europe",
                ("jon.reyes@northstar.example", "luc.fontaine@northstar.example"),
                "2026-01-05T09:00",
            ),
            Layer(
                "Nights by the Americas",
                ("aiko.tanaka@northstar.example",),
                "2026-01-05T22:00",
                "days",
                (("22:00", "06:00"),),
            ),
        ),
    ),
)


@dataclass(frozen=True)
class CallPolicy:
    """Whom to call: names of schedules and groups, each with the minutes to wait for an answer."""

    name: str
    steps: tuple[tuple[str, int], ...]


POLICIES = (CallPolicy("Alerts and P1", (("Service desk on call", 10), ("Network", 10))),)
