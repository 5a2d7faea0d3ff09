"""Four clients with their people, brands, business hours and contracts."""

from dataclasses import dataclass

EVERY_WEEKDAY = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Calendar:
    """windows: what is open on each of days, as (start, end)."""

    name: str
    time_zone: str
    country: str = ""
    subdivision: str = ""
    days: tuple[int, ...] = EVERY_WEEKDAY
    windows: tuple[tuple[str, str], ...] = ()

    @property
    def always_open(self) -> bool:
        return not self.windows


@dataclass(frozen=True)
class Person:
    """role: of a client's person "requester" or "client_manager"; of staff a grant."""

    name: str
    email: str
    role: str
    locale: str = ""
    time_zone: str = ""
    # Of staff: slugs of the clients granted; empty for all.
    tenants: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()


@dataclass(frozen=True)
class Client:
    """One client organization. goals: priority → (first response, resolution) in minutes."""

    slug: str
    name: str
    prefix: str
    locale: str
    time_zone: str
    color: str
    accent: str
    monogram: str
    welcome: str
    hours: Calendar
    contract: str
    goals: dict[int, tuple[int, int]]
    around_the_clock: tuple[int, ...] = ()
    close_after_days: int = 3
    people: tuple[Person, ...] = ()

    @property
    def support_address(self) -> str:
        return f"support@{self.slug}.northstar.example"

    @property
    def mail_domain(self) -> str:
        return f"{self.slug}.example"


AROUND_THE_CLOCK = Calendar("Around the clock", "Etc/UTC")


STANDARD_HOURS = Calendar(
    "Northstar office hours", "Europe/London", "GB", "ENG", windows=(("08:00", "18:00"),)
)


STANDARD_GOALS = {1: (30, 480), 2: (60, 960), 3: (240, 2400), 4: (480, 4800), 5: (960, 9600)}


CLIENTS = (
    Client(
        slug="acme",
        name="Acme Logistics",
        prefix="ACME",
        locale="en",
        time_zone="Europe/London",
        color="#c2410c",
        accent="#7c2d12",
        monogram="A",
        welcome="Tell us what is wrong and we will get you moving again.",
        hours=Calendar(
            "Acme depot hours", "Europe/London", "GB", "ENG", (1, 2, 3, 4, 5, 6), (("07:00", "19:00"),)
        ),
        contract="Acme Gold",
        goals={1: (15, 240), 2: (30, 480), 3: (120, 1440), 4: (240, 2880), 5: (480, 5760)},
        around_the_clock=(1,),
        people=(
            Person("Sam Okafor", "sam.okafor@acme.example", "requester"),
            Person("Tom Baker", "tom.baker@acme.example", "requester"),
            Person("Dana Whitfield", "dana.whitfield@acme.example", "client_manager"),
        ),
    ),
    Client(
        slug="lumen",
        name="Lumen Legal",
        prefix="LUMEN",
        locale="en",
        time_zone="America/New_York",
        color="#1e3a8a",
        accent="#9a3412",
        monogram="L",
        welcome="Confidential, quick and tracked: your IT desk at Northstar.",
        hours=Calendar("Lumen office hours", "America/New_York", "US", "NY", windows=(("08:00", "20:00"),)),
        contract="Lumen Platinum",
        goals={1: (15, 120), 2: (30, 240), 3: (60, 720), 4: (240, 1440), 5: (480, 4320)},
        around_the_clock=(1, 2),
        close_after_days=5,
        people=(
            Person("Priya Nair", "priya.nair@lumen.example", "requester"),
            Person("Lars Holm", "lars.holm@lumen.example", "requester"),
            Person("Grace Adeyemi", "grace.adeyemi@lumen.example", "client_manager"),
        ),
    ),
    Client(
        slug="boreal",
        name="Clinique Boréal",
        prefix="BOREAL",
        locale="fr",
        time_zone="America/Toronto",
        color="#0f766e",
        accent="#155e75",
        monogram="B",
        welcome="Décrivez le problème ; nous nous occupons du reste.",
        hours=Calendar(
            "Heures de la clinique", "America/Toronto", "CA", "QC", (1, 2, 3, 4, 5, 6), (("07:30", "21:00"),)
        ),
        contract="Boréal Santé",
        goals={1: (15, 120), 2: (30, 240), 3: (120, 960), 4: (480, 2400), 5: (960, 4800)},
        around_the_clock=(1, 2),
        people=(
            Person("Chloé Petit", "chloe.petit@boreal.example", "requester"),
            Person("Étienne Gagnon", "etienne.gagnon@boreal.example", "requester"),
            Person("Marie-Ève Tremblay", "marie-eve.tremblay@boreal.example", "client_manager"),
        ),
    ),
    Client(
        slug="soleil",
        name="Soleil Énergie",
        prefix="SOLEIL",
        locale="fr",
        time_zone="Europe/Paris",
        color="#a16207",
        accent="#854d0e",
        monogram="S",
        welcome="Une panne, une question, un besoin : écrivez-nous.",
        hours=Calendar(
            "Heures de bureau Soleil",
            "Europe/Paris",
            "FR",
            windows=(("09:00", "12:30"), ("13:30", "18:00")),
        ),
        contract="Soleil Essentiel",
        goals={1: (30, 480), 2: (60, 960), 3: (240, 1920), 4: (480, 3840), 5: (960, 7680)},
        people=(
            Person("Inès Moreau", "ines.moreau@soleil.example", "requester"),
            Person("Hugo Lefèvre", "hugo.lefevre@soleil.example", "requester"),
            Person("Nadia Benali", "nadia.benali@soleil.example", "client_manager"),
        ),
    ),
)
