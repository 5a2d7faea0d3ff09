"""What a person newly wrote, without the quoted history, the signature and the footers below it.

Works line by line, each line looked at a bounded number of times. Knows the attribution lines and headers of
English and French mailers, and the commonest of German, Spanish, Italian, Dutch and Portuguese ones.
"""

import re

_ATTRIBUTION_STARTS = re.compile(
    r"^[>\s]*(On|Le|Am|El|Il|Op|Em|Den|W dniu)\s|^\s*\d{4}-\d\d-\d\d.{0,60}[<@:]", re.IGNORECASE
)
_ATTRIBUTION_ENDS = re.compile(
    r"(wrote|writes|said|a\s+écrit|écrit|schrieb|escribió|ha\s+scritto|schreef|escreveu|skrev|napisał)\s*:\s*$|"
    r"\b(schrieb|escribió|schreef|skrev)\b[^:]{1,120}:\s*$",
    re.IGNORECASE,
)
_ATTRIBUTION_LINES = 4
_ORIGINAL = re.compile(
    r"^[\s>*]*[-_]{2,}\s*(Original (Message|Appointment)|Message d['’]origine|Message original|Message initial|"
    r"Ursprüngliche Nachricht|Mensaje original|Messaggio originale|Oorspronkelijk bericht|Mensagem original|"
    r"Reply above this line|Répondre au-dessus de cette ligne)\s*[-_]{2,}\s*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"^[\s>*]*(From|De|Von|Da|Van|Från|Expéditeur)\s?\*?\s?:\*?\s*\S", re.IGNORECASE)
_OTHER_HEADER = re.compile(
    r"^[\s>*]*(Sent|Date|To|Subject|Cc|Envoyé|Envoyé le|À|A|Objet|Gesendet|Datum|An|Betreff|Enviado|Enviado el|"
    r"Para|Asunto|Inviato|Oggetto|Data|Verzonden|Aan|Onderwerp|Assunto|Reply-To|Répondre à)\s?\*?\s?:",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*([-_=*])\1{4,}\s*$")
_SIGNATURE = re.compile(r"^\s*(--|—|__)\s*$")
_DASHED_NAME = re.compile(r"^-{1,2}\s?[A-ZÀ-Ý][\w.'’\-]*( [A-ZÀ-Ý][\w.'’\-]*){0,3}\s*$")
_DEVICE = re.compile(
    r"^\s*(Sent from (my |Mail for |Outlook for |Yahoo Mail|ProtonMail|Proton Mail|Samsung)[\w /+.-]{0,40}|"
    r"Sent (via|using) [\w /+.-]{0,40}|Get Outlook for [\w ]{1,20}(<\S+>)?|"
    r"Envoyé (de|depuis) (mon|ma|l['’]application|Outlook|Yahoo)[\w '’/+.\-]{0,50}|"
    r"(Obtenez|Télécharge[rz]) Outlook pour [\w ]{1,20}(<\S+>)?|"
    r"Von meinem [\w ]{1,30} gesendet|Gesendet von [\w ]{1,40}|Enviado (desde|de) [\w ]{1,40}|"
    r"Inviato da[\w ']{1,40}|Verstuurd vanaf [\w ]{1,40})\s*\.?\s*$",
    re.IGNORECASE,
)
_DEVICE_WORDS = 7
_LIST_FOOTER = re.compile(r"^\s*_{20,}\s*$")
_MAX_LINE = 2_000


def reply_text(text: str) -> str:
    """The newly written part; empty when there is none."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept: list[str] = []
    segments: list[list[str]] = [kept]
    position = 0
    while position < len(lines):
        line = lines[position]
        if _history_follows(lines, position):
            break
        after = _after_attribution(lines, position)
        if after:
            if not _quotation_follows(lines, after):
                break
            position = after
            continue
        if line.startswith(">"):
            if segments[-1]:
                segments.append([])
        else:
            segments[-1].append(line)
        position += 1
    written = [_without_signature(segment) for segment in segments]
    return "\n\n".join(part for part in written if part)


def _history_follows(lines: list[str], position: int) -> bool:
    """Everything from here on is somebody's earlier mail, unquoted: Outlook and its kin."""
    line = lines[position][:_MAX_LINE]
    if _ORIGINAL.match(line):
        return True
    if _RULE.match(line):
        following = next(
            (at for at in range(position + 1, min(position + 4, len(lines))) if lines[at].strip()), 0
        )
        return bool(following) and _header_block(lines, following)
    return _header_block(lines, position)


def _header_block(lines: list[str], position: int) -> bool:
    if not _FROM.match(lines[position][:_MAX_LINE]):
        return False
    others = sum(1 for line in lines[position + 1 : position + 7] if _OTHER_HEADER.match(line[:_MAX_LINE]))
    return others >= 2


def _after_attribution(lines: list[str], position: int) -> int:
    """The line after an attribution that begins here ("On … wrote:"), 0 when none does."""
    if not _ATTRIBUTION_STARTS.match(lines[position][:_MAX_LINE]):
        return 0
    for end in range(position, min(position + _ATTRIBUTION_LINES, len(lines))):
        line = lines[end][:_MAX_LINE]
        if end > position and (not line.strip() or _ATTRIBUTION_STARTS.match(line)):
            return 0
        if _ATTRIBUTION_ENDS.search(line):
            # A sentence that ends in "wrote:" is no attribution unless it names a time or an address.
            joined = " ".join(lines[position : end + 1])[:_MAX_LINE]
            return end + 1 if re.search(r"\d|@", joined) else 0
    return 0


def _quotation_follows(lines: list[str], position: int) -> bool:
    return any(line.startswith(">") for line in lines[position : position + 6])


def _without_signature(lines: list[str]) -> str:
    """The lines above the first thing that looks like a signature, a device's boast or a list's footer."""
    end = len(lines)
    for number, line in enumerate(lines):
        if len(line) > 200:
            continue
        device = _DEVICE.match(line) and len(line.split()) <= _DEVICE_WORDS
        if _SIGNATURE.match(line) or device or _LIST_FOOTER.match(line):
            end = number
            break
    for number in range(max(end - 6, 0), end):
        if _DASHED_NAME.match(lines[number][:200]) and not any(
            one.strip() for one in lines[number + 1 : end]
        ):
            end = number
            break
    while end and (not lines[end - 1].strip() or _RULE.match(lines[end - 1])):
        end -= 1
    return "\n".join(line.rstrip() for line in lines[:end]).strip("\n")
