"""The process that prints one statement: JSON on standard input, a PDF on standard output.

    python -m services.sla.clients.printing_child MEMORY_BYTES

It fetches nothing: the document has no images and no addresses to follow, and the fetcher refuses whatever might ask.
"""

import json
import re
import resource
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, get_currency_precision
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.sla.clients.printed_words import WORDS

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_TEMPLATES = Path(__file__).parent / "templates"


class Reader:
    """How one reader sees values: language, zone, currency."""

    def __init__(self, locale: str, zone: str) -> None:
        self.locale = locale if locale in WORDS else "en"
        self._zone = ZoneInfo(zone)

    def say(self, name: str) -> str:
        """A word or sentence; what is not known is said as it is."""
        return WORDS[self.locale].get(name, name)

    def time(self, text: str | None) -> str:
        if not text:
            return "–"
        return format_datetime(self._local(text), "short", locale=self.locale)

    def day(self, text: str) -> str:
        return format_date(self._local(text).date(), "long", locale=self.locale)

    def month(self, text: str) -> str:
        shown = format_date(self._local(text).date(), "LLLL y", locale=self.locale)
        return shown[:1].upper() + shown[1:]

    def money(self, minor: int, currency: str) -> str:
        exact = Decimal(minor).scaleb(-get_currency_precision(currency))
        return format_currency(exact, currency, locale=self.locale)

    def count(self, number: int) -> str:
        return format_decimal(number, locale=self.locale)

    def percent(self, bp: int | None) -> str:
        if bp is None:
            return "–"
        return format_decimal(bp / 100, "0.00", locale=self.locale) + " %"

    def span(self, seconds: int) -> str:
        hours, rest = divmod(seconds, 3600)
        minutes = rest // 60
        if not hours and not minutes:
            return f"{seconds} s"
        return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"

    def _local(self, text: str) -> datetime:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(self._zone)


def page(asked: dict[str, Any]) -> str:
    """The document as HTML."""
    content, brand = asked["content"], asked["brand"]
    reader = Reader(brand["locale"], content["period"]["time_zone"])
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    colors = {
        name: brand[name] if _COLOR.fullmatch(brand[name]) else fallback
        for name, fallback in (("primary_color", "#1e3a8a"), ("accent_color", "#9a3412"))
    }
    return environment.get_template("statement.html").render(
        content={"totals": {}, "credits": [], "credit_minor": 0, "credit_terms": None, **content},
        lines=asked["lines"],
        brand=brand,
        colors=colors,
        say=reader.say,
        reader=reader,
    )


def _fetch_nothing(url: str, *_: Any, **__: Any) -> dict[str, Any]:
    raise ValueError(f"a statement refers to nothing: {url[:80]}")


def main(memory: int) -> None:
    """Prints one document."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Imported late: the other functions of this module are tested without it.
    from weasyprint import HTML

    document = HTML(string=page(json.load(sys.stdin)), url_fetcher=_fetch_nothing)
    sys.stdout.buffer.write(document.write_pdf())


if __name__ == "__main__":
    main(int(sys.argv[1]))
