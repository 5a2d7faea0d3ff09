"""What a file is, by its first bytes; what its sender says of it is never believed."""

import codecs

# As much as it takes to know an archive of an office program by its members.
HEAD_BYTES = 8192
UNKNOWN = "application/octet-stream"
TEXT = "text/plain"
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13, 27}


def content_type_of(head: bytes) -> str:
    """The media type of a file that begins so.

    What is text is plain text, HTML and SVG too: nothing that a browser would run is ever called by its name.
    """
    # Read when the first file comes: it knows eighty kinds, and keeps half a megabyte for them.
    import filetype

    head = head[:HEAD_BYTES]
    found = filetype.guess(head)
    if found is not None:
        return str(found.mime)
    return TEXT if head and _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    if not _CONTROLS.isdisjoint(head):
        return False
    try:
        # The last character may be cut.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True
