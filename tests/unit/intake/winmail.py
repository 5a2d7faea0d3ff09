"""Makes a winmail.dat, as Outlook wraps a rich text mail."""

import struct


def _attribute(level: int, tag: int, value: bytes) -> bytes:
    return struct.pack("<BII", level, tag, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def _properties(said: dict[tuple[int, int], bytes]) -> bytes:
    packed = [struct.pack("<I", len(said))]
    for (kind, name), value in said.items():
        packed.append(struct.pack("<HHII", kind, name, 1, len(value)) + value + b"\0" * (-len(value) % 4))
    return b"".join(packed)


def winmail(
    text: str, files: dict[str, bytes], html: str = "", rtf: bytes = b"", as_objects: bool = False
) -> bytes:
    """A message with this text (windows-1252) or compressed rich text, and these files."""
    made = [struct.pack("<IH", 0x223E9F78, 1), _attribute(1, 0x00069007, struct.pack("<II", 1252, 0))]
    if text:
        made.append(_attribute(1, 0x0002800C, text.encode("cp1252") + b"\0"))
    if html:
        made.append(_attribute(1, 0x00069003, _properties({(0x0102, 0x1013): html.encode("cp1252")})))
    if rtf:
        made.append(_attribute(1, 0x00069003, _properties({(0x0102, 0x1009): rtf})))
    for name, content in files.items():
        said = {(0x001F, 0x3707): (name + "\0").encode("utf-16-le")}
        made.append(_attribute(2, 0x00069002, b"\0" * 14))
        made.append(_attribute(2, 0x00018010, (name[:8].encode("cp1252", "replace") + b"\0")))
        if as_objects:
            said[(0x000D, 0x3701)] = content
        else:
            made.append(_attribute(2, 0x0006800F, content))
        made.append(_attribute(2, 0x00069005, _properties(said)))
    return b"".join(made)
