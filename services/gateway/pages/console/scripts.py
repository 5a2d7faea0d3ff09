"""What scripts of the console are given with the page: who reads it, in which words, and where news comes from."""

from functools import cache
from typing import Any

from flask import json
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2
from services.gateway.auth.context import gateway
from services.gateway.auth.csrf import csrf_token
from services.gateway.backends.words import time_text, words_of
from services.gateway.pages.assets import vendor
from services.gateway.pages.console.risk import risk_words, risky_targets
from services.gateway.pages.console.spans import span_words
from services.gateway.pages.language import current_language
from services.gateway.pages.language import gettext as _
from services.gateway.pages.live import live_place
from services.gateway.pages.moments import current_locale, current_zone
from services.gateway.pages.signs import awaited_label, signs_for_scripts


def for_scripts(caller: Caller, **more: Any) -> Markup:
    """As JSON; stands in the page as a block of data, which the policy does not take for a script."""
    own = htmlsafe_json_dumps({**_of_reader(caller), **more}, dumps=json.dumps)
    # Two objects made one: what depends on the language alone was written before.
    return Markup("{},{}").format(own[:-1], _said(current_language())[1:])


def _of_reader(caller: Caller) -> dict[str, Any]:
    return {
        "me": caller.person_id,
        "csrf": csrf_token(),
        "now": time_text(gateway().clock()),
        "live": live_place(),
        "icons": vendor("icons.svg"),
        "locale": current_locale().replace("_", "-"),
        "zone": current_zone().key,
    }


@cache
def _said(_language: str) -> Markup:
    parties = words_of(incident_pb2.AwaitedParty.DESCRIPTOR).values()
    said = {
        "signs": signs_for_scripts(),
        "awaiting": {party: awaited_label(party) for party in parties},
        "words": {**span_words(), **_words(), "risk": risk_words()}
        | {f"target_{word}": label for word, label in risky_targets().items()},
    }
    return htmlsafe_json_dumps(said, dumps=json.dumps)


def _words() -> dict[str, str]:
    return {
        "unassigned": _("Unassigned"),
        "select": _("Select %(number)s"),
        "one_selected": _("1 selected"),
        "selected": _("%(num)s selected"),
        "pick_whole": _("Select all %(num)s"),
        "pick_first": _("Select the first %(most)s of %(num)s"),
        "pick_most": _("Select all that match, %(most)s at most"),
        "at_most": _("The first %(num)s are selected: so many can be worked on at once."),
        "untitled": _("(no subject)"),
        "unknown": _("Unknown"),
        "paused": _("Paused: %(party)s"),
        "live": _("Live"),
        "connecting": _("Connecting…"),
        "reconnecting": _("Reconnecting…"),
        "signed_out": _("Signed out"),
        "one_new": _("1 new"),
        "new": _("%(num)s new"),
        "order_changed": _("order changed"),
        "looks": _("%(name)s is looking at this"),
        "types": _("%(name)s is writing"),
        "assigned": _("%(number)s is yours now."),
        "not_now": _("This cannot be done with it now."),
        "failed": _("This did not work. Please try again."),
        "away": _("The server could not be reached. What you wrote is kept; try again in a moment."),
        "sign_in": _(
            "You are signed out. Sign in again in another tab, then repeat: what you wrote is kept."
        ),
        "draft_kept": _("Draft kept on this device"),
        "draft_found": _("Your draft is back"),
    }
