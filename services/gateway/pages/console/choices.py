"""What forms offer: parties to wait for, ways to resolve, impact and urgency; values as the record names them."""

from services.gateway.pages.language import gettext as _
from services.gateway.pages.language import in_each_language

Choices = list[tuple[str, str]]


@in_each_language
def awaited_choices() -> Choices:
    """Whom an incident on hold may await."""
    return [
        ("requester", _("the requester")),
        ("client", _("the client")),
        ("vendor", _("a supplier")),
        ("change", _("a planned change")),
        ("provider", _("ourselves")),
    ]


@in_each_language
def resolution_choices() -> Choices:
    """How an incident may end, most frequent first."""
    return [
        ("fixed", _("Fixed")),
        ("workaround", _("Workaround")),
        ("request_fulfilled", _("Request fulfilled")),
        ("duplicate", _("Duplicate")),
        ("not_reproducible", _("Not reproducible")),
        ("no_action", _("No action needed")),
        ("recovered", _("Recovered by itself")),
    ]


@in_each_language
def impact_choices() -> Choices:
    """How many are affected."""
    return [
        ("high", _("High: the whole organization or a site")),
        ("medium", _("Medium: a department or several people")),
        ("low", _("Low: one person")),
    ]


@in_each_language
def urgency_choices() -> Choices:
    """How soon it must be solved."""
    return [
        ("high", _("High: work has stopped")),
        ("medium", _("Medium: work is impaired")),
        ("low", _("Low: it can wait")),
    ]


def impact_label(word: str) -> str:
    """Impact in a sentence; whole phrases, for adjectives follow their noun in many languages."""
    return _impacts().get(word, word)


def urgency_label(word: str) -> str:
    """Urgency in a sentence."""
    return _urgencies().get(word, word)


def channel_label(channel: str) -> str:
    """How it came, to stand after a name."""
    return _channels().get(channel, channel)


@in_each_language
def _impacts() -> dict[str, str]:
    return {"high": _("impact high"), "medium": _("impact medium"), "low": _("impact low")}


@in_each_language
def _urgencies() -> dict[str, str]:
    return {"high": _("urgency high"), "medium": _("urgency medium"), "low": _("urgency low")}


@in_each_language
def _channels() -> dict[str, str]:
    return {
        "email": _("by email"),
        "portal": _("on the portal"),
        "api": _("by API"),
        "alert": _("by an alert"),
        "phone": _("by phone"),
    }
