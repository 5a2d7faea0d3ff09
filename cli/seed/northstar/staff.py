"""Who works at Northstar, in which groups, and what is agreed with clients about that."""

from dataclasses import dataclass

from cli.seed.northstar.clients import Person

STAFF = (
    Person("Mara Lindqvist", "mara.lindqvist@northstar.example", "provider_admin", "en", "Europe/London"),
    Person(
        "Jon Reyes",
        "jon.reyes@northstar.example",
        "technician",
        "en",
        "Europe/London",
        skills=("microsoft 365",),
    ),
    Person(
        "Aiko Tanaka",
        "aiko.tanaka@northstar.example",
        "technician",
        "en",
        "America/New_York",
        skills=("firewall", "vpn"),
    ),
    Person(
        "Luc Fontaine", "luc.fontaine@northstar.example", "technician", "fr", "Europe/Paris", skills=("vpn",)
    ),
    Person(
        "Sofia Marchetti",
        "sofia.marchetti@northstar.example",
        "technician",
        "fr",
        "Europe/Paris",
        ("boreal", "soleil"),
    ),
    Person("Ben Carver", "ben.carver@northstar.example", "dispatcher", "en", "Europe/London"),
)


@dataclass(frozen=True)
class Group:
    """An assignment group; members by mail address."""

    name: str
    members: tuple[str, ...]
    categories: tuple[str, ...] = ()
    is_default: bool = False


GROUPS = (
    Group(
        "Service desk",
        ("jon.reyes@northstar.example", "luc.fontaine@northstar.example", "aiko.tanaka@northstar.example"),
        ("access", "hardware", "software", "printing", "onboarding"),
        is_default=True,
    ),
    Group(
        "Network",
        ("aiko.tanaka@northstar.example", "luc.fontaine@northstar.example"),
        ("network", "server"),
    ),
    Group(
        "Messaging and security",
        ("jon.reyes@northstar.example", "aiko.tanaka@northstar.example"),
        ("email", "security"),
    ),
)


@dataclass(frozen=True)
class Agreed:
    """What one client's contract says of who works for it; groups by category and name, people by mail address."""

    slug: str
    groups: tuple[tuple[str, str], ...]
    preferred: tuple[str, ...] = ()


AGREED = (Agreed("soleil", (("network", "Network"),), ("luc.fontaine@northstar.example",)),)
