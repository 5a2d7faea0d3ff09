"""What other services know and do for triage: the directory, and the record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from chassis.tenancy import Caller
from services.triage.domain.decision import TriageDecision
from services.triage.domain.routing import Known


class Staff(Protocol):
    """The directory, as far as triage asks it."""

    def names(self, caller: Caller, person_ids: Sequence[str]) -> Mapping[str, str]:
        """Display names of those who exist and work for the provider."""
        ...

    def known(self, caller: Caller, person_ids: Sequence[str]) -> Mapping[str, Known]:
        """Those of them who are active staff: what they are granted, can and speak."""
        ...

    def reach(self, caller: Caller, person_ids: Sequence[str]) -> Mapping[str, frozenset[str] | None]:
        """The tenants that those of them who are active staff are granted; None for all."""
        ...


class Clients(Protocol):
    """The directory's clients of the provider."""

    def require(self, caller: Caller, tenant_ids: Iterable[str]) -> None:
        """Raises NotFound("tenant_not_found") unless each is the caller's to name."""
        ...


class Languages(Protocol):
    """The directory, as far as it says what people speak."""

    def of(self, caller: Caller, people: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        """(tenant id, person id or "") → "en" or "fr": the person's own, else their client's."""
        ...


@dataclass(frozen=True)
class Taken:
    """What the record made of a decision. refusal: why nothing of it was taken, "" where it was; kept: what a person had decided."""

    refusal: str = ""
    retryable: bool = False
    kept: tuple[str, ...] = ()


class Record(Protocol):
    """The incidents service, which keeps what triage decides."""

    def apply(self, caller: Caller, decisions: Sequence[tuple[str, TriageDecision]]) -> Mapping[str, Taken]:
        """Hands over (event id, decision) pairs; answers incident id → what was not taken, for those of which not all was."""
        ...


class Callers(Protocol):
    """Mints triage's own caller for work that an event asked for."""

    def of(self, provider_id: str) -> Caller: ...
