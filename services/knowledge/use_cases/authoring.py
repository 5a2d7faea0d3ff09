"""Writing, publishing and retiring articles: the provider's staff alone."""

from chassis.errors import InvalidArgument, NotFound
from chassis.tenancy import Caller, Role
from services.knowledge.domain.article import (
    Article,
    ArticleState,
    Audience,
    Wording,
    changed_article,
    expect_revision,
    new_article,
    published,
    retired,
)
from services.knowledge.domain.facts import ArticleFact, ArticlePublished, ArticleRetired
from services.knowledge.domain.reader import reader_of, seen_by
from services.knowledge.ports import Articles, Change, Clients, Clock, NewId

_AUTHORS = (Role.TECHNICIAN, Role.DISPATCHER, Role.PROVIDER_ADMIN, Role.OPERATOR)


class AuthoringUseCases:
    """Creates and changes articles. Authors of some clients touch no article that is also for others."""

    def __init__(self, articles: Articles, clients: Clients, clock: Clock, new_id: NewId) -> None:
        self._articles = articles
        self._clients = clients
        self._clock = clock
        self._new_id = new_id

    def create_article(self, caller: Caller, provider_id: str, wording: Wording) -> Article:
        """A draft. An operator, who belongs to no provider, names one."""
        caller.require(*_AUTHORS)
        owner = _owner(caller, provider_id)
        now = self._clock()
        article = new_article(self._new_id("art"), owner, wording, now)
        self._clients.require(caller, article.tenant_ids)
        return seen_by(reader_of(caller), self._articles.add(article, Change(caller, now)))

    def update_article(self, caller: Caller, article_id: str, wording: Wording, revision: int) -> Article:
        """What is empty stays. A published article that changes is announced again."""
        article = self._authored(caller, article_id)
        expect_revision(article.revision, revision)
        changed = changed_article(article, wording, self._clock())
        self._clients.require(caller, changed.tenant_ids - article.tenant_ids)
        facts = (ArticlePublished(changed),) if changed.state is ArticleState.PUBLISHED else ()
        return self._saved(caller, article, changed, facts)

    def publish_article(self, caller: Caller, article_id: str) -> Article:
        """Its audience can read it from now on; repeating it changes nothing."""
        article = self._authored(caller, article_id)
        changed = published(article, self._clock())
        return self._saved(caller, article, changed, (ArticlePublished(changed),))

    def retire_article(self, caller: Caller, article_id: str) -> Article:
        """Clients cannot read it any more; repeating it changes nothing."""
        article = self._authored(caller, article_id)
        changed = retired(article, self._clock())
        return self._saved(caller, article, changed, (ArticleRetired(changed),))

    def _authored(self, caller: Caller, article_id: str) -> Article:
        # Found first, then permitted: a stranger learns nothing from which refusal it gets.
        article = self._articles.get(reader_of(caller), article_id)
        caller.require(*_AUTHORS)
        for_others = caller.tenant_ids is not None and not article.tenant_ids <= caller.tenant_ids
        if article.audience is Audience.NAMED_CLIENTS and for_others:
            raise NotFound("article_not_found", "There is no such article.")
        return article

    def _saved(
        self, caller: Caller, before: Article, after: Article, facts: tuple[ArticleFact, ...]
    ) -> Article:
        saved = before
        if after is not before:
            saved = self._articles.save(after, Change(caller, after.update_time, facts))
        return seen_by(reader_of(caller), saved)


def _owner(caller: Caller, named: str) -> str:
    owner = caller.provider_id or named
    if not owner:
        raise InvalidArgument("provider_id_required", "An operator names the provider.", field="provider_id")
    if named and named != owner:
        raise NotFound("provider_not_found", "There is no such provider.")
    return owner
