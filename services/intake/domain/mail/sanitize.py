"""The HTML of a mail made harmless: no scripts, no styles, nothing that is fetched from elsewhere when it is shown."""

import re

import nh3

_TAGS = {
    *(
        "a",
        "abbr",
        "acronym",
        "address",
        "b",
        "bdi",
        "bdo",
        "big",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
    ),
    *(
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
    ),
    *(
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
    ),
    *(
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
    ),
    *("tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr"),
}
_DROPPED_WHOLE = {
    "script",
    "style",
    "title",
    "template",
    "noscript",
    "object",
    "svg",
    "math",
    "iframe",
    "textarea",
}
_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign"},
    "ol": {"start", "type"},
    "font": {"color"},
    "time": {"datetime"},
}
_SCHEMES = {"http", "https", "mailto", "tel", "cid", "data"}
_OWN_IMAGE = re.compile(r"\s*(cid:|data:image/(png|jpeg|jpg|gif|webp|bmp);base64,)", re.I)
_LINK = re.compile(r"\s*(https?:|mailto:|tel:)", re.I)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:\-]{0,40})[^<>]{0,4096}>")
# Elements that close themselves, or never hold others: no measure of how deep it goes.
_SHALLOW = frozenset(
    [
        "area",
        "br",
        "col",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "wbr",
        "p",
        "li",
        "td",
        "th",
        "tr",
        "dd",
        "dt",
        "option",
    ]
)
# Beyond it the time that a parser takes grows with the square of the depth.
_DEEPEST = 1_500


def sanitized(html: str) -> str | None:
    """HTML that is safe to show; None when it is nested so deeply that no person wrote it."""
    if _is_too_deep(html):
        return None
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_DROPPED_WHOLE,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    ).strip()


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        # Whatever is not in the mail itself would tell its sender that, when and where it was read.
        return value if _OWN_IMAGE.match(value) else None
    if name == "href":
        return value if _LINK.match(value) else None
    return value


def _is_too_deep(html: str) -> bool:
    if html.count("<") <= _DEEPEST:
        return False
    open_by_name: dict[str, int] = {}
    depth = 0
    for match in _TAG.finditer(html):
        name = match[2].lower()
        if name in _SHALLOW:
            continue
        before = open_by_name.get(name, 0)
        after = max(before - 1, 0) if match[1] else before + 1
        open_by_name[name] = after
        depth += after - before
        if depth > _DEEPEST:
            return True
    return False
