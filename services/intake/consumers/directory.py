"""The directory's news: what was remembered of it may be wrong."""

from collections.abc import Callable

from chassis.bus import Event

FACTS = (
    "tenant_created",
    "tenant_changed",
    "tenant_suspended",
    "person_changed",
    "mail_domain_changed",
)


class DirectoryFacts:
    """Forgets, and asks again when next needed. Replicas that do not hear it forget within half a minute."""

    def __init__(self, forget: Callable[[], None]) -> None:
        self._forget = forget

    def handle(self, events: list[Event]) -> None:
        """One forgetting for a batch of any size."""
        if events:
            self._forget()
