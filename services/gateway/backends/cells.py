"""Cells of a table of comma-separated values."""

MEDIA_TYPE = "text/csv; charset=utf-8; header=present"
# A spreadsheet would take what begins so for a formula and run it; the wide forms too, where it reads Japanese.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def as_text(words: str) -> str:
    """Words that somebody wrote, with a mark before what would be a formula."""
    return f"'{words}" if words.startswith(_FORMULA) else words


def unmarked(cell: str) -> str:
    """What `as_text` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
