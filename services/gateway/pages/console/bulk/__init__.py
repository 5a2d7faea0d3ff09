"""One action on many incidents, or a macro on one: choose, look at what it would do, let it be done.

`doing` (what an action comes to on one incident), `lines` (a row, before and after), `pages` (the form and its steps).
"""

from services.gateway.pages.console.bulk.pages import bulk

__all__ = ["bulk"]
