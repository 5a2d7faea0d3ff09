"""What of a text is new: line by line, each looked at a bounded number of times.

Nothing that may have been newly written is lost: where it cannot be told from history, all is kept; what is passed on
("Forwarded message") is what its writer wants read; quoted lines between answers stay, for the answers make no sense
without them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.intake.domain.mail.reply import lines as line_kinds
from services.intake.domain.mail.reply import words

# Stands where a quotation was that the markup of a mail had marked as one.
LEFT_OUT = "\ue00f"
# No person writes more; below, only marked quotations are told apart.
_LINES = 5_000
_MARKS = tuple("-—–_=*~#+•")
_BELOW = 40
_SIGNATURE_LINES = 15
_RULED_LINES = 8
_RULED_LENGTH = 90
_KEPT_QUOTATION_LINES = 40


@dataclass(slots=True)
class _Segment:
    """Lines of one kind that stand together. attributed: somebody was said to have written them."""

    is_quotation: bool
    lines: list[str] = field(default_factory=list)
    attributed: bool = False

    @property
    def says_something(self) -> bool:
        return any(line.strip() for line in self.lines)


def reply_text(text: str) -> str:
    """The newly written part; empty when there is none."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    segments = _Walk(lines).segments()
    if segments is None:
        return _tidy(lines)
    segments = [one for one in segments if one.says_something]
    while segments and segments[-1].is_quotation:
        if segments.pop().attributed:
            # What is quoted above the attribution, the writer chose to quote.
            if segments and len(segments[-1].lines) <= _KEPT_QUOTATION_LINES:
                segments[-1].is_quotation = False
            break
    kept = _kept(segments)
    written = [_tidy(_without_signature(lines)) for lines in kept]
    result = "\n\n".join(one for one in written if one)
    # A signature and nothing else: rather that than nothing.
    return result or "\n\n".join(one for one in (_tidy(lines) for lines in kept) if one)


def _kept(segments: list[_Segment]) -> list[list[str]]:
    """The runs of lines that stay, without quotations that nobody answered line by line."""
    answers = sum(not one.is_quotation for one in segments[1:])
    interleaved = answers > 1 or (answers == 1 and not any(one.attributed for one in segments))
    kept: list[list[str]] = [[]]
    for number, segment in enumerate(segments):
        if not segment.is_quotation:
            kept[-1] += segment.lines
        elif interleaved and len(segment.lines) <= _KEPT_QUOTATION_LINES and number < len(segments) - 1:
            kept[-1] += [line for line in segment.lines if line.strip() != LEFT_OUT]
        else:
            kept.append([])
    return kept


class _Walk:
    """From the first line down, until everything below is somebody's earlier mail."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._found: list[_Segment] = [_Segment(False)]
        self._fenced = False
        self._attributed = False
        self._has_text = False
        self._labels: dict[int, str] = {}

    def segments(self) -> list[_Segment] | None:
        """The segments above the history; None when the history cannot be told from what is new."""
        position = 0
        while position < len(self._lines):
            line = self._lines[position]
            self._fenced ^= line.lstrip().startswith("```")
            if self._fenced or not line.strip() or position >= _LINES:
                self._add(line, bool(line.strip()) and not self._fenced and line_kinds.is_quoted(line))
                position += 1
                continue
            if line.strip() == LEFT_OUT:
                self._attributed = True
                self._add(line, True)
                self._attributed = False
                position += 1
                continue
            shared = 0 if line_kinds.is_quoted(line) else line_kinds.shared(line)
            if shared and self._quotation_follows(position + 1):
                self._add(line[:shared], False)
                self._attributed = True
                position += 1
                continue
            following = self._history(position)
            if following is None:
                return self._found if self._has_text else None
            if following < 0:
                self._add_rest(position)
                return self._found
            if following:
                position = following
                continue
            self._add(line, line_kinds.is_quoted(line))
            position += 1
        return self._found

    def _history(self, position: int) -> int | None:
        """None: all from here on is history. Negative: all from here on is passed on. Else the position behind what
        has to be left out here, 0 when nothing has.
        """
        lines = self._lines
        kind = line_kinds.marker(lines[position])
        if kind == "forwarded":
            return -1
        if kind == "above":
            return None if self._has_text else position + 1
        if kind == "original":
            return self._copied(position, position + 1)
        if line_kinds.is_groupwise(lines[position]):
            return self._copied(position, position + 1)
        if line_kinds.is_quoted(lines[position]):
            return 0
        head = self._below_rule(position)
        if line_kinds.header_block(lines, head, self._label):
            return 0 if head == position and self._introduced() else self._copied(head, head)
        after = line_kinds.attribution(lines, position) or self._bare_attribution(position)
        if after and self._quotation_follows(after):
            self._attributed = True
            return after
        if after:
            return None
        return self._after_footer(position)

    def _copied(self, position: int, after: int) -> int | None:
        """An earlier mail begins; with nothing above, its head is left out where the rest is marked as quoted."""
        if self._has_text:
            return None
        while after < len(self._lines) and self._lines[after].strip():
            if line_kinds.is_quoted(self._lines[after]):
                break
            after += 1
        if self._quotation_follows(after):
            self._attributed = True
            return max(after, position + 1)
        return None

    def _introduced(self) -> bool:
        """The line above says what comes: "this mail did not arrive:"."""
        above = next((line for line in reversed(self._found[-1].lines[-3:]) if line.strip()), "")
        return not self._found[-1].is_quotation and above.rstrip().endswith((":", "："))

    def _below_rule(self, position: int) -> int:
        if not line_kinds.is_rule(self._lines[position]):
            return position
        return self._next_said(position + 1) or position

    def _next_said(self, position: int, reach: int = 6) -> int:
        end = min(position + reach, len(self._lines))
        return next((at for at in range(position, end) if self._lines[at].strip()), 0)

    def _quotation_follows(self, position: int) -> bool:
        following = self._next_said(position)
        return bool(following) and line_kinds.is_quoted(self._lines[following])

    def _bare_attribution(self, position: int) -> int:
        """ "Jane wrote:", which only what follows tells from a sentence."""
        line = line_kinds.plain(self._lines[position]).strip()
        if len(line) > 120 or not line.endswith((":", "：")) or not words.WROTE.search(line[-30:]):
            return 0
        return position + 1 if self._quotation_follows(position + 1) else 0

    def _after_footer(self, position: int) -> int:
        """A rule or dashes with a service's or a list's footer below: up to the next quotation."""
        line = self._lines[position]
        if not self._has_text or not (line_kinds.is_rule(line) or line_kinds.is_signature_mark(line)):
            return 0
        below = self._lines[position + 1 : position + 5]
        if not any(words.FOOTER.search(one[:400]) for one in below):
            return 0
        after = position + 1
        while after < len(self._lines) and not line_kinds.is_quoted(self._lines[after]):
            after += 1
        return after

    def _label(self, position: int) -> str:
        if position not in self._labels:
            self._labels[position] = line_kinds.label(self._lines[position])
        return self._labels[position]

    def _add(self, line: str, is_quotation: bool) -> None:
        current = self._found[-1]
        if not line.strip():
            current.lines.append(line)
            return
        if current.is_quotation != is_quotation or (is_quotation and self._attributed):
            current = _Segment(is_quotation, attributed=self._attributed and is_quotation)
            self._found.append(current)
        if is_quotation:
            self._attributed = False
        else:
            self._has_text = True
        current.lines.append(line)

    def _add_rest(self, position: int) -> None:
        last = self._found[-1]
        if last.is_quotation:
            last = _Segment(False)
            self._found.append(last)
        last.lines += self._lines[position:]


def _without_signature(lines: Sequence[str]) -> list[str]:
    forwarded = next(
        (at for at, line in enumerate(lines) if line_kinds.marker(line) == "forwarded"), len(lines)
    )
    own = _above_signature(list(lines[:forwarded]))
    own = [line for line in own if not line_kinds.is_device(line)]
    return own + list(lines[forwarded:])


def _above_signature(lines: list[str]) -> list[str]:
    fenced = False
    for number, line in enumerate(lines):
        fenced ^= line.lstrip().startswith("```")
        if fenced or len(line) > line_kinds.LENGTH:
            continue
        if line.lstrip()[:1] not in _MARKS:
            continue
        below = [one for one in lines[number + 1 : number + _BELOW] if one.strip()]
        if line_kinds.is_signature_mark(line) and (len(below) <= _SIGNATURE_LINES or line.startswith("-- ")):
            return lines[:number]
        if line_kinds.is_rule(line) and _is_ruled_off(below):
            return lines[:number]
        if line_kinds.is_dashed_name(line) and _is_signed(lines, number, below):
            return lines[:number]
    return lines


def _is_ruled_off(below: list[str]) -> bool:
    """What stands below a rule is a signature: few short lines with a name or an address, and no sentences."""
    if len(below) > _RULED_LINES or any(len(line) > _RULED_LENGTH for line in below):
        return False
    if any(line.rstrip().endswith((".", ":", "?", "!", ";")) for line in below[:3]):
        return False
    if below and 0 < len(below[0].split()) <= 4 and all(word[:1].isupper() for word in below[0].split()):
        return len(below) <= 6
    contacts = sum(line_kinds.is_contact(line) for line in below)
    return contacts > 0 and not line_kinds.is_contact(below[0]) and len(below[0].split()) <= 5


def _is_signed(lines: list[str], number: int, below: list[str]) -> bool:
    """A name after a dash at the end, which is no last item of a list."""
    if len(below) > 3 or any(len(line.split()) > 6 for line in below):
        return False
    if below and not any(line_kinds.is_contact(line) for line in below):
        return False
    above = [line for line in lines[max(number - 5, 0) : number] if line.strip()]
    if not above or above[-1].lstrip().startswith(("-", "*", "•")):
        return False
    return not lines[number].lstrip("-—–").startswith(" ") or not lines[number - 1].strip()


def _tidy(lines: Sequence[str]) -> str:
    end = len(lines)
    while end and (not lines[end - 1].strip() or line_kinds.is_left_over(lines[end - 1])):
        end -= 1
    return "\n".join(line.rstrip() for line in lines[:end]).strip("\n").rstrip()
