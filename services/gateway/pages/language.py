"""The language of a page: which, and its words.

Chosen in this order: `?lang=fr` (kept in a cookie), that cookie, the person's own, the client's, what the browser asks
for. Words come from locales/<language>/LC_MESSAGES/messages.po, read once at start; what has no translation stays
English. In templates `_("Reply")`, `_("Due %(when)s", when=…)`, `ngettext("%(num)s result", "%(num)s results", n)`;
in Python `from services.gateway.pages.language import gettext as _`.
"""

import io
from collections.abc import Callable
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, Response, g, request
from markupsafe import Markup

from chassis.errors import FairleadError
from services.gateway.auth.access import current_person, current_session
from services.gateway.auth.context import gateway
from services.gateway.pages.place import portal_tenant

LANGUAGES = {"en": "English", "fr": "Français"}
LOCALES = Path(__file__).resolve().parent.parent / "locales"
COOKIE = "fairlead-lang"
Words = TypeVar("Words")
# What `g` stands for: a page asks a hundred times, and each look through the proxy costs five.
of_page: Callable[[], Any] = g._get_current_object
_YEAR = 365 * 24 * 3600


def current_language() -> str:
    """The language of the page being made: a key of LANGUAGES."""
    known: str | None = of_page().get("language")
    if known is None:
        known = g.language = _chosen() or "en"
    return known


def use_language(language: str) -> None:
    """Sets the language of this response and keeps it for the browser."""
    g.language = g.kept_language = language


def gettext(message: str, **values: Any) -> str:
    """The message in the page's language; %(name)s are filled from `values`."""
    translated = _translated(current_language(), message)
    return translated % values if values else translated


def ngettext(singular: str, plural: str, num: int, **values: Any) -> str:
    """The singular or plural message in the page's language; %(num)s is the number."""
    translated = _translations(current_language()).ungettext(singular, plural, num)
    return translated % {"num": num, **values}


def in_each_language(make: Callable[[], Words]) -> Callable[[], Words]:
    """What says nothing but words (a table of labels) is made once for each language; nobody may change it."""
    made: dict[str, Words] = {}

    @wraps(make)
    def known() -> Words:
        language = current_language()
        if language not in made:
            made[language] = make()
        return made[language]

    return known


def add_language(app: Flask) -> None:
    """Gives templates `_`, `ngettext`, `language()` and `LANGUAGES`."""
    app.jinja_env.globals.update(
        _=_in_markup,
        ngettext=_in_markup_by_number,
        language=current_language,
        LANGUAGES=LANGUAGES,
        language_address=language_address,
    )
    # A page's own templates are given `_` in the page's language; macros that are imported ask for the language.
    app.context_processor(lambda: {"_": _in_markup_of(current_language())})
    app.after_request(_keep)


# What Jinja's own extension does for `_`, without its three calls for each word: a page of the console has hundreds.
def _in_markup(message: str, **values: Any) -> Markup:
    """The message in the page's language, ready to stand in HTML; values are escaped as they are filled in."""
    return _in_markup_of(current_language())(message, **values)


@cache
def _in_markup_of(language: str) -> Callable[..., Markup]:
    known: dict[str, Markup] = {}

    def in_markup(message: str, **values: Any) -> Markup:
        shown = known.get(message)
        if shown is None:
            shown = known[message] = Markup(_translations(language).ugettext(message))  # noqa: S704 - our own words
        return shown % values if values or "%" in shown else shown

    return in_markup


def _in_markup_by_number(singular: str, plural: str, num: int, **values: Any) -> Markup:
    translated = _translations(current_language()).ungettext(singular, plural, num)
    return Markup(translated) % {"num": num, **values}  # noqa: S704 - our own words; values are escaped


def language_address(language: str) -> str:
    """This page's address in another language; after a form was refused, the address it was sent to."""
    query = [
        (name, value) for name, value in request.args.items(multi=True) if name not in ("lang", "fragment")
    ]
    # A path that begins with two slashes would name another site.
    return f"/{request.path.lstrip('/')}?{urlencode([*query, ('lang', language)])}"


@lru_cache(maxsize=8_192)
def _translated(language: str, message: str) -> str:
    return _translations(language).ugettext(message)


@cache
def _translations(language: str) -> Translations:
    with (LOCALES / language / "LC_MESSAGES" / "messages.po").open("rb") as source:
        catalog = read_po(source, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def _chosen() -> str | None:
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    kept = request.cookies.get(COOKIE, "")
    if kept in LANGUAGES:
        return kept
    for wish in (_of_person, _of_tenant):
        try:
            known = wish().partition("-")[0]
        except FairleadError:
            continue  # an error page still needs a language while the directory is away
        if known in LANGUAGES:
            return known
    return request.accept_languages.best_match(list(LANGUAGES))


def _of_person() -> str:
    about = g.get("page_person")  # a password link's, who is not signed in yet
    if about:
        return about.locale
    return current_person().locale if current_session() else ""


def _of_tenant() -> str:
    tenant = portal_tenant()
    return tenant.locale if tenant else ""


def _keep(response: Response) -> Response:
    kept = g.get("kept_language") or request.args.get("lang", "")
    if kept in LANGUAGES:
        secure = gateway().settings.secure_cookies
        response.set_cookie(COOKIE, kept, max_age=_YEAR, secure=secure, httponly=True, samesite="Lax")
    return response
