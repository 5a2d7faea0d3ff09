"""The newly written part of an HTML mail: mail programs mark what they quote by containers, long before any words.

One pass over the tags, without building a tree: nesting may be wrong or bottomless. Containers of history are left out,
quotations stay as such for `cutting` to decide on, and what then remains is read as text.
"""

import re
from dataclasses import dataclass, field

from services.intake.domain.mail.html import html_to_text
from services.intake.domain.mail.reply.cutting import LEFT_OUT, reply_text

_TAG = re.compile(r"<(/?)([a-z][a-z0-9]{0,20}(?::[a-z]{1,20})?)", re.I)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_VOID = frozenset(
    ["br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr"]
)
_RAW = frozenset(["script", "style", "title", "textarea"])
_ATTRIBUTES_LENGTH = 4_096
_DEPTH = 2_000
_MUTED = ("history", "signature", "attribution")
# Left out with all they hold.
_HISTORY = re.compile(
    r"\b(yahoo_quoted|yahooquoted|protonmail_quote|zmail_extra|zmail_extra_hr|freshdesk_quote|zd-quote|sh-quoted-content|"
    r"messagereplysection|mail-editor-reference-message-container|olk_src_body_section|history_container|"
    r"front-blockquote|aolmail_msg|aolmsgpart|hs_reply|quoted-?content|quoted_reply|__quoted_text__|intercom-quote|"
    r"gmail_quote_history|tutanota_quote|bloop_original_html|original_message|replyquote|moz-email-headers-table|"
    r"wmquote|x_yahoo_quoted|x_protonmail_quote|mailbird_quote|fastmail-quote|qt-quote|notion-quote)\b|"
    r"\bname\s?=\s?[\"']?quote\b|\btype\s?=\s?[\"']?quoted",
    re.I,
)
# From here to the end of the mail all is history.
_CUTS = re.compile(
    r"\b(x_)?(divrplyfwdmsg|stopspelling|zwchr|outlookmessageheader|__divider__|replysplit|lotusreply|msg-?separator)\b",
    re.I,
)
# Outlook's line above the head of the mail that is answered, and Windows Mail's.
_OUTLOOK_LINE = re.compile(
    r"border(-top)?\s?:\s?(none;\s?border-top\s?:\s?)?solid\s?(#(e1e1e1|b5c4df|e5e5e5)|rgb\(225, ?225, ?225\)|windowtext)|"
    r"border-top-color\s?:\s?rgb\(229, ?229, ?229\)|border-top\s?:\s?(1pt|1\.0pt|1px|\d{1,2}\.?\d?(px|pt))? ?solid "
    r"(rgb\((225|181|229), ?(225|196|229), ?(225|223|229)\)|#(e1e1e1|b5c4df|e5e5e5))",
    re.I,
)
_SIGNATURES = re.compile(
    r"\b(gmail_signature|moz-signature|applemailsignature|apple-mail-signature|ms-outlook-mobile-signature|"
    r"protonmail_signature_block|composer_signature|signature_block|x_signature|sh-signature|edo-signature|"
    r"aolmail_signature|mobile-signature|outlooksignature|zimbra_signature)\b|\bid\s?=\s?[\"']?(x_)?signature[\"'\s>]|"
    r"data-marker\s?=\s?[\"']?__sig_pre__",
    re.I,
)
_ATTRIBUTIONS = re.compile(
    r"\b(gmail_attr|moz-cite-prefix|airmail_on|reply-intro|x_gmail_attr|moz-cite-header)\b", re.I
)
_GMAIL = re.compile(r"\bgmail_quote\b", re.I)
_QUOTE_STYLE = re.compile(r"border-left\s?:[^;\"']{0,60}\bsolid\b|border-left-style\s?:\s?solid", re.I)
_FORWARD = re.compile(
    r"moz-forward-container|-{5,12}\s{0,3}\w{3,20}[ \w]{0,20}\s{0,3}-{5,12}|forwarded message", re.I
)


@dataclass(slots=True)
class _Element:
    name: str
    kind: str


@dataclass(slots=True)
class _Output:
    """What stays. muted: how many open elements are left out."""

    pieces: list[str] = field(default_factory=list)
    muted: int = 0
    says_something: bool = False

    def add(self, piece: str) -> None:
        if not self.muted:
            self.pieces.append(piece)

    def text(self, piece: str) -> None:
        self.add(piece)
        if not self.muted and not self.says_something:
            self.says_something = bool(piece.replace("&nbsp;", "").strip(" \t\r\n\xa0"))


def reply_text_of_html(html: str) -> str:
    """The newly written part; the whole text when the markup calls everything history."""
    html = _CONTROLS.sub("", html)
    kept = _without_history(html)
    written = reply_text(html_to_text(kept))
    if written:
        return written
    whole = html_to_text(html)
    return "" if kept != html and _only_quotes(html) else reply_text(whole) or whole


def _only_quotes(html: str) -> bool:
    """A reply into which nothing was written: its quotation is marked by a program, so that nothing can be lost."""
    head = html[:20_000]
    return bool(_GMAIL.search(head) or _HISTORY.search(head)) and not _FORWARD.search(head)


def _without_history(html: str) -> str:
    output = _Output()
    stack: list[_Element] = []
    position, end = 0, len(html)
    while position < end:
        opening = html.find("<", position)
        if opening < 0:
            break
        output.text(html[position:opening])
        position = opening
        tag = _TAG.match(html, opening)
        if tag is None:
            closing = _comment_end(html, opening)
            output.add(html[opening:closing])
            position = closing
            continue
        closing = _tag_end(html, opening)
        name = tag[2].lower()
        if tag[1]:
            _close(stack, name, output, html[opening:closing])
        else:
            cut = _open(stack, name, html, opening, closing, output)
            if cut:
                return "".join(output.pieces)
        position = closing
        if name in _RAW and not tag[1]:
            found = re.compile(f"</{name}", re.I).search(html, closing)
            position = found.start() if found else end
            output.add(html[closing:position])
    output.text(html[position:])
    return "".join(output.pieces)


def _comment_end(html: str, opening: int) -> int:
    if html.startswith("<!--", opening):
        found = html.find("-->", opening + 4)
        return len(html) if found < 0 else found + 3
    return opening + 1


def _tag_end(html: str, opening: int) -> int:
    """Behind the ">" of a tag; quotation marks may hide one."""
    found = html.find(">", opening)
    if found < 0:
        return len(html)
    if html.count('"', opening, min(found, opening + _ATTRIBUTES_LENGTH)) % 2:
        quote = html.find('"', found, found + _ATTRIBUTES_LENGTH)
        further = html.find(">", quote, quote + _ATTRIBUTES_LENGTH) if quote >= 0 else -1
        found = further if further >= 0 else found
    return found + 1


def _open(stack: list[_Element], name: str, html: str, opening: int, closing: int, output: _Output) -> bool:
    """True when everything from here on is history."""
    attributes = html[opening + len(name) + 1 : min(closing, opening + _ATTRIBUTES_LENGTH)]
    kind = _kind(name, attributes)
    if kind == "cut":
        if not output.muted and output.says_something:
            return True
        kind = ""
    written = html[opening:closing]
    if kind == "gmail":
        # Answers may stand between what it quotes; without that it holds nothing new.
        kind = "" if _has_forward(html, closing) or _has_blockquote(html, closing) else "history"
        written = f"<{name}>"
    if kind in ("history", "attribution") and _has_forward(html, closing):
        kind = ""
    if kind == "quote":
        written = "<blockquote>"
    if kind in ("history", "attribution"):
        output.add(f"<div>{LEFT_OUT}</div>")
    output.muted += kind in _MUTED
    output.add(written)
    if name not in _VOID and not html.startswith("/>", closing - 2) and len(stack) < _DEPTH:
        stack.append(_Element(name, kind))
    else:
        output.muted -= kind in _MUTED
    return False


def _kind(name: str, attributes: str) -> str:
    if not attributes.strip(" />"):
        return ""
    if _CUTS.search(attributes) or (name == "div" and _OUTLOOK_LINE.search(attributes)):
        return "cut"
    if name == "hr":
        return ""
    if _HISTORY.search(attributes):
        return "history"
    if _SIGNATURES.search(attributes):
        return "signature"
    if _ATTRIBUTIONS.search(attributes):
        return "attribution"
    if name == "div" and _GMAIL.search(attributes):
        return "gmail"
    if name in ("div", "td", "p") and _QUOTE_STYLE.search(attributes):
        return "quote"
    return ""


def _close(stack: list[_Element], name: str, output: _Output, written: str) -> None:
    if all(one.name != name for one in stack[-64:]):
        output.add(written)
        return
    while stack:
        element = stack.pop()
        if element.kind in _MUTED:
            output.muted -= 1
        elif element.kind == "quote":
            output.add("</blockquote>")
        elif element.name == name:
            output.add(written)
        if element.name == name:
            return


def _has_forward(html: str, position: int) -> bool:
    return bool(_FORWARD.search(html, position, position + 600))


def _has_blockquote(html: str, position: int) -> bool:
    return html.find("<blockquote", position, position + 5_000) >= 0
