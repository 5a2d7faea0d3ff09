"""Lessons, models and what these make of reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from chassis.tenancy import Scope, TenantScope
from services.triage.domain.learning.advice import Advice, Aspect
from services.triage.domain.learning.card import Card
from services.triage.domain.learning.lesson import Lesson
from services.triage.domain.report import Report


@dataclass(frozen=True)
class Heard:
    """What one announcement says of an incident as a lesson; text is "" where it says nothing of it."""

    incident_id: str
    provider_id: str
    tenant_id: str
    revision: int
    create_time: datetime
    text: str = ""
    labels: Mapping[Aspect, str] = field(default_factory=dict)


class Lessons(Protocol):
    """Incidents' words and what people said of each aspect of them, each in its client's room."""

    def hear(self, heard: Sequence[Heard]) -> None:
        """Idempotent, in any order: the label of the highest revision counts."""
        ...

    def providers(self) -> list[tuple[str, Aspect, int]]:
        """Each provider and aspect that has lessons, and how many."""
        ...

    def of(self, scope: Scope, aspect: Aspect, most: int, until: datetime | None = None) -> list[Lesson]:
        """The newest, or the newest until then, that have both words and label."""
        ...


class Cards(Protocol):
    """Models' cards, in the provider's own room."""

    def put(self, scope: TenantScope, card: Card) -> None:
        """New or changed."""
        ...

    def all(self, scope: Scope, aspect: Aspect) -> list[Card]:
        """The newest first."""
        ...


class Suggestions(Protocol):
    """What models were not sure enough of, for dispatchers; each with its incident's client."""

    def put(self, scope: TenantScope, incident_id: str, advice: Advice, now: datetime) -> None: ...
    def of(self, scope: Scope, incident_id: str) -> Advice: ...


class Learner(Protocol):
    """The processes that learn and predict. Raises Unavailable("learner_away") when they do not answer."""

    def tried(
        self, texts: Sequence[str], labels: Sequence[str], asked: Sequence[str]
    ) -> list[tuple[str, float]]:
        """What a model learned from these would make of those: label and confidence of each. Takes minutes."""
        ...

    def learn(self, key: str, version: str, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Learns this version of a model, and asks it from then on. Takes minutes."""
        ...

    def version(self, key: str) -> str:
        """The one that is asked; "" where there is none."""
        ...

    def ask(self, key: str, texts: Sequence[str]) -> list[tuple[str, float, tuple[str, ...]]]:
        """Label, confidence and the words that decided, for each; nothing where there is no model."""
        ...


class Advisers(Protocol):
    """What the learned models make of reports."""

    def advice(self, provider_id: str, reports: Sequence[Report]) -> Mapping[str, Advice]:
        """By incident id, of those that it has something to say of."""
        ...
