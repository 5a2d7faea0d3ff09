"""Macros: actions under a name, with texts in each language, to be done to one incident or to many.

A macro is looked at before it is done, and done as a bulk action is: held for some seconds, then step by step.
"""

from services.gateway.bulk.macros.macro import (
    Assign,
    Classify,
    Hold,
    Macro,
    MacroAction,
    Note,
    Prioritize,
    Reply,
    Resolve,
    check_macro,
)
from services.gateway.bulk.macros.placeholders import PLACEHOLDERS
from services.gateway.bulk.macros.planning import Planner, language_sent
from services.gateway.bulk.macros.store import Macros, may_write

__all__ = [
    "PLACEHOLDERS",
    "Assign",
    "Classify",
    "Hold",
    "Macro",
    "MacroAction",
    "Macros",
    "Note",
    "Planner",
    "Prioritize",
    "Reply",
    "Resolve",
    "check_macro",
    "language_sent",
    "may_write",
]
