"""What an OAuth client asks for, in words for people (auth/scopes.py has the scopes themselves)."""

from collections.abc import Iterable

from flask import Flask

from services.gateway.pages.language import gettext as _


def add_consents(app: Flask) -> None:
    """Gives templates `scope_label`."""
    app.jinja_env.globals["scope_label"] = scope_label


def scope_label(scope: str) -> str:
    """A scope as something that one allows; one without words stands as it is."""
    return _labels().get(scope, scope)


def labelled() -> Iterable[str]:
    """The scopes that have words."""
    return _labels()


def _labels() -> dict[str, str]:
    return {
        "incidents:read": _("Read incidents, their timeline and clocks"),
        "incidents:write": _("Open incidents and work on them"),
        "queue:read": _("Read the queue across clients"),
        "queue:write": _("Change the views of the queue"),
        "directory:read": _("Read clients, people and teams"),
        "directory:write": _("Change clients, people and teams"),
        "contracts:read": _("Read contracts and calendars"),
        "contracts:write": _("Change contracts and calendars"),
        "statements:read": _("Read service level statements and credits"),
        "statements:write": _("Draft and close statements, decide credits and exclusions"),
        "articles:read": _("Read and search articles"),
        "articles:write": _("Write articles"),
        "rules:read": _("Read triage rules and assignment groups"),
        "rules:write": _("Change triage rules and assignment groups"),
        "webhooks:read": _("Read webhook endpoints"),
        "webhooks:write": _("Change webhook endpoints"),
        "mailboxes:read": _("Read the mailboxes that mail is fetched from"),
        "mailboxes:write": _("Change the mailboxes that mail is fetched from"),
        "submissions:read": _("Read what came in, the quarantine included"),
        "submissions:write": _("Release and discard quarantined submissions"),
        "alerts:read": _("Read alerts and the sources they come from"),
        "alerts:write": _("Change alert sources"),
        "on-call:read": _("Read on-call schedules and who is on call"),
        "on-call:write": _("Change on-call schedules, take shifts over"),
        "forms:read": _("Read forms"),
        "forms:write": _("Write, publish and withdraw forms"),
        "configuration-items:read": _("Read configuration items"),
        "configuration-items:write": _("Change configuration items"),
        "changes:read": _("Read changes and freezes"),
        "changes:write": _("Plan, approve and finish changes"),
        "catalog:read": _("Read what may be ordered"),
        "catalog:write": _("Change what may be ordered"),
        "deliveries:read": _("Read deliveries"),
        "deliveries:write": _("Send deliveries once more"),
        "clients:write": _("Register API clients"),
        "admin": _("Everything"),
    }
