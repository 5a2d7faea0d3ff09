"""What triage knows of an incident when it decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from services.triage.domain.matrix import Level
from services.triage.domain.text import words

# Long mails are decided by their beginning: what follows is mostly quotation and logs.
READ_AT_MOST = 20_000
_ATTRIBUTES = {
    "subject": "subject",
    "channel": "channel",
    "tenant": "tenant_id",
    "sender": "sender",
}


@dataclass(frozen=True)
class Report:
    """One incident's own words and what its sender said of it."""

    incident_id: str
    tenant_id: str
    subject: str
    text: str
    channel: str
    sender: str
    category: str = ""
    impact: Level | None = None
    urgency: Level | None = None
    # What an alert or a form named, and every name that the client's item of that name has.
    configuration_item: str = ""
    item_names: tuple[str, ...] = ()
    # Of the directory; "" where the sender is nobody there.
    requester_id: str = ""
    # Each answered field of the form it came by → the answer as it is kept, and as people read it.
    form: Mapping[str, Sequence[str]] = field(default_factory=dict, hash=False)
    create_time: datetime | None = None

    def texts_of(self, name: str, key: str = "") -> Sequence[str]:
        """The raw text of one field that rules can name; of an answer each way to say it."""
        if name == "form":
            return self.form.get(key.strip(), ())
        if name == "configuration_item":
            return (self.configuration_item, *self.item_names)
        return (self._text_of(name),)

    def words_of(self, name: str, key: str = "") -> list[tuple[str, ...]]:
        """The folded words of one field."""
        if name in ("form", "configuration_item"):
            return [words(text) for text in self.texts_of(name, key)]
        if name == "subject":
            return [self._subject_words]
        if name == "text":
            return [self._text_words]
        if name == "words":
            return [self._all_words]
        return [words(self._text_of(name))]

    def _text_of(self, name: str) -> str:
        if name == "text":
            return self.text[:READ_AT_MOST]
        if name == "words":
            return f"{self.subject}\n{self.text[:READ_AT_MOST]}"
        if name == "sender_domain":
            return self.sender.rpartition("@")[2]
        value: str = getattr(self, _ATTRIBUTES[name])
        return value

    @cached_property
    def _subject_words(self) -> tuple[str, ...]:
        return words(self.subject)

    @cached_property
    def _text_words(self) -> tuple[str, ...]:
        return words(self.text[:READ_AT_MOST])

    @cached_property
    def _all_words(self) -> tuple[str, ...]:
        # The empty word keeps a phrase from running from the subject into the text.
        return (*self._subject_words, "", *self._text_words)
