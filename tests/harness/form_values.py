"""A form that asks everything a form can ask, for tests of every layer."""

from services.intake.domain.forms import Condition, Definition, Field, Kind, Option, Words

LAPTOP = Definition(
    title=Words("A laptop for somebody new", "Un portable pour quelqu’un"),
    introduction=Words("Three working days at least.", "Trois jours ouvrés au moins."),
    kind=2,
    category="hardware",
    fields=(
        Field("name", Kind.TEXT, Words("Who is it for?", "Pour qui ?"), required=True),
        Field(
            "model",
            Kind.CHOICE,
            Words("Which one?", "Lequel ?"),
            required=True,
            options=(
                Option("light", Words("A light one", "Un léger")),
                Option("strong", Words("A strong one", "Un puissant")),
            ),
        ),
        Field(
            "why",
            Kind.LONG_TEXT,
            Words("Why a strong one?"),
            required=True,
            condition=Condition("model", "strong"),
        ),
        Field("screens", Kind.NUMBER, Words("Screens", "Écrans"), minimum=0, maximum=3, whole=True),
        Field("start", Kind.DATE, Words("First day", "Premier jour"), required=True),
        Field(
            "extras",
            Kind.CHOICES,
            Words("What else?"),
            options=(
                Option("bag", Words("A bag", "Un sac")),
                Option("mouse", Words("A mouse", "Une souris")),
            ),
        ),
        Field(
            "remote",
            Kind.YES_NO,
            Words("Works from home?", "Travaille à domicile ?"),
            help=Words("At least a day a week."),
        ),
        Field("code", Kind.TEXT, Words("Cost center"), pattern="^(C+)+[0-9]{3}$", longest=40),
        Field("quote", Kind.FILE, Words("A quote"), most=2),
    ),
)
ANSWERS = {
    "name": "Ana Ruiz",
    "model": "light",
    "screens": 2,
    "start": "2026-03-02",
    "extras": ["bag"],
    "remote": True,
    "code": "CC123",
}
