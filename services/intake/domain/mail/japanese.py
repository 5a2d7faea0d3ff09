"""ISO-2022-JP as Japanese mailers write it: with the characters of vendors (①, ㈱) and half-width letters.

The standard knows none of these, and the standard library's codecs refuse them; cp932 has them all.
"""

import itertools
import re

# More changes of mode than any text has; each takes its time.
_MAX_ESCAPES = 50_000
_ESCAPE = re.compile(rb"\x1b(\$[@B]|\$\(D|\([BIJ])")


def decode(data: bytes) -> str | None:
    """The text; None when it is not ISO-2022-JP by its shape."""
    if b"\x1b" not in data or not data.isascii():
        return None
    pieces: list[str] = []
    position, mode = 0, b"(B"
    for match in itertools.islice(_ESCAPE.finditer(data), _MAX_ESCAPES):
        pieces.append(_piece(data[position : match.start()], mode))
        position, mode = match.end(), match[1]
    pieces.append(_piece(data[position:], mode))
    return "".join(pieces)


def _piece(data: bytes, mode: bytes) -> str:
    if mode in (b"$@", b"$B"):
        # A line ends the double-byte mode: a mailer that cut the line forgot to say so.
        double, *rest = data.split(b"\n", 1)
        return _double(double) + "".join(f"\n{one.decode('ascii')}" for one in rest)
    if mode == b"(I":
        return bytes(byte | 0x80 for byte in data).decode("cp932", "replace")
    return data.decode("ascii")


def _double(data: bytes) -> str:
    """JIS X 0208 by way of Shift JIS."""
    shifted = bytearray()
    for first, second in zip(data[0::2], data[1::2], strict=False):
        if not (0x21 <= first <= 0x7E and 0x21 <= second <= 0x7E):
            continue
        shifted.append(((first + 1) >> 1) + (0x70 if first < 0x5F else 0xB0))
        shifted.append(second + (0x7E if first % 2 == 0 else 0x1F + (second >= 0x60)))
    return shifted.decode("cp932", "replace")
