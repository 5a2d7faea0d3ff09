"""What an invitation says (text/calendar, RFC 5545), for a mail that has no other words."""

import re

_FOLDED = re.compile(r"\r?\n[ \t]")
_ESCAPED = re.compile(r"\\([\\;,nN])")
_TOLD = ("SUMMARY", "DTSTART", "DTEND", "LOCATION", "ORGANIZER", "DESCRIPTION")
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")


def told_by_calendar(content: str) -> str:
    """Its first event in a few lines; empty when it has none."""
    said: dict[str, str] = {}
    within = False
    for line in _FOLDED.sub("", content[:262_144]).splitlines():
        head, colon, value = line.partition(":")
        name = head.partition(";")[0].upper()
        if name == "BEGIN":
            within = value.strip().upper() in ("VEVENT", "VTODO")
        elif name == "END" and within and value.strip().upper() in ("VEVENT", "VTODO"):
            break
        elif within and colon and name in _TOLD:
            said.setdefault(name, _readable(name, value, head))
    lines = [said.get("SUMMARY", ""), " - ".join(said[one] for one in ("DTSTART", "DTEND") if said.get(one))]
    lines += [said.get("LOCATION", ""), said.get("ORGANIZER", "")]
    if description := said.get("DESCRIPTION", ""):
        lines += ["", description]
    return "\n".join(lines[:1] + [line for line in lines[1:4] if line] + lines[4:]).strip()


def _readable(name: str, value: str, head: str) -> str:
    if name in ("DTSTART", "DTEND"):
        match = _TIME.match(value)
        if not match:
            return value.strip()
        day = f"{match[1]}-{match[2]}-{match[3]}"
        return f"{day} {match[4]}:{match[5]}{' UTC' if match[6] else ''}" if match[4] else day
    if name == "ORGANIZER":
        named = re.search(r'CN="?([^";]{1,200})', head, re.I)
        return named[1].strip() if named else value.lower().removeprefix("mailto:")
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value).strip()
