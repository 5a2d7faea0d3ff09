"""HTML mail to the text a person reads. Quotations become lines that begin with ">", as in plain mail."""

import re
from html import unescape

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_PARAGRAPHS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "table", "pre"])
_UNSEEN = frozenset(["script", "style", "title", "head", "template", "noscript", "object", "svg"])
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:\-]{0,40})")
_ATTRIBUTE = re.compile(
    r"""\b(class|id|alt)\s{0,20}=\s{0,20}("[^"]{0,1000}"|'[^']{0,1000}'|[^\s"'>]{1,1000})""", re.IGNORECASE
)
_ATTRIBUTES_LENGTH = 4_096
_QUOTE_CLASSES = ("gmail_quote", "yahoo_quoted", "protonmail_quote", "zmail_extra")
_HIDES = re.compile(
    r"display\s{0,9}:\s{0,9}none|mso-hide\s{0,9}:\s{0,9}all|visibility\s{0,9}:\s{0,9}hidden", re.I
)
_HIDING_TAG = re.compile(
    r"<(div|span|p|td|tr|table|font)\b[^<>]{0,2000}?\bstyle\s{0,9}=\s{0,9}"
    r"(?:\"[^\"<>]{0,2000}?|'[^'<>]{0,2000}?)(?:display\s{0,9}:\s{0,9}none|mso-hide\s{0,9}:\s{0,9}all|visibility\s{0,9}:\s{0,9}hidden)"
    r"[^<>]{0,2000}>",
    re.I,
)
_MAX_HIDDEN = 200
_HIDDEN_WITHIN = 20_000
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
_MANY_BREAKS = re.compile(r"\n{3,}")


def html_to_text(html: str) -> str:
    """The text of an HTML body. Scripts, styles and comments are gone; links keep their text.

    Reads the markup itself: a full HTML 5 parser is quadratic in the depth of nesting (200,000 open divs took one
    110 s), and here nothing has to be rendered.
    """
    reader = _Reader()
    html = _shown(html)
    position, end = 0, len(html)
    while position < end:
        opening = html.find("<", position)
        if opening < 0:
            break
        reader.data(html[position:opening])
        position = _read_markup(html, opening, reader)
    reader.data(html[position:])
    return reader.result()


def _shown(html: str) -> str:
    """Without what a style hides: the line that shops write for the list of mails, and what is only for some readers."""
    if not _HIDES.search(html):
        return html
    kept: list[str] = []
    position = 0
    for _ in range(_MAX_HIDDEN):
        opening = _HIDING_TAG.search(html, position)
        if not opening:
            break
        end = _end_of(html, opening)
        kept.append(html[position : opening.start() if end else opening.end()])
        position = end or opening.end()
    return "".join([*kept, html[position:]])


def _end_of(html: str, opening: re.Match[str]) -> int:
    """Behind the tag that closes this one; 0 when none does soon."""
    depth = 1
    for tag in re.compile(rf"<(/?){opening[1]}\b[^>]{{0,2000}}>", re.I).finditer(
        html, opening.end(), opening.end() + _HIDDEN_WITHIN
    ):
        depth += -1 if tag[1] else 1
        if not depth:
            return tag.end()
    return 0


def _read_markup(html: str, opening: int, reader: "_Reader") -> int:
    """Takes in what begins at this "<"; where to go on. Never looks twice at what it passes."""
    if html.startswith("<!--", opening):
        closing = html.find("-->", opening + 4)
        return len(html) if closing < 0 else closing + 3
    tag = _TAG.match(html, opening)
    closing = html.find(">", opening) if tag or html.startswith(("<!", "<?"), opening) else -1
    if closing < 0:
        if tag:
            return len(html)  # a tag that never ends: nothing after it can be one
        reader.data("<")
        return opening + 1
    if tag is None:
        return closing + 1
    if html.count('"', opening, closing) % 2:
        # A ">" inside a quoted value; a quotation mark that never closes is only looked for nearby.
        quote = html.find('"', closing, closing + _ATTRIBUTES_LENGTH)
        closing = html.find(">", quote, quote + _ATTRIBUTES_LENGTH) if quote >= 0 else closing
        closing = closing if closing >= 0 else html.find(">", opening)
    name = tag[2].lower()
    if tag[1]:
        reader.end(name)
    elif name in _UNSEEN:
        found = re.compile(f"</{name}", re.IGNORECASE).search(html, closing)
        return found.start() if found else len(html)
    else:
        reader.start(name, html[tag.end() : min(closing, tag.end() + _ATTRIBUTES_LENGTH)])
    return closing + 1


class _Reader:
    """Turns a stream of tags and text into lines. Tags may be nested wrongly, or never closed."""

    def __init__(self) -> None:
        self._lines: list[tuple[int, str]] = []
        self._line: list[str] = []
        self._quotes = 0
        self._open: list[tuple[str, bool]] = []
        self._pre = 0

    def start(self, tag: str, attributes: str) -> None:
        if tag == "br":
            self._break()
            return
        named = {
            match[1].lower(): unescape(match[2].strip("\"'")) for match in _ATTRIBUTE.finditer(attributes)
        }
        if tag == "img":
            if named.get("alt", "").strip():
                self._line.append(f"[{named['alt'].strip()}]")
            return
        quote = tag == "blockquote" or self._is_quote(named)
        if not (quote or tag in _BLOCKS):
            return
        if tag not in ("td", "th"):
            self._finish()
        elif self._line:
            self._line.append("  ")
        if tag in _PARAGRAPHS:
            self._gap()
        if tag == "li":
            self._line.append("- ")
        self._quotes += quote
        self._pre += tag == "pre"
        self._open.append((tag, quote))

    def end(self, tag: str) -> None:
        if all(open_tag != tag for open_tag, _ in self._open[-64:]):
            return
        while self._open:
            open_tag, quote = self._open.pop()
            if open_tag not in ("td", "th"):
                self._finish()
            if open_tag in _PARAGRAPHS:
                self._gap()
            self._quotes -= quote
            self._pre -= open_tag == "pre"
            if open_tag == tag:
                return

    def data(self, data: str) -> None:
        if not data:
            return
        data = unescape(data).replace("\r\n", "\n").replace("\r", "\n")
        if self._pre:
            first, *others = data.split("\n")
            self._line.append(first)
            for line in others:
                self._break()
                self._line.append(line)
        else:
            self._line.append(_SPACES.sub(" ", data))

    def result(self) -> str:
        self._finish()
        lines = [f"{'>' * quotes} {line}".rstrip() if quotes else line for quotes, line in self._lines]
        return _MANY_BREAKS.sub("\n\n", "\n".join(lines)).strip()

    @staticmethod
    def _is_quote(attributes: dict[str, str]) -> bool:
        names = f"{attributes.get('class', '')} {attributes.get('id', '')}"
        # Gmail wraps attribution and quotation in one div; the attribution line is recognized as text.
        return any(name in names for name in _QUOTE_CLASSES) and "gmail_quote_container" not in names

    def _finish(self) -> None:
        if "".join(self._line).strip():
            self._break()
        else:
            self._line.clear()

    def _break(self) -> None:
        line = "".join(self._line)
        line = line if self._pre else re.sub(r" {3,}", "  ", line).strip()
        self._lines.append((min(self._quotes, 20), line))
        self._line.clear()

    def _gap(self) -> None:
        if self._lines and self._lines[-1][1]:
            self._lines.append((min(self._quotes, 20), ""))
