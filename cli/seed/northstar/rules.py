"""The rules by which Northstar classifies."""

from dataclasses import dataclass, field


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
