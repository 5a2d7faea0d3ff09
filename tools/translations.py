"""Brings the catalogs of the gateway's pages up to date: services/gateway/locales/<language>/LC_MESSAGES/messages.po.

`python tools/translations.py` collects every `_("…")` and `ngettext(…)` of templates and page modules, keeps what is
translated, adds what is new with an empty translation, and drops what no page says any more. It lists what still
lacks a translation. The gateway reads the .po files itself; nothing is compiled.
"""

import io
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
GATEWAY = ROOT / "services" / "gateway"
LOCALES = GATEWAY / "locales"
_METHODS = [("pages/**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
_OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false"}}


def messages() -> Catalog:
    """Everything that pages say, with the places that say it."""
    catalog = Catalog(charset="utf-8")
    found = extract_from_dir(
        str(GATEWAY),
        _METHODS,
        _OPTIONS,
        keywords={"_": None, "gettext": None, "ngettext": (1, 2)},
        comment_tags=("Translators:",),
    )
    for file, _line, message, comments, context in found:
        # Without line numbers a catalog changes only when its words do.
        catalog.add(message, locations=[(file, None)], auto_comments=comments, context=context)
    return catalog


def catalog_of(language: str) -> Catalog:
    """A language's committed catalog; an empty one where there is none."""
    path = LOCALES / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as source:
        return read_po(source, locale=language)


def missing(language: str) -> list[str]:
    """What people would read untranslated, sorted."""
    known = catalog_of(language)
    lacking = []
    for message in messages():
        if not message.id:
            continue
        translated = known.get(message.id)
        if translated is None or translated.fuzzy or not all(_texts(translated)):
            lacking.append(str(message.id))
    return sorted(lacking)


def update(language: str) -> None:
    """Rewrites a language's catalog in the order of its messages."""
    catalog = catalog_of(language)
    catalog.update(messages(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.project, catalog.version = "fairlead", ""
    catalog.header_comment = f"# Words of the pages, {language}."
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    if language == "fr":
        for message in catalog:
            texts = tuple(_typeset(text) for text in _texts(message))
            message.string = texts if isinstance(message.id, tuple) else texts[0]
    catalog.fuzzy = False
    catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = ""
    text = io.BytesIO()
    write_po(text, catalog, width=110, sort_output=True, omit_header=False)
    path = LOCALES / language / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.getvalue())


def _texts(message: Message) -> tuple[str, ...]:
    """The translation: one text, or one for each plural form."""
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


def _typeset(text: str) -> str:
    """French with the spaces that do not break before : ; ? ! and inside « »."""
    return re.sub(r" ([:;?!»])", "\u00a0\\1", text).replace("« ", "«\u00a0")


def main() -> int:
    """Updates both catalogs and names what French lacks."""
    for language in ("en", "fr"):
        update(language)
    lacking = missing("fr")
    for message in lacking:
        print(message)
    print(f"{len(lacking)} without a French translation", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
