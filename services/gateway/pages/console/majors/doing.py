"""Changing major incidents: once, with refusals in their own words."""

from collections.abc import Callable
from typing import Any

from chassis.errors import FairleadError, PermissionDenied
from services.gateway.pages.console.admin.doing import Again, Refused, submitted
from services.gateway.pages.console.majors.said import refused_words


def done_once(do: Callable[[], str], again: Again) -> Any:
    """As `submitted`, and what is refused for a reason of its own says so above the page, or beside its field."""

    def tried() -> str:
        try:
            return do()
        except FairleadError as error:
            words = refused_words().get(error.reason)
            if words is None or (isinstance(error, PermissionDenied) and error.reason != "grant_missing"):
                raise
            named = error.values.get("placeholder", "")
            raise Refused(form=f"{words} {{{named}}}" if named else words) from error

    return submitted(tried, again)
