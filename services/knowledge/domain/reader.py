"""Who reads: which articles are there for them, and how much of one they see."""

from dataclasses import dataclass, replace

from chassis.tenancy import Caller
from services.knowledge.domain.article import Article, ArticleState, Audience


@dataclass(frozen=True)
class Reader:
    """Someone of a provider ("" for an operator, who reads all), with the clients they read for.

    tenant_ids: None means every client of the provider.
    staff: also reads internal articles, drafts and retired ones.
    """

    provider_id: str
    tenant_ids: frozenset[str] | None
    staff: bool

    def may_read(self, article: Article) -> bool:
        """The rule that stores filter by, for one article."""
        if self.provider_id not in ("", article.provider_id):
            return False
        if not self.staff and article.state is not ArticleState.PUBLISHED:
            return False
        if article.audience is Audience.INTERNAL:
            return self.staff
        if article.audience is Audience.ALL_CLIENTS or self.tenant_ids is None:
            return True
        return not self.tenant_ids.isdisjoint(article.tenant_ids)


def reader_of(caller: Caller) -> Reader:
    """The caller as a reader. Raises NotFound for one who belongs to no provider, but for an operator."""
    if not caller.provider_id and caller.is_staff and caller.subject.startswith("operator:"):
        return Reader("", None, staff=True)
    granted = caller.granted()
    return Reader(granted.provider_id, granted.tenant_ids, caller.is_staff)


def client_of(caller: Caller) -> str:
    """The one client whose person the caller is; "" for staff."""
    if caller.is_staff or caller.tenant_ids is None or len(caller.tenant_ids) != 1:
        return ""
    (client_id,) = caller.tenant_ids
    return client_id


def as_client(caller: Caller, tenant_id: str) -> Reader:
    """A reader who sees what this client's people see. Raises NotFound("tenant_not_found") outside the grant."""
    scope = caller.scope(tenant_id)
    return Reader(scope.provider_id, frozenset({scope.tenant_id}), staff=False)


def for_client(caller: Caller, tenant_id: str) -> Reader:
    """The caller, reading on behalf of this client: staff keep their internal articles, but see none that are
    for other clients alone. Raises NotFound("tenant_not_found") outside the grant.
    """
    scope = caller.scope(tenant_id)
    return Reader(scope.provider_id, frozenset({scope.tenant_id}), caller.is_staff)


def seen_by(reader: Reader, article: Article) -> Article:
    """The article without the names of clients that are not the reader's to know."""
    if reader.tenant_ids is None:
        return article
    return replace(article, tenant_ids=article.tenant_ids & reader.tenant_ids)
