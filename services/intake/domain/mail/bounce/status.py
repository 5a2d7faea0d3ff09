"""Enhanced status codes (RFC 3463): the one that tells most, and what one means when nothing else is said."""

import re

CODE = re.compile(r"(?<![\d.])(?<!\d:)([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
_REPLY = re.compile(r"(?<![\d.:/\[\]\-=#])([45][0-7]\d)(?=$|[\s\-:,)('\"]|\. )(?![\-. ]\d{1,3}[-.]\d)")
_IPV4 = re.compile(r"(?<!\d)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?!\d)")

# What a status code means by itself: the registry of RFC 3463, RFC 5248, RFC 7372 and RFC 7505.
_MEANINGS = {
    "1.0": "userunknown",
    "1.1": "userunknown",
    "1.2": "hostunknown",
    "1.3": "userunknown",
    "1.4": "filtered",
    "1.6": "hasmoved",
    "1.7": "rejected",
    "1.8": "rejected",
    "1.9": "systemerror",
    "1.10": "notaccept",
    "2.0": "filtered",
    "2.1": "filtered",
    "2.2": "mailboxfull",
    "2.3": "exceedlimit",
    "2.4": "filtered",
    "3.0": "systemerror",
    "3.1": "systemfull",
    "3.2": "notaccept",
    "3.3": "systemerror",
    "3.4": "mesgtoobig",
    "3.5": "systemerror",
    "4.0": "networkerror",
    "4.1": "expired",
    "4.2": "networkerror",
    "4.3": "systemerror",
    "4.4": "hostunknown",
    "4.5": "systemfull",
    "4.6": "networkerror",
    "4.7": "expired",
    "4.8": "networkerror",
    "5.2": "syntaxerror",
    "5.3": "toomanyconn",
    "5.4": "systemerror",
    "5.5": "systemerror",
    "5.6": "syntaxerror",
    **{f"6.{detail}": "contenterror" for detail in range(10)},
    **{f"7.{detail}": "securityerror" for detail in (*range(12), 12, 14, 15, 19)},
    "7.13": "suspend",
    "7.16": "mesgtoobig",
    "7.17": "hasmoved",
    "7.18": "hasmoved",
    **{f"7.{detail}": "authfailure" for detail in (20, 21, 22, 23, 24, 26)},
    "7.25": "requireptr",
    "7.27": "notaccept",
}
# Meanings that differ while the failure is temporary.
_TEMPORARY_MEANINGS = {"1.1": "", "2.1": "suspend", "4.4": "networkerror", "7.1": "blocked", "7.2": "blocked"}
# Detail for a reason that no mailer gave a code for: none of RFC 3463's, so that nobody takes it for a mailer's own.
_DETAILS = {
    "authfailure": 972,
    "badreputation": 975,
    "blocked": 971,
    "contenterror": 960,
    "exceedlimit": 923,
    "expired": 947,
    "filtered": 910,
    "hasmoved": 916,
    "hostunknown": 912,
    "mailboxfull": 922,
    "mailererror": 939,
    "mesgtoobig": 934,
    "networkerror": 944,
    "norelaying": 909,
    "notaccept": 932,
    "onhold": 901,
    "policyviolation": 972,
    "rejected": 918,
    "requireptr": 973,
    "securityerror": 970,
    "spamdetected": 980,
    "speeding": 946,
    "suspend": 921,
    "syntaxerror": 902,
    "systemerror": 930,
    "systemfull": 931,
    "toomanyconn": 945,
    "undefined": 900,
    "userunknown": 911,
    "virusdetected": 971,
}
# Codes that a mailer writes over the one that tells why: time ran out, or its own last word.
_WRAPPERS = {"4.7", "3.0", "5.0", "1.1", "1.0", "2.0", "4.0", "4.1", "6.0", "7.0", "7.1"}


def meaning(code: str) -> str:
    """The reason a code names by itself, "" when it names none."""
    severity, _, rest = code.partition(".")
    if severity == "4" and rest in _TEMPORARY_MEANINGS:
        return _TEMPORARY_MEANINGS[rest]
    return _MEANINGS.get(rest, "")


def made_up(reason: str, temporary: bool) -> str:
    """A code for a reason when no mailer gave one."""
    return f"{4 if temporary else 5}.0.{_DETAILS.get(reason, 900)}"


def codes_in(text: str) -> list[str]:
    """Every enhanced code of failure in a text, in order; addresses of hosts are none."""
    return [".".join(match.groups()) for match in CODE.finditer(_IPV4.sub("*", text)) if match[1] != "2"]


def reply_code(text: str) -> str:
    """The first SMTP reply code of failure in a text, "" when there is none."""
    match = _REPLY.search(_IPV4.sub("*", text))
    return match[1] if match else ""


def preferred(field: str, told: list[str], reply: str) -> str:
    """Of the report's Status field and the codes in its words the one that tells most; "" when there is none.

    reply: the SMTP reply code in its words; a code of its class goes before one of the other.
    """
    same = [code for code in told if reply[:1] in ("", code[0])] or told
    specific = [code for code in same if not code.endswith((".0", ".0.0"))]
    # The last: relays wrap the answer of the next server in their own.
    inner = next((code for code in reversed(specific) if code[2:] not in ("4.7", "1.0")), "")
    word = (inner if len(specific) > 1 else "") or (specific or same or [""])[0]
    if not field or not word:
        return field or word
    if field[0] != word[0]:
        return word if reply.startswith(word[0]) or _vague(field) else field
    if _vague(word):
        return field if not _vague(field) else max(field, word, key=lambda code: code[2] != "0")
    return word if _vague(field) or field[2:] in _WRAPPERS else field


def _vague(code: str) -> bool:
    return code.endswith(".0") or code[2:] == "4.7"
