"""Routes whose builders of addresses are made when the first address is built.

Werkzeug writes and compiles two functions for each rule as it is added: of our some 290 rules that is five sixths of the
time in which an app is made, and our pages write their addresses themselves.
"""

from collections.abc import Callable
from functools import cache, partial

from flask import Flask
from werkzeug.routing import Rule


class LateRule(Rule):
    """A rule as any other, ready sooner."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made = cache(partial(super()._compile_builder, append_unknown))
        return lambda rule, *args, **kwargs: made()(rule, *args, **kwargs)


class LateFlask(Flask):
    """Flask with such rules."""

    url_rule_class = LateRule
