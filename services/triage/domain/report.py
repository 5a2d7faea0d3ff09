"""What triage knows of an incident when it decides."""

from dataclasses import dataclass
from functools import cached_property

from services.triage.domain.matrix import Level
from services.triage.domain.text import words

# Long mails are decided by their beginning: what follows is mostly quotation and logs.
_READ_AT_MOST = 20_000


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
    # What an alert named.
    configuration_item: str = ""
    # Of the directory; "" where the sender is nobody there.
    requester_id: str = ""

    def field(self, name: str) -> str:
        """The raw text of one field that rules can name."""
        return {
            "subject": self.subject,
            "text": self.text,
            "words": f"{self.subject}\n{self.text}",
            "channel": self.channel,
            "tenant": self.tenant_id,
            "sender": self.sender,
        }[name]

    def words_of(self, name: str) -> tuple[str, ...]:
        """The folded words of one field."""
        if name == "subject":
            return self._subject_words
        if name == "text":
            return self._text_words
        if name == "words":
            return self._all_words
        return words(self.field(name))

    @cached_property
    def _subject_words(self) -> tuple[str, ...]:
        return words(self.subject)

    @cached_property
    def _text_words(self) -> tuple[str, ...]:
        return words(self.text[:_READ_AT_MOST])

    @cached_property
    def _all_words(self) -> tuple[str, ...]:
        # The empty word keeps a phrase from running from the subject into the text.
        return (*self._subject_words, "", *self._text_words)
