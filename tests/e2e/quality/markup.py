"""Whether what the server sent is valid HTML: parsed strictly, and the content rules that a parser does not know."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from xml.etree.ElementTree import Element

import html5lib
from html5lib.html5parser import ParseError

_HTML = "{http://www.w3.org/1999/xhtml}"
# The head's stands before any a drawing may have; that the page is valid and has one alone is looked at by itself.
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_SCRIPTING = frozenset({"script", "template"})
# What may stand only among words (HTML Living Standard, 3.2.5.2.5), as far as pages use it.
_PHRASES = (
    "a abbr b bdi bdo br button canvas cite code data datalist dfn em i img input kbd label mark meter noscript output "
    "progress q s samp script select small span strong sub sup svg template textarea time u var wbr"
)
_PHRASING = frozenset(_PHRASES.split())
# Elements whose content must be that; a summary or a legend may hold a heading besides.
_HOLDERS = "p h1 h2 h3 h4 h5 h6 span strong em b i small kbd code button label time abbr legend summary"
_WORDS_ALONE = frozenset(_HOLDERS.split())
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CHILDREN = {
    "ul": frozenset({"li"}),
    "ol": frozenset({"li"}),
    "menu": frozenset({"li"}),
    "dl": frozenset({"dt", "dd", "div"}),
    "select": frozenset({"option", "optgroup", "hr"}),
    "tr": frozenset({"td", "th"}),
}
_USABLE = frozenset({"a", "button", "input", "select", "textarea", "summary", "label", "details"})
_POINTERS = (
    "for", "list", "form", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-activedescendant",
)  # fmt: skip


def faults_of(text: str) -> list[str]:
    """What is wrong with a whole page."""
    try:
        root = html5lib.HTMLParser(strict=True).parse(text)
    except ParseError as error:
        return [f"HTML: {error}"]
    return [
        f"HTML: {fault}" for check in (_content, _ids, _frame, _drawn_whole, _inline) for fault in check(root)
    ]


def title_of(text: str) -> str:
    """The page's title."""
    found = _TITLE.search(text)
    return " ".join(unescape(found[1]).split()) if found else ""


def _name(element: Element) -> str:
    return str(element.tag).removeprefix(_HTML)


def _content(root: Element) -> Iterator[str]:
    for element in _own(root):
        parent = _name(element)
        for child in element:
            name = _name(child)
            if parent in _CHILDREN and name not in _CHILDREN[parent] | _SCRIPTING:
                yield f"<{name}> in <{parent}>"
            allowed = _PHRASING | (_HEADINGS if parent in ("summary", "legend") else frozenset())
            if parent in _WORDS_ALONE and _is_html(child) and name not in allowed:
                yield f"<{name}> in <{parent}>: {_words(element)}"
        if parent in ("a", "button"):
            within = {_name(each) for each in element.iter() if each is not element and _is_html(each)}
            yield from (f"<{name}> within <{parent}>: {_words(element)}" for name in within & _USABLE)


def _own(root: Element) -> Iterator[Element]:
    return (element for element in root.iter() if _is_html(element))


def _is_html(element: Element) -> bool:
    return isinstance(element.tag, str) and element.tag.startswith(_HTML)


def _words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())[:50]


def _ids(root: Element) -> Iterator[str]:
    ids = Counter(element.get("id") for element in root.iter() if element.get("id") is not None)
    yield from (f"id used twice: {name}" for name, times in ids.items() if times > 1)
    yield from (f"id that is none: {name!r}" for name in ids if not name or any(c.isspace() for c in name))
    for element in _own(root):
        for pointer in _POINTERS:
            for name in (element.get(pointer) or "").split():
                if name not in ids:
                    yield f"{pointer} points to {name}, which is not there"


def _frame(root: Element) -> Iterator[str]:
    names = Counter(_name(element) for element in _own(root))
    for name in ("title", "h1", "main"):
        if names[name] != 1:
            yield f"{names[name]} × <{name}>"
    if not root.get("lang"):
        yield "no language"


def _drawn_whole(root: Element) -> Iterator[str]:
    """A page that is drawn while it is being read moves what is seen already (HTML Living Standard: link type "expect")."""
    body = root.find(f"{_HTML}body")
    last = body[-1].get("id") if body is not None and len(body) else None
    waits = [
        link
        for link in root.iter(f"{_HTML}link")
        if link.get("rel") == "expect" and link.get("blocking") == "render"
    ]
    if last is None or [link.get("href") for link in waits] != [f"#{last}"]:
        yield "is drawn before its end is there"


def _inline(root: Element) -> Iterator[str]:
    """The policy refuses it, and a page that needs it would break silently."""
    for element in root.iter():
        if any(str(name).startswith(("on", "hx-on")) or name == "style" for name in element.attrib):
            yield f"inline style or script on <{_name(element)}>"
        if _name(element) == "style":
            yield "a <style>"
