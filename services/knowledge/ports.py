"""What the use cases need of the world.

Stores raise NotFound("article_not_found") for what the reader may not read, RevisionConflict when someone else
saved first, and Unavailable while they cannot be reached.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chassis.tenancy import Caller, TenantScope
from services.knowledge.domain.article import Article
from services.knowledge.domain.deflection import Moment
from services.knowledge.domain.facts import ArticleFact
from services.knowledge.domain.index import Hit, Query
from services.knowledge.domain.reader import Reader

Clock = Callable[[], datetime]
NewId = Callable[[str], str]


@dataclass(frozen=True)
class Change:
    """What happened, by whom and when: saved with the article in one write."""

    caller: Caller
    time: datetime
    facts: tuple[ArticleFact, ...] = ()


@dataclass(frozen=True)
class Page:
    """A part of a list, bodies left empty; `next_token` is "" at its end."""

    articles: tuple[Article, ...]
    next_token: str = ""


class Articles(Protocol):
    """Articles, kept in their provider's room; what a reader may not read is not there for them."""

    def add(self, article: Article, change: Change) -> Article: ...

    def save(self, article: Article, change: Change) -> Article: ...

    def get(self, reader: Reader, article_id: str) -> Article: ...

    def readable(self, reader: Reader, article_ids: Sequence[str]) -> list[Article]:
        """Those of the ids that the reader may read and that are not retired, in the order given, bodies empty."""

    def bodies(self, reader: Reader, article_ids: Sequence[str]) -> dict[str, str]: ...

    def page(self, reader: Reader, locale: str, size: int, token: str) -> Page:
        """Changed last comes first. Raises InvalidArgument("cursor_invalid")."""


class Search(Protocol):
    """The words of a provider's articles that are not retired, whoever may read them."""

    def search(self, provider: TenantScope, query: Query) -> list[Hit]:
        """Best first; what this process saved is found at once, what another saved within a second."""


class Feedback(Protocol):
    """Whether an article helped: one answer per person."""

    def put(
        self,
        provider: TenantScope,
        article_id: str,
        person_id: str,
        helpful: bool,
        time: datetime,
        client_id: str = "",
    ) -> None:
        """A second answer replaces the first. client_id: of whose people the person is; "" for staff."""

    def helped(
        self, provider: TenantScope, client_ids: frozenset[str] | None, start: datetime, end: datetime
    ) -> list[Moment]:
        """Answers of these clients' people (None: of every client's) in [start, end) that an article helped."""

    def counts(self, provider: TenantScope, article_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Helpful and unhelpful answers by article."""


class Openings(Protocol):
    """What people asked for, as the incidents service knows it."""

    def of(self, caller: Caller, people: Sequence[Moment], end: datetime) -> list[Moment]:
        """What these people opened from the earliest of these moments until `end`. Raises Unavailable."""


class Clients(Protocol):
    """The provider's clients, as the directory knows them."""

    def require(self, caller: Caller, tenant_ids: frozenset[str]) -> None:
        """Raises NotFound("tenant_not_found") unless the caller is granted every one of them."""
