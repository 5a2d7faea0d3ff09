"""What the demonstration opens with."""

from dataclasses import dataclass


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
