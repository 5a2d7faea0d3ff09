"""A signal: what one payload says about one alert, whoever sent it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.intake.domain.alerts.severity import Severity

LONGEST_KEY = 255
LONGEST_TITLE = 200
LONGEST_TEXT = 8_000
_LONGEST_VALUE = 500
MOST_LABELS = 40


class Action(StrEnum):
    """What is said of the alert."""

    FIRE = "fire"
    ACKNOWLEDGE = "acknowledge"
    RECOVER = "recover"


@dataclass(frozen=True, slots=True)
class Signal:
    """dedup_key: the sender's name for this alert; the same again is the same alert.

    event_id: the sender's name for this very message, "" where it has none. start_time: since when it fires, by the
    sender's clock; it tells a late recovery of an earlier time from one of the present.
    """

    action: Action
    dedup_key: str
    title: str
    severity: Severity = Severity.MEDIUM
    text: str = ""
    configuration_item: str = ""
    link: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    event_id: str = ""
    start_time: datetime | None = None

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "dedup_key", key_of(self.dedup_key))
        put(self, "title", _line(self.title, LONGEST_TITLE))
        put(self, "text", _clean(self.text)[:LONGEST_TEXT])
        put(self, "configuration_item", _line(self.configuration_item, LONGEST_KEY))
        put(self, "link", self.link if _is_link(self.link) else "")
        put(self, "event_id", _line(self.event_id, LONGEST_KEY))
        labels = sorted(
            {_line(name, 100): _line(value, _LONGEST_VALUE) for name, value in self.labels}.items()
        )
        put(self, "labels", tuple((name, value) for name, value in labels if name)[:MOST_LABELS])

    def label(self, name: str) -> str:
        """Its value, "" where there is none."""
        return dict(self.labels).get(name, "")


def key_of(said: str) -> str:
    """A dedup key as we keep it: one too long is told by its digest, so that two long ones are not made one."""
    key = _clean(said).strip()
    if len(key) <= LONGEST_KEY:
        return key
    return f"{key[:180]}…{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def digest_key(*parts: object) -> str:
    """A dedup key of what an alert is made of, for senders that give it none."""
    whole = "\n".join(str(part) for part in parts)
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:32]


def _clean(text: str) -> str:
    """What can be stored and shown: no lone surrogates, no control characters but line ends and tabs."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(one for one in text if one in "\n\t" or (ord(one) >= 32 and ord(one) != 127))


def _line(text: str, longest: int) -> str:
    line = " ".join(_clean(text).split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def _is_link(link: str) -> bool:
    return (
        link.startswith(("https://", "http://"))
        and len(link) <= 2000
        and link.isprintable()
        and " " not in link
    )
