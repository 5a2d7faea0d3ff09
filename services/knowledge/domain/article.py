"""An article: what it says, to whom, and how it comes and goes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chassis.errors import InvalidArgument, InvalidState, RevisionConflict

LOCALES = frozenset({"en", "fr"})
_MAX_TITLE = 200
_MAX_SUMMARY = 500
# With four bytes a character this still fits the event that announces it.
_MAX_BODY = 100_000
_MAX_CATEGORIES = 20
_MAX_CATEGORY = 60
_MAX_TENANTS = 500


class Audience(StrEnum):
    """Whom an article is for."""

    INTERNAL = "internal"
    ALL_CLIENTS = "all_clients"
    NAMED_CLIENTS = "named_clients"


class ArticleState(StrEnum):
    """draft → published → retired; there is no way back, a retired article is written anew."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True)
class Article:
    """One article of a provider. Times are UTC; publish_time is None until it is; revision 0 is unsaved.

    body: CommonMark as written; whoever shows it renders and sanitizes it.
    """

    article_id: str
    provider_id: str
    audience: Audience
    tenant_ids: frozenset[str]
    locale: str
    title: str
    summary: str
    body: str
    categories: tuple[str, ...]
    create_time: datetime
    update_time: datetime
    publish_time: datetime | None = None
    state: ArticleState = ArticleState.DRAFT
    helpful_count: int = 0
    unhelpful_count: int = 0
    revision: int = 0


@dataclass(frozen=True)
class Wording:
    """What an author sends: an empty value stays as it is in a change, and a blank summary clears it."""

    title: str = ""
    summary: str = ""
    body: str = ""
    locale: str = ""
    categories: tuple[str, ...] = ()
    audience: Audience | None = None
    tenant_ids: frozenset[str] = frozenset()


def new_article(article_id: str, provider_id: str, wording: Wording, now: datetime) -> Article:
    """A draft. Raises InvalidArgument; the audience must be said, for a guess could show it to clients."""
    if wording.audience is None:
        raise _invalid("audience", "For whom is it: internal, all clients or named clients?")
    audience, tenant_ids = _readers(wording.audience, wording.tenant_ids)
    return Article(
        article_id=article_id,
        provider_id=provider_id,
        audience=audience,
        tenant_ids=tenant_ids,
        locale=_locale(wording.locale or "en"),
        title=_title(wording.title),
        summary=_summary(wording.summary),
        body=_body(wording.body),
        categories=_categories(wording.categories),
        create_time=now,
        update_time=now,
    )


def changed_article(article: Article, wording: Wording, now: datetime) -> Article:
    """The article with what the wording says; the same one when that changes nothing.

    Raises InvalidArgument, and InvalidState("article_retired"): what is retired is history.
    """
    _require_not_retired(article)
    audience, tenant_ids = article.audience, article.tenant_ids
    if wording.audience is not None:
        audience, tenant_ids = _readers(wording.audience, wording.tenant_ids)
    elif wording.tenant_ids:
        audience, tenant_ids = _readers(article.audience, wording.tenant_ids)
    changed = replace(
        article,
        audience=audience,
        tenant_ids=tenant_ids,
        locale=_locale(wording.locale) if wording.locale else article.locale,
        title=_title(wording.title) if wording.title else article.title,
        summary=_summary(wording.summary) if wording.summary else article.summary,
        body=_body(wording.body) if wording.body else article.body,
        categories=_categories(wording.categories) if wording.categories else article.categories,
    )
    return article if changed == article else replace(changed, update_time=now)


def published(article: Article, now: datetime) -> Article:
    """The article, readable by its audience; the same one when it is already.

    Raises InvalidState("article_retired").
    """
    _require_not_retired(article)
    if article.state is ArticleState.PUBLISHED:
        return article
    return replace(article, state=ArticleState.PUBLISHED, publish_time=now, update_time=now)


def retired(article: Article, now: datetime) -> Article:
    """The article, no longer shown to clients or suggested; the same one when it is already.

    Raises InvalidState("article_draft"): a draft was never there to be taken away.
    """
    if article.state is ArticleState.RETIRED:
        return article
    if article.state is ArticleState.DRAFT:
        raise InvalidState("article_draft", "Only a published article can be retired.")
    return replace(article, state=ArticleState.RETIRED, update_time=now)


def expect_revision(actual: int, expected: int) -> None:
    """Raises RevisionConflict("revision_conflict") unless they agree; 0 expects nothing."""
    if expected and actual != expected:
        raise RevisionConflict(
            "revision_conflict", "Someone else changed this article first.", expected=expected, actual=actual
        )


def _require_not_retired(article: Article) -> None:
    if article.state is ArticleState.RETIRED:
        raise InvalidState("article_retired", "A retired article does not change any more.")


def _readers(audience: Audience, tenant_ids: Iterable[str]) -> tuple[Audience, frozenset[str]]:
    named = frozenset(tenant_ids)
    if audience is Audience.NAMED_CLIENTS and not named:
        raise _invalid("tenant_ids", "Name the clients that it is for.")
    if audience is not Audience.NAMED_CLIENTS and named:
        # Silently dropping them would show it to more clients than its author meant.
        raise _invalid("tenant_ids", "Clients are named only where it is for named clients.")
    if len(named) > _MAX_TENANTS:
        raise _invalid("tenant_ids", f"At most {_MAX_TENANTS} clients.")
    return audience, named


def _locale(text: str) -> str:
    if text not in LOCALES:
        raise _invalid("locale", "One of: en, fr.")
    return text


def _title(text: str) -> str:
    return _line(text, "title", _MAX_TITLE)


def _summary(text: str) -> str:
    return _line(text, "summary", _MAX_SUMMARY) if text.strip() else ""


def _body(text: str) -> str:
    if not text.strip() or len(text) > _MAX_BODY:
        raise _invalid("body", f"Between 1 and {_MAX_BODY} characters.")
    if "\x00" in text:
        raise _invalid("body", "A null character does not belong in a text.")
    return text


def _categories(words: Iterable[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(_line(word, "categories", _MAX_CATEGORY) for word in words))
    if len(found) > _MAX_CATEGORIES:
        raise _invalid("categories", f"At most {_MAX_CATEGORIES}.")
    return found


def _line(text: str, field: str, limit: int) -> str:
    folded = " ".join(text.split())
    if not folded or len(folded) > limit or not folded.isprintable():
        raise _invalid(field, f"One line of 1 to {limit} characters.")
    return folded


def _invalid(field: str, message: str) -> InvalidArgument:
    return InvalidArgument(f"{field}_invalid", message, field=field)
