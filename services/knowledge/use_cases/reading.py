"""Reading, finding and judging articles: everybody, each what is there for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from chassis.errors import InvalidArgument, PermissionDenied
from chassis.tenancy import Caller, TenantScope
from services.knowledge.domain.article import LOCALES, Article, ArticleState
from services.knowledge.domain.excerpt import excerpt
from services.knowledge.domain.index import STRONG, Hit, Query
from services.knowledge.domain.reader import Reader, as_client, client_of, for_client, reader_of, seen_by
from services.knowledge.ports import Articles, Clock, Feedback, Page, Search

_DEFAULT_PAGE = 50
_LARGEST_PAGE = 200
_DEFAULT_RESULTS = 10
_DEFAULT_SUGGESTIONS = 3
_MOST_SUGGESTIONS = 20
# Beyond this nobody reads on, and the store is asked for so many at most.
_MOST_HITS = 500
_LONGEST_QUERY = 500
_LONGEST_TEXT = 20_000
_OPENING_WORDS = 40


@dataclass(frozen=True)
class Found:
    """An article that answers a query; its body is left empty."""

    article: Article
    score: float
    excerpt: str


class ReadingUseCases:
    """Reads, lists, searches, suggests, and takes feedback."""

    def __init__(self, articles: Articles, search: Search, feedback: Feedback, clock: Clock) -> None:
        self._articles = articles
        self._search = search
        self._feedback = feedback
        self._clock = clock

    def get_article(self, caller: Caller, article_id: str) -> Article:
        """With its body. Raises NotFound("article_not_found")."""
        reader = reader_of(caller)
        return self._counted(reader, [self._articles.get(reader, article_id)])[0]

    def list_articles(self, caller: Caller, tenant_id: str, locale: str, size: int, token: str) -> Page:
        """All that the caller may read; with a tenant_id, what that client's people see."""
        reader = as_client(caller, tenant_id) if tenant_id else reader_of(caller)
        _known_locale(locale)
        wanted = min(size, _LARGEST_PAGE) if size > 0 else _DEFAULT_PAGE
        page = self._articles.page(reader, locale, wanted, token)
        return Page(tuple(self._counted(reader, page.articles)), page.next_token)

    def search_articles(
        self, caller: Caller, text: str, tenant_id: str, locale: str, size: int
    ) -> list[Found]:
        """Best first; with a tenant_id, among what that client's people see. The last word may be unfinished."""
        reader = as_client(caller, tenant_id) if tenant_id else reader_of(caller)
        _known_locale(locale)
        wanted = min(size, _LARGEST_PAGE) if size > 0 else _DEFAULT_RESULTS
        query = Query(text[:_LONGEST_QUERY], locale=locale, typing=True)
        return self._found(reader, self._hits(reader, query), query.text, wanted)

    def suggest_articles(
        self, caller: Caller, title: str, text: str, tenant_id: str, locale: str, size: int
    ) -> list[Found]:
        """Published articles that are likely to help with an incident, or none: noise costs more than silence.

        With a tenant_id staff are also shown internal articles, and none that are for other clients alone.
        """
        reader = for_client(caller, tenant_id) if tenant_id else reader_of(caller)
        _known_locale(locale)
        wanted = min(size, _MOST_SUGGESTIONS) if size > 0 else _DEFAULT_SUGGESTIONS
        around = text[:_LONGEST_TEXT]
        opening = " ".join(around.split()[:_OPENING_WORDS])
        # A subject like "Help!" says nothing; then the opening of the text is asked.
        for asked in (title[:_LONGEST_QUERY], opening):
            hits = self._hits(reader, Query(asked, background=around, locale=locale))
            strong = [hit for hit in hits if hit.strength >= STRONG]
            found = self._found(reader, strong, asked, wanted, published=True)
            if found:
                return found
        return []

    def send_feedback(self, caller: Caller, article_id: str, helpful: bool) -> Article:
        """One answer per person; a second replaces the first. Raises PermissionDenied for programs."""
        reader = reader_of(caller)
        article = self._articles.get(reader, article_id)
        if not caller.person_id:
            raise PermissionDenied("person_required", "Only a person can say whether an article helped.")
        room = TenantScope(article.provider_id, article.provider_id)
        self._feedback.put(room, article_id, caller.person_id, helpful, self._clock(), client_of(caller))
        return self._counted(reader, [article])[0]

    def _hits(self, reader: Reader, query: Query) -> list[Hit]:
        if not query.text.strip():
            return []
        if not reader.provider_id:
            raise InvalidArgument("provider_required", "Only within a provider can one search.")
        return self._search.search(TenantScope(reader.provider_id, reader.provider_id), query)[:_MOST_HITS]

    def _found(
        self, reader: Reader, hits: Sequence[Hit], text: str, wanted: int, published: bool = False
    ) -> list[Found]:
        """The hits that the reader may read, with an excerpt of each."""
        if not hits:
            return []
        score_of = {hit.article_id: hit.score for hit in hits}
        readable = self._articles.readable(reader, list(score_of))
        if published:
            readable = [article for article in readable if article.state is ArticleState.PUBLISHED]
        chosen = self._counted(reader, readable[:wanted])
        bodies = self._articles.bodies(reader, [article.article_id for article in chosen])
        return [
            Found(
                article,
                score_of[article.article_id],
                excerpt(bodies.get(article.article_id, ""), text, article.locale),
            )
            for article in chosen
        ]

    def _counted(self, reader: Reader, articles: Iterable[Article]) -> list[Article]:
        """The articles with their feedback, as the reader may see them."""
        by_provider: dict[str, list[str]] = {}
        listed = list(articles)
        for article in listed:
            by_provider.setdefault(article.provider_id, []).append(article.article_id)
        counts: dict[str, tuple[int, int]] = {}
        for provider_id, ids in by_provider.items():
            counts |= self._feedback.counts(TenantScope(provider_id, provider_id), ids)
        return [
            replace(seen_by(reader, article), helpful_count=helpful, unhelpful_count=unhelpful)
            for article in listed
            for helpful, unhelpful in [counts.get(article.article_id, (0, 0))]
        ]


def _known_locale(locale: str) -> None:
    if locale and locale not in LOCALES:
        raise InvalidArgument("locale_invalid", "One of: en, fr.", field="locale")
