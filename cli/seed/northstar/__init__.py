"""The demonstration provider: Northstar MSP, four clients with their own brands, languages, zones and contracts.

Only data. Times of calendars are local; goals are minutes of business time.
"""

from dataclasses import dataclass, field

PROVIDER = {
    "name": "Northstar MSP",
    "slug": "northstar",
    "support_addresses": ["help@northstar.example"],
}
# Good for a demonstration on one's own machine, and for nothing else.
PASSWORD = "northern-lights-2026"  # noqa: S105 - printed by `fairlead up` for whoever tries it out

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


@dataclass(frozen=True)
class Rule:
    """All of contains must hold: each is a list of words of which one stands in subject or text."""

    name: str
    contains: tuple[tuple[str, ...], ...]
    category: str = ""
    kind: str = ""
    impact: str = ""
    urgency: str = ""
    # Each a field of the condition and its values, beside the words.
    also: tuple[tuple[str, tuple[str, ...]], ...] = field(default_factory=tuple)


RULES = (
    Rule(
        "Phishing and malware",
        (
            (
                "phishing",
                "suspicious mail",
                "suspicious email",
                "malware",
                "virus",
                "ransomware",
                "hameçonnage",
                "courriel suspect",
                "rançongiciel",
            ),
        ),
        category="security",
        urgency="high",
    ),
    Rule(
        "Everybody is affected",
        (
            (
                "everyone",
                "everybody",
                "whole office",
                "entire office",
                "all users",
                "nobody can",
                "site down",
                "tout le monde",
                "toute l'équipe",
                "tous les utilisateurs",
                "plus personne",
                "tout le site",
            ),
        ),
        impact="high",
    ),
    Rule(
        "Work has stopped",
        (
            (
                "urgent",
                "critical",
                "down",
                "outage",
                "cannot work",
                "can't work",
                "stopped working",
                "en panne",
                "bloqué",
                "bloquée",
                "bloqués",
                "critique",
                "impossible de travailler",
            ),
        ),
        urgency="high",
    ),
    Rule(
        "Several people",
        (
            (
                "several users",
                "colleagues",
                "our team",
                "department",
                "collègues",
                "plusieurs",
                "service entier",
            ),
        ),
        impact="medium",
    ),
    Rule(
        "New starter",
        (
            (
                "new starter",
                "new hire",
                "new employee",
                "onboarding",
                "nouvel employé",
                "nouvelle recrue",
                "arrivée",
            ),
        ),
        category="onboarding",
        kind="service_request",
        urgency="low",
    ),
    Rule(
        "Password and access",
        (
            (
                "password",
                "locked out",
                "account locked",
                "mfa",
                "two-factor",
                "login",
                "log in",
                "sign in",
                "access",
                "permission",
                "permissions",
                "mot de passe",
                "compte verrouillé",
                "connexion impossible",
                "accès",
                "droits",
            ),
        ),
        category="access",
    ),
    Rule(
        "VPN and network",
        (
            (
                "vpn",
                "network",
                "wifi",
                "wi-fi",
                "internet",
                "firewall",
                "dns",
                "switch",
                "router",
                "réseau",
                "pare-feu",
                "routeur",
                "connexion lente",
            ),
        ),
        category="network",
    ),
    Rule(
        "Mail",
        (
            (
                "outlook",
                "mailbox",
                "email",
                "e-mail",
                "calendar",
                "shared mailbox",
                "courriel",
                "messagerie",
                "boîte aux lettres",
                "boîte mail",
                "agenda",
            ),
        ),
        category="email",
    ),
    Rule(
        "Printing",
        (("printer", "printing", "print", "toner", "scanner", "imprimante", "impression", "imprimer"),),
        category="printing",
        urgency="low",
    ),
    Rule(
        "Servers and backups",
        (
            (
                "server",
                "backup",
                "disk full",
                "disk space",
                "database",
                "certificate",
                "serveur",
                "sauvegarde",
                "base de données",
                "certificat",
            ),
        ),
        category="server",
    ),
    Rule(
        "Hardware",
        (
            (
                "laptop",
                "monitor",
                "screen",
                "keyboard",
                "mouse",
                "docking station",
                "phone",
                "battery",
                "ordinateur",
                "écran",
                "clavier",
                "souris",
                "téléphone",
                "batterie",
            ),
        ),
        category="hardware",
    ),
    Rule(
        "Software and licenses",
        (
            (
                "license",
                "licence",
                "install",
                "excel",
                "word",
                "teams",
                "visio",
                "software",
                "application",
                "update",
                "logiciel",
                "installer",
                "mise à jour",
            ),
        ),
        category="software",
    ),
)


@dataclass(frozen=True)
class Sample:
    """An incident the demonstration opens with; requester by mail address."""

    client: str
    requester: str
    title: str
    description: str


SAMPLES = (
    Sample(
        "acme",
        "sam.okafor@acme.example",
        "VPN drops every ten minutes",
        "Since this morning the VPN disconnects after about ten minutes. Two colleagues see the same thing. "
        "I have already restarted the laptop.",
    ),
    Sample(
        "acme",
        "tom.baker@acme.example",
        "Label printer in bay 4 prints blank labels",
        "The label printer in bay 4 feeds but prints nothing. Toner was changed yesterday.",
    ),
    Sample(
        "lumen",
        "priya.nair@lumen.example",
        "Outlook keeps asking for the password",
        "Outlook asks for my password every few minutes and rejects it. Webmail works.",
    ),
    Sample(
        "lumen",
        "lars.holm@lumen.example",
        "Phishing mail reported",
        "I received a suspicious mail that claims to come from our bank and asks to open an attachment. I did not click.",
    ),
    Sample(
        "boreal",
        "chloe.petit@boreal.example",
        "Serveur de dossiers en panne, tout le monde est bloqué",
        "Depuis 8 h plus personne à la clinique n’ouvre les dossiers des patients. C’est urgent.",
    ),
    Sample(
        "boreal",
        "etienne.gagnon@boreal.example",
        "Wi-Fi lent en salle d’attente",
        "Le réseau Wi-Fi est très lent depuis hier en salle d’attente.",
    ),
    Sample(
        "soleil",
        "ines.moreau@soleil.example",
        "Nouvelle recrue lundi : ordinateur et comptes",
        "Une nouvelle collègue commence lundi. Il lui faut un ordinateur portable, un compte et l’accès à l’ERP.",
    ),
    Sample(
        "soleil",
        "hugo.lefevre@soleil.example",
        "Mot de passe expiré, connexion impossible",
        "Mon mot de passe a expiré pendant mes congés et je ne peux plus me connecter.",
    ),
)
