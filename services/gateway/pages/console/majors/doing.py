"""Changing major incidents: once, with refusals in their own words."""

from collections.abc import Callable
from typing import Any

from chassis.errors import FairleadError, PermissionDenied
from services.gateway.pages.console.admin.doing import Again, Refused, submitted
from services.gateway.pages.console.majors.said import refused_words, time_words
from services.gateway.pages.language import gettext as _


def _of_what(error: FairleadError) -> str:
    """What it is about, where the reason alone leaves that open."""
    if named := error.values.get("placeholder", ""):
        return f" {{{named}}}"
    known = time_words()
    earlier, later = (known.get(error.values.get(name, "")) for name in ("earlier", "later"))
    if earlier and later:
        return " " + _("“%(later)s” would come before “%(earlier)s”.", later=later, earlier=earlier)
    return ""


def done_once(do: Callable[[], str], again: Again) -> Any:
    """As `submitted`, and what is refused for a reason of its own says so above the page, or beside its field."""

    def tried() -> str:
        try:
            return do()
        except FairleadError as error:
            words = refused_words().get(error.reason)
            if words is None or (isinstance(error, PermissionDenied) and error.reason != "grant_missing"):
                raise
            raise Refused(form=words + _of_what(error)) from error

    return submitted(tried, again)
