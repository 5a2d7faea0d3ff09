"""What a line, or a few together, are: each looked at a bounded number of times, up to a bounded length."""

import re
from collections.abc import Callable, Sequence

from services.intake.domain.mail.reply import words

LENGTH = 1_000
_ATTRIBUTION_LINES = 7
_ATTRIBUTION_LENGTH = 500
_RULE = re.compile(r"^[\s>]{0,20}([-_=*~#—–+•])(\s?\1){2,}\s*$")
_LEFT_OVER = re.compile(r"^\s*[-_=*~#—–+•ᐧ]{1,200}\s*$")
_SIGNATURE = re.compile(r"^\s{0,3}(--|—|––|__|-- ?\xa0)\s*$")
_DASHED_NAME = re.compile(r"^[-—–]{1,2}\s?[^\W\d_a-z][\w.'’\-]*( [^\W\d_a-z][\w.'’\-]*){0,3}\s*[.,]?\s*$")
_DECORATION = "-_=*#~+> \t\xa0|:\u200b\u200e\u200f\u202a\u202b\u202c"
_WHEN_AND_WHOM = frozenset(["date", "to", "sent", "datum", "an", "fecha", "para", "à", "data", "a"])
_MARKERS = frozenset("-_=*#~+>—–[(")
_DASHES = re.compile(r"^[\s>*]{0,10}[-_=~#*]{2,}|^[\s>*]{0,10}[-—–]\s?[-—–]")
_INVISIBLE = dict.fromkeys([0x200B, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x2066, 0x2067, 0x2069, 0xFEFF])
_ADDRESS = re.compile(r"[^\s@<>()]{1,100}@[^\s@<>()]{1,150}")
_BRACKETED = re.compile(r"[<(\[][^\s<>()]{0,20}[^\s@<>()]{1,100}@[^\s@<>()]{1,150}[>)\]]")
_MOMENT = re.compile(
    r"\b(19|20)\d\d\b|\d{1,2}[:.h時]\s?\d\d|\d{1,2}[./\-]\d{1,2}[./\-]\d{2,4}|(19|20)\d\d\s?[年년./\-]"
)
_DAY = re.compile(r"\b(19|20)\d\d\b|\d{1,2}[./\-]\d{1,2}[./\-]\d{2,4}")
_DATED = re.compile(
    r"^\W{0,5}(\d{1,4}[./\-年년]\s?\d{1,2}[./\-月월]|[^\W\d_]{2,12}[.,]{1,2}\s{1,2}(\d{1,2}[. ]|[^\W\d_]{3,9}\.?\s\d{1,2})|"
    r"\d{1,2}\.?\s(de )?[^\W\d_]{3,12}\.?\s(de )?\d{4}|\d{4}-\d\d-\d\d)"
)
_ENDS_IN_COLON = re.compile(r"[:：]\s*$")
_ZOHO = re.compile(r"^[\s>]{0,5}-{2,6}\s.{2,300}?(\s-{2,6}|:)\s*$")
# An attribution that begins behind the answer, on its line.
_SHARED = re.compile(
    r"\s(On|Le|Am|El|Il|Op|Em|Den)\s((Mon|Tue|Wed|Thu|Fri|Sat|Sun|[^\W\d_]{2,4}\.?),?\s)?([^\W\d_]{3,9}\.?\s)?\d{1,4}\D.{5,300}$"
)
# GroupWise: ">>> Jane <jane@x> 03.03.2025 09:00 >>>", with the earlier mail below it unmarked.
_GROUPWISE = re.compile(r"^>>>\s.{3,300}\d{1,2}[:.]\d\d.{0,12}>>>\s*$")
_VALUES = re.compile(r"@|\d{4}.{0,20}\d:\d\d")
_CONTACT = re.compile(
    r"\b(tel|phone|mobile?|mob|fax|cell|office|direct|telefon|tél|www)\b|https?://|@|\+?\d[\d ()/.\-]{6,}\d",
    re.I,
)


def plain(line: str) -> str:
    """A line as it is compared: short, without marks that cannot be seen, one kind of apostrophe."""
    return line[:LENGTH].translate(_INVISIBLE).replace("\u2019", "'").replace("\xa0", " ")


def is_quoted(line: str) -> bool:
    """Marked as a quotation."""
    return line.lstrip(" \t\u200b")[:1] == ">" and len(line) - len(line.lstrip(" \t\u200b")) < 4


def is_groupwise(line: str) -> bool:
    """An attribution between arrows, which is no quotation itself."""
    return line.startswith(">>>") and len(line) < 400 and bool(_GROUPWISE.match(line))


def is_rule(line: str) -> bool:
    """A line drawn across, of at least three marks."""
    return bool(_RULE.match(line[:LENGTH]))


def is_left_over(line: str) -> bool:
    """Nothing but marks: what remains of a rule when all below it is gone."""
    return len(line) <= LENGTH and bool(_LEFT_OVER.match(line))


def is_signature_mark(line: str) -> bool:
    """The two dashes before a signature, or what people take for them."""
    return len(line) < 12 and bool(_SIGNATURE.match(line))


def is_dashed_name(line: str) -> bool:
    """A name right after a dash."""
    return len(line) < 80 and bool(_DASHED_NAME.match(line))


def is_device(line: str) -> bool:
    """A program's or a telephone's boast."""
    said = plain(line).strip(" \t*_[]|>").strip()
    if not said or len(said) > 300:
        return False
    bare = re.sub(r"[<(\[]{1,2}\S{0,300}[>)\]]{1,2}|https?://\S{1,300}", "", said).strip(" .!")
    if len(bare.split()) > 8 or len(bare) > 90:
        return False
    if words.DEVICE_END.search(bare):
        return True
    return bool(words.DEVICE.match(bare)) and "," not in bare and not bare.endswith(("?", ":"))


def is_contact(line: str) -> bool:
    """Something by which a person can be reached."""
    return bool(_CONTACT.search(line[:LENGTH]))


def marker(line: str) -> str:
    """ "original" or "forwarded" when the line announces a copy of an earlier mail, "above" when it is a service's
    "reply above this line", else "".
    """
    if len(line) > 200:
        return ""
    if (
        line.lstrip()[:1] not in _MARKERS
        and not line.rstrip().endswith((":", "："))
        and "this line" not in line
    ):
        return ""
    said = plain(line)
    bare = said.strip(_DECORATION).lower().replace("i\u0307", "i")
    if not bare:
        return ""
    if words.ABOVE.search(bare) and (len(bare) < 90):
        return "above" if _DASHES.match(said) or "##" in said or words.THIS_LINE.search(bare) else ""
    if bare in words.FORWARDED or bare.startswith(("forwarded by ", "begin forwarded message")):
        return "forwarded" if _DASHES.match(said) or said.rstrip().endswith(":") else ""
    if bare in words.ORIGINAL and (_DASHES.match(said) or said.strip().endswith((":", "-", "_"))):
        return "original"
    return ""


def label(line: str) -> str:
    """What stands before the colon of a header line, in lower case; "" when the line is none."""
    if ":" not in line[:60] and "：" not in line[:60]:
        return ""
    said = plain(line[:120]).lstrip(" \t*_>|").replace("：", ":")
    name, colon, _ = said.partition(":")
    name = name.strip(" \t*_").lower()
    return name if colon and 0 < len(name) <= 24 else ""


def header_block(lines: Sequence[str], position: int, label_at: Callable[[int], str]) -> bool:
    """The head of an earlier mail begins here: who, and at least two of when, to whom and about what.

    label_at: `label` of the line at a position.
    """
    first = label_at(position)
    if first not in words.FROM and first not in words.OTHERS:
        return False
    seen = {first}
    has_from = first in words.FROM
    misses = 0
    for at in range(position + 1, min(position + 12, len(lines))):
        if not lines[at].strip():
            if len(seen) >= 3:
                break
            misses += 1
        else:
            name = label_at(at)
            if name in words.FROM or name in words.OTHERS:
                seen.add(name)
                has_from = has_from or name in words.FROM
                misses = 0
            else:
                misses += 1  # a folded line, or the next of several addresses
        if misses > 3:
            break
    if not has_from:
        # When and to whom, if there can be no doubt that it is that.
        return (
            seen <= _WHEN_AND_WHOM
            and len(seen) == 2
            and all(_VALUES.search(lines[at][:LENGTH]) for at in (position, position + 1))
        )
    return len(seen) >= 3 or (
        len(seen) == 2 and first in words.FROM and bool(_ADDRESS.search(lines[position][:LENGTH]))
    )


def attribution(lines: Sequence[str], position: int) -> int:
    """The position after an attribution ("On … X wrote:") that begins here; 0 when none does."""
    first = plain(lines[position]).strip(" \t*_")
    if not first or (first[0] in ">-" and not _ZOHO.match(lines[position][:LENGTH])):
        return 0
    # A name whose address was wrapped to the next line.
    wrapped = len(first.split()) <= 5 and _goes_on(lines, position + 1)
    if len(first) > _ATTRIBUTION_LENGTH or not (wrapped or _may_begin(first)):
        return 0
    if first[-1] in ">)" and _DATED.match(first) and _is_attribution(first):
        return position + 1
    said = ""
    for end in range(position, min(position + _ATTRIBUTION_LINES, len(lines))):
        line = plain(lines[end]).strip(" \t*_")
        if not line and end > position and _goes_on(lines, end + 1) and _MOMENT.search(said):
            continue
        if not line or (line[0] == ">" and said.count("<") <= said.count(">")):
            return 0
        said = f"{said} {line}".strip()
        if len(said) > _ATTRIBUTION_LENGTH:
            return 0
        if line[-1] in ":：-":
            ends = _is_attribution(said) and not _begins_later(lines, position, end)
            return end + 1 if ends else 0
    return 0


def _begins_later(lines: Sequence[str], position: int, end: int) -> bool:
    """The answer's last line looks like the beginning, but a later one has the day: that is where it begins."""
    for at in range(position + 1, end + 1):
        if _goes_on(lines, at):
            continue
        rest = " ".join(plain(line).strip(" \t*_") for line in lines[at : end + 1])
        if _DAY.search(plain(lines[at])) and _is_attribution(rest):
            return True
    return False


def _goes_on(lines: Sequence[str], position: int) -> bool:
    """An address in angle brackets, which some programs put two lines further down."""
    return position < len(lines) and lines[position].lstrip()[:1] == "<"


def shared(line: str) -> int:
    """Where an attribution begins behind an answer on the same line; 0 when none does."""
    found = _SHARED.search(line[:_ATTRIBUTION_LENGTH]) if len(line) <= _ATTRIBUTION_LENGTH else None
    return (
        found.start()
        if found and found.start() and _is_attribution(plain(line[found.start() :]).strip())
        else 0
    )


def _may_begin(line: str) -> bool:
    return bool(
        words.ON.match(line)
        or _DATED.match(line)
        or _ZOHO.match(line)
        or ("@" in line and _ADDRESS.search(line))
        or words.WROTE.search(line)
        or (re.search(r"\d{4}", line) and len(line) < 200)
    )


def _is_attribution(said: str) -> bool:
    if _ZOHO.match(said) and words.WROTE.search(said[-60:]) and (said.endswith("-") or _MOMENT.search(said)):
        return True
    named = bool(_BRACKETED.search(said))
    dated = bool(_MOMENT.search(said))
    if re.match(r"^\d{4}[./\-]\d{1,2}[./\-]\d{1,2}\b", said) and named and re.search(r"[>)]\s*[:：]?$", said):
        return True
    if not _ENDS_IN_COLON.search(said):
        return False
    head = said.rstrip(" \t:：")
    if named and words.QUOTING.match(said):
        return True
    wrote = words.WROTE.search(head[-40:]) and _ends_with_verb(head)
    wrote = wrote or (dated and head.endswith((" sent", " replied")))
    inside = _verb_before_name(head)
    if wrote or inside:
        return (
            named
            or bool(_ADDRESS.search(said))
            or (dated and bool(words.ON.match(said) or _DATED.match(said)))
        )
    # Without a verb: a date, and an address at its very end ("чт, 5 мар. 2015 г. в 10:00, X <x@y>:").
    return named and dated and bool(re.search(r"[>)]$", head)) and len(head) < 300


def _ends_with_verb(head: str) -> bool:
    end = head[-60:]
    last = max((found.end() for found in words.WROTE.finditer(end)), default=-20)
    return len(end) - last <= 14


def _verb_before_name(head: str) -> bool:
    """ "Am … schrieb X", "Op … schreef X", "X schrieb am …": the verb stands in the middle in some languages."""
    found = re.search(
        r"\b(schrieb|schreef|skrev|skreiv|heeft|hat|escribió|napsal|napsal\(a\)|napisał|kirjoitti|escreveu|wrote on|wrote at|"
        r"תמת|כתב|كتب|كتابة|написал)\b",
        head,
        re.I,
    )
    return bool(found)
