"""How templates take macros from one another and call what they are given: Jinja's ways, without detours.

A page of the console imports a dozen times and calls several hundred times; half of what drawing it took was spent
between the template and the function. Both classes leave what they do not know to Jinja.
"""

from collections.abc import MutableMapping
from functools import lru_cache
from types import FunctionType, MethodType
from typing import Any

from flask import Flask
from jinja2 import Template
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

_FUNCTIONS = frozenset({FunctionType, MethodType, type(lru_cache(lambda: None))})


class OneModule(Template):
    """A template whose macros are made once for the app.

    Jinja asks with each `{% from … import … %}` whether the template that imports was given globals of its own, by
    comparing all names of both: a tenth of a millisecond each. Ours never are.
    """

    @classmethod
    def _from_namespace(cls, environment: Any, namespace: Any, globals: Any) -> Template:
        # What the template's own code calls for each of its outputs: five hundred times a page.
        namespace["escape"] = _escaped
        return super()._from_namespace(environment, namespace, globals)

    def _get_default_module(self, ctx: Any = None) -> Any:
        return super()._get_default_module() if self._module is None else self._module


def _escaped(value: Any) -> Markup:
    """As markupsafe's `escape`, which asks and copies also what is safe already: most of what a page puts together."""
    return value if type(value) is Markup else escape(value)


class QuickContext(Context):
    """A context that calls a plain function right away: it neither wants the context nor is a callable object. A macro
    only wants to know whether to escape, and knows what it was made with.
    """

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as Jinja names them
        kind = type(__obj)
        if kind is not Macro and (kind not in _FUNCTIONS or hasattr(__obj, "jinja_pass_arg")):
            return super().call(__obj, *args, **kwargs)
        if kwargs:
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
        return __obj(*args, **kwargs)


def add_templates(app: Flask) -> None:
    """Lets the app's templates be such ones. Call it before any is read."""
    environment = app.jinja_env
    environment.template_class = OneModule
    environment.context_class = QuickContext
    # A chain of one's own globals and the app's is copied name by name for each page and each include; a dict is not.
    chained = environment.make_globals

    def make_globals(own: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return chained(own) if own else environment.globals

    environment.make_globals = make_globals  # type: ignore[method-assign, assignment]  # Jinja has no other place for it
