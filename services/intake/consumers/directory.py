"""The directory's news: what was remembered of it may be wrong, and there may be another provider."""

from collections.abc import Callable, Iterable

from chassis.bus import Consumer, Event

FACTS = (
    "tenant_created",
    "tenant_changed",
    "tenant_suspended",
    "person_changed",
    "grant_changed",
    "mail_domain_changed",
)


class DirectoryFacts:
    """Each process forgets for itself, and asks again when next needed; the durable place misses nothing, even of a start."""

    def __init__(self, forget: Callable[[], None], note_providers: Callable[[Iterable[str]], None]) -> None:
        self._forget = forget
        self._note_providers = note_providers

    @property
    def consumers(self) -> list[Consumer]:
        return [
            Consumer("intake-directory", "directory", FACTS, self.handle),
            Consumer("intake-memory", "directory", FACTS, self.forget, live=True),
        ]

    def handle(self, events: list[Event]) -> None:
        """Notes the providers that there are, once for a batch of any size."""
        if events:
            self._forget()
            self._note_providers({event.provider_id for event in events if event.provider_id})

    def forget(self, events: list[Event]) -> None:
        """As every replica does."""
        if events:
            self._forget()
