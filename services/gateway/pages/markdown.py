"""Articles' Markdown (CommonMark, and tables) as HTML that can do no harm.

Raw HTML stays text, scripts and remote images do not survive, and headings begin at the second level, since the page's
own heading is the first.
"""

from functools import cache
from typing import TYPE_CHECKING

import nh3
from markupsafe import Markup

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "s"),
    *("code", "pre", "blockquote", "a", "table", "thead", "tbody", "tr", "th", "td"),
}


@cache
def _markdown() -> "MarkdownIt":
    # Made when the first article is shown: its tables are a megabyte.
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])


def to_html(text: str) -> Markup:
    """The article's body, ready for a page."""
    markdown = _markdown()
    tokens = markdown.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 1)}"
    html = markdown.renderer.render(tokens, markdown.options, {})
    return Markup(  # noqa: S704 — cleaned here
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href", "title"}, "ol": {"start"}},
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel="noopener noreferrer",
        )
    )
