"""The words of configuration items, in the reader's language."""

from services.gateway.pages.language import gettext as _
from services.gateway.pages.language import in_each_language

Choices = list[tuple[str, str]]


@in_each_language
def type_choices() -> Choices:
    """Those that everybody has; a provider may write others."""
    return [
        ("server", _("Server")),
        ("service", _("Service")),
        ("network", _("Network")),
        ("application", _("Application")),
        ("workstation", _("Workstation")),
        ("other", _("Other")),
    ]


def type_label(word: str) -> str:
    """One of the provider's own stands as it was written."""
    return dict(type_choices()).get(word, word)


@in_each_language
def criticality_choices() -> Choices:
    """How much is lost while it is down."""
    return [
        ("low", _("Low")),
        ("medium", _("Medium")),
        ("high", _("High")),
        ("critical", _("Critical")),
    ]


@in_each_language
def state_choices() -> Choices:
    """Whether it is there."""
    return [("in_use", _("In use")), ("retired", _("Retired"))]


@in_each_language
def relation_words() -> dict[str, tuple[str, str]]:
    """Each kind as one item says it, and as the other hears it."""
    return {
        "depends_on": (_("Depends on"), _("Needed by")),
        "runs_on": (_("Runs on"), _("Carries")),
        "part_of": (_("Part of"), _("Has as a part")),
        "connects_to": (_("Connects to"), _("Connected from")),
    }


@in_each_language
def impact_words() -> dict[str, str]:
    """How an affected item is tied to the one above it."""
    return {
        "depends_on": _("depends on it"),
        "runs_on": _("runs on it"),
        "part_of": _("has it as a part"),
    }


@in_each_language
def field_words() -> dict[str, str]:
    """What may change of an item."""
    return {
        "name": _("Name"),
        "type": _("Type"),
        "aliases": _("Other names"),
        "description": _("Description"),
        "criticality": _("Criticality"),
        "state": _("State"),
        "attributes": _("Attributes"),
        "relations": _("What it hangs on"),
    }


@in_each_language
def outcome_words() -> dict[str, str]:
    """What became of a row."""
    return {
        "created": _("Created"),
        "updated": _("Changed"),
        "unchanged": _("As it was"),
        "refused": _("Refused"),
    }
