"""Rich text as Outlook wraps it (MS-OXRTFCP, RTF 1.9): unpacked, and read as text, or as the HTML it was made of."""

import re
from dataclasses import dataclass, field, replace

from services.intake.domain.mail import charsets

_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_WINDOW = 4_096
_LARGEST = 2_097_152
_COMPRESSED, _STORED = b"LZFu", b"MELA"
_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]{1,4096})|[\r\n]+"
)
_UNREAD = frozenset(
    [
        "colortbl",
        "stylesheet",
        "info",
        "pict",
        "object",
        "header",
        "footer",
        "footnote",
        "themedata",
        "datastore",
    ]
)
_CODEPAGES = {
    0: 1252,
    128: 932,
    129: 949,
    134: 936,
    136: 950,
    161: 1253,
    162: 1254,
    163: 1258,
    177: 1255,
    178: 1256,
    186: 1257,
    204: 1251,
    222: 874,
    238: 1250,
}
_SIGNS = {
    "par": "\n",
    "line": "\n",
    "row": "\n",
    "tab": "\t",
    "cell": "  ",
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "emspace": " ",
    "enspace": " ",
}
_MAX_TOKENS = 200_000
_MAX_DEPTH = 500


def decompressed(data: bytes) -> bytes:
    """The rich text of a compressed one; empty when it is none."""
    kind = data[8:12]
    if kind == _STORED:
        return data[16 : 16 + _LARGEST]
    if kind != _COMPRESSED:
        return b""
    window = bytearray(_DICTIONARY.ljust(_WINDOW, b"\0"))
    write, position = len(_DICTIONARY), 16
    made = bytearray()
    while position < len(data) and len(made) < _LARGEST:
        flags, position = data[position], position + 1
        for bit in range(8):
            if not flags >> bit & 1:
                piece, position = data[position : position + 1], position + 1
            else:
                if position + 2 > len(data):
                    return bytes(made)
                reference, position = data[position] << 8 | data[position + 1], position + 2
                start, length = reference >> 4, (reference & 15) + 2
                if start == write:
                    return bytes(made)
                piece = _from_window(window, start, length, write)
            for byte in piece:
                window[write] = byte
                write = (write + 1) % _WINDOW
            made += piece
    return bytes(made)


def _from_window(window: bytearray, start: int, length: int, write: int) -> bytes:
    """It may run into what it writes itself: then it repeats."""
    distance = (write - start) % _WINDOW
    first = bytes(window[(start + place) % _WINDOW] for place in range(min(length, distance)))
    return (first * (length // max(len(first), 1) + 1))[:length]


@dataclass(slots=True)
class _State:
    codepage: int
    is_read: bool = True
    is_font_table: bool = False
    # Within a tag of the HTML it was made of; within what is there only for readers of rich text.
    is_tag: bool = False
    is_for_rtf: bool = False
    fallback: int = 1
    font: int = 0


@dataclass(slots=True)
class _Reader:
    made: list[str] = field(default_factory=list)
    pending: bytearray = field(default_factory=bytearray)
    fonts: dict[int, int] = field(default_factory=dict)
    default: int = 1252
    is_html: bool = False
    starred: bool = False
    skip: int = 0
    is_over: bool = False
    state: _State = field(default_factory=lambda: _State(1252))
    outer: list[_State] = field(default_factory=list)

    def flush(self) -> None:
        if self.pending:
            self.made.append(charsets.decode(bytes(self.pending), f"cp{self.state.codepage}")[0])
            self.pending.clear()

    def say(self, text: str) -> None:
        if self.is_shown:
            self.flush()
            self.made.append(text)

    @property
    def is_shown(self) -> bool:
        state = self.state
        return state.is_read and not state.is_font_table and not (self.is_html and state.is_for_rtf)

    def run(self, values: bytes) -> None:
        skipped, self.skip = min(self.skip, len(values)), max(self.skip - len(values), 0)
        if self.is_shown:
            self.pending += values[skipped:]

    def brace(self, which: str) -> None:
        self.flush()
        self.skip = 0
        if which == "{":
            if len(self.outer) < _MAX_DEPTH:
                self.outer.append(replace(self.state))
        elif self.outer:
            self.state = self.outer.pop()
            self.is_over = not self.outer
        self.starred = False

    def word(self, name: str, number: int | None) -> None:
        self.flush()
        state = self.state
        if name in _SIGNS:
            if not (self.is_html and not state.is_tag and name not in ("tab", "line", "par")):
                self.say(_SIGNS[name])
        elif name == "u" and number is not None:
            self.say(_character(number))
            self.skip = state.fallback
        elif name == "htmltag":
            state.is_tag = state.is_read = True
        elif self.starred or name in _UNREAD:
            state.is_read = False
        elif name == "fonttbl":
            state.is_font_table = True
        elif name == "htmlrtf":
            state.is_for_rtf = number != 0
        else:
            self._set(name, number)
        self.starred = False

    def _set(self, name: str, number: int | None) -> None:
        state = self.state
        if name == "fromhtml":
            self.is_html = True
        elif name == "ansicpg" and number:
            self.default = state.codepage = number
        elif name == "uc":
            state.fallback = max(number or 0, 0)
        elif name == "f":
            state.font = number or 0
            state.codepage = self.fonts.get(state.font, self.default)
        elif name == "fcharset" and state.is_font_table:
            self.fonts[state.font] = _CODEPAGES.get(number or 0, self.default) if number else self.default


def read(data: bytes) -> tuple[str, bool]:
    """The text of rich text, and whether it is HTML (which it was made of)."""
    reader = _Reader()
    text = data[:_LARGEST].decode("latin-1")
    for count, token in enumerate(_TOKEN.finditer(text)):
        if count > _MAX_TOKENS:
            break
        if token[1]:
            reader.word(token[1], int(token[2]) if token[2] else None)
        elif token[3]:
            reader.run(bytes((int(token[3], 16),)))
        elif token[4]:
            _symbol(reader, token[4])
        elif token[5]:
            reader.brace(token[5])
        elif token[6]:
            reader.run(token[6].encode("latin-1"))
        if reader.is_over:
            break
    reader.flush()
    return "".join(reader.made), reader.is_html


def _symbol(reader: _Reader, symbol: str) -> None:
    if symbol == "*":
        reader.starred = True
    elif symbol in "\\{}":
        reader.run(symbol.encode())
    elif symbol == "~":
        reader.say("\xa0")
    elif symbol == "_":
        reader.say("-")
    elif symbol in "\r\n":
        reader.say("\n")


def _character(number: int) -> str:
    code = number % 65_536
    return "" if 0xD800 <= code < 0xE000 else chr(code)
