"""Administration: one module for each area, each with its blueprint.

`frame` (who may enter, the areas at the side), `doing` (changes: once, with problems beside their fields), `said` (the
words for what was done and what is wrong), `forms` (reading what was typed). Dispatchers may read what the services let
them read; what is set up, administrators change. Every page works without scripts.
"""

from flask import Blueprint, Flask

from services.gateway.pages.console.admin.alert_sources import alert_sources
from services.gateway.pages.console.admin.api_clients import api_clients
from services.gateway.pages.console.admin.calendars import calendars
from services.gateway.pages.console.admin.catalog import catalog
from services.gateway.pages.console.admin.client_forms import client_forms
from services.gateway.pages.console.admin.clients import clients
from services.gateway.pages.console.admin.contracts import contracts
from services.gateway.pages.console.admin.dead_letters import dead_letters
from services.gateway.pages.console.admin.groups import groups
from services.gateway.pages.console.admin.mailboxes import mailboxes
from services.gateway.pages.console.admin.maintenance import maintenance
from services.gateway.pages.console.admin.models import models
from services.gateway.pages.console.admin.overview import overview
from services.gateway.pages.console.admin.people import people
from services.gateway.pages.console.admin.quarantine import quarantine
from services.gateway.pages.console.admin.routing import routing
from services.gateway.pages.console.admin.rules import rules
from services.gateway.pages.console.admin.showing import as_pair, in_names, zip_same, zoned
from services.gateway.pages.console.admin.simulations import simulations
from services.gateway.pages.console.admin.statements import statements
from services.gateway.pages.console.admin.suppressions import suppressions
from services.gateway.pages.console.admin.teams import teams
from services.gateway.pages.console.admin.undelivered import undelivered
from services.gateway.pages.console.admin.webhooks import webhooks

AREAS: tuple[Blueprint, ...] = (
    overview,
    clients,
    people,
    teams,
    contracts,
    simulations,
    calendars,
    statements,
    client_forms,
    catalog,
    rules,
    groups,
    routing,
    models,
    maintenance,
    alert_sources,
    api_clients,
    webhooks,
    mailboxes,
    quarantine,
    undelivered,
    suppressions,
    dead_letters,
)


def add_administration(app: Flask) -> None:
    """Gives templates what only these pages use: zip_same, zoned, and the filters in_names and as_pair."""
    app.jinja_env.globals.update(zip_same=zip_same, zoned=zoned)
    app.jinja_env.filters.update(in_names=in_names, as_pair=as_pair)
