"""The directory's news: what was remembered of it may be wrong, and there may be another provider."""

from collections.abc import Callable, Iterable

from chassis.bus import Event

FACTS = (
    "tenant_created",
    "tenant_changed",
    "tenant_suspended",
    "person_changed",
    "grant_changed",
    "mail_domain_changed",
)


class DirectoryFacts:
    """Forgets, and asks again when next needed. Replicas that do not hear it forget within half a minute."""

    def __init__(self, forget: Callable[[], None], note_providers: Callable[[Iterable[str]], None]) -> None:
        self._forget = forget
        self._note_providers = note_providers

    def handle(self, events: list[Event]) -> None:
        """One forgetting for a batch of any size."""
        if events:
            self._forget()
            self._note_providers({event.provider_id for event in events if event.provider_id})
