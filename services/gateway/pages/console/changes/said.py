"""The words of changes, in the reader's language."""

from collections.abc import Mapping

from services.gateway.pages.language import gettext as _
from services.gateway.pages.language import in_each_language, ngettext

Choices = list[tuple[str, str]]


@in_each_language
def kind_choices() -> Choices:
    """Whose approval it needs."""
    return [
        ("normal", _("Normal: agreed on by change managers")),
        ("standard", _("Standard: agreed on once for all")),
        ("emergency", _("Emergency: cannot wait")),
    ]


@in_each_language
def kind_words() -> dict[str, str]:
    """In a word."""
    return {"normal": _("Normal"), "standard": _("Standard"), "emergency": _("Emergency")}


@in_each_language
def state_words() -> dict[str, tuple[str, str, str]]:
    """Label, icon and tone."""
    return {
        "draft": (_("Draft"), "edit", "quiet"),
        "requested": (_("Waits for approval"), "hourglass", "warn"),
        "approved": (_("Approved"), "check", "good"),
        "rejected": (_("Rejected"), "x", "bad"),
        "scheduled": (_("Scheduled"), "calendar", "good"),
        "in_progress": (_("In progress"), "player-play", "warn"),
        "done": (_("Done"), "checks", "good"),
        "failed": (_("Failed"), "alert-triangle", "bad"),
        "backed_out": (_("Taken back"), "arrow-back-up", "bad"),
        "reviewed": (_("Reviewed"), "lock", "quiet"),
        "canceled": (_("Canceled"), "circle-x", "quiet"),
    }


@in_each_language
def level_words() -> dict[str, str]:
    """Of risk, likelihood and impact."""
    return {"low": _("Low"), "medium": _("Medium"), "high": _("High"), "critical": _("Critical")}


@in_each_language
def questions() -> list[tuple[str, str, Choices]]:
    """Name, question and answers, from the safest on."""
    return [
        (
            "experience",
            _("Was it done before?"),
            [("often", _("Often")), ("once", _("Once")), ("never", _("Never"))],
        ),
        (
            "testing",
            _("Was it tried elsewhere?"),
            [("fully", _("Fully")), ("partly", _("Partly")), ("not", _("Not at all"))],
        ),
        (
            "back_out",
            _("Can it be taken back?"),
            [("easy", _("Easily")), ("hard", _("With effort")), ("impossible", _("No"))],
        ),
        (
            "complexity",
            _("Who takes part?"),
            [
                ("one_person", _("One person")),
                ("one_team", _("One team")),
                ("several_teams", _("Several teams")),
            ],
        ),
    ]


@in_each_language
def conflict_words() -> dict[str, str]:
    """Why something speaks against a window."""
    return {
        "same_item": _("Another change works on the same"),
        "dependent_item": _("Another change works on what hangs on it"),
        "freeze": _("Changes are frozen"),
        "maintenance": _("Maintenance is planned"),
        "business_hours": _("The client works then"),
    }


@in_each_language
def tie_words() -> dict[str, str]:
    """How an incident is tied to a change."""
    return {"resolves": _("Resolves"), "caused": _("Caused")}


def told_of(changes: Mapping[str, str]) -> str:
    """What a line of the history says besides: numbers and names, and how somebody decided."""
    if "verdict" in changes:
        return _("Rejected") if changes["verdict"] == "reject" else _("Approved")
    if "reminder" in changes:
        return _("%(step)s, once more", step=changes["reminder"])
    if "start_time" in changes:
        accepted = int(changes.get("conflicts", "0"))
        return (
            ngettext("%(num)s conflict accepted", "%(num)s conflicts accepted", accepted) if accepted else ""
        )
    return ", ".join(changes.values())


@in_each_language
def fact_words() -> dict[str, str]:
    """Lines of the history."""
    return {
        "change_drafted": _("Drafted"),
        "change_edited": _("Changed"),
        "change_requested": _("Approval was asked for"),
        "change_asked": _("Whoever decides was asked"),
        "change_decided": _("Somebody decided"),
        "change_approved": _("Approved"),
        "change_rejected": _("Rejected"),
        "change_withdrawn": _("Made a draft again"),
        "change_scheduled": _("Scheduled"),
        "change_started": _("Work began"),
        "change_done": _("Done"),
        "change_failed": _("Failed"),
        "change_backed_out": _("Taken back"),
        "change_reviewed": _("Reviewed"),
        "change_canceled": _("Canceled"),
        "change_tied": _("An incident was tied to it"),
        "change_untied": _("An incident was untied"),
    }
