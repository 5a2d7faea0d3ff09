"""Served knowledge with a directory of two providers: Northstar with two clients, Southwind with one."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from chassis.rpc import call
from chassis.tenancy import Caller, Role
from fairlead.incidents.v1 import incident_service_pb2
from fairlead.knowledge.v1 import article_pb2
from fairlead.knowledge.v1 import article_service_pb2 as pb
from fairlead.knowledge.v1.article_service_pb2_grpc import ArticleServiceStub
from services.knowledge.config import KnowledgeSettings
from services.knowledge.main import start
from tests.harness.fakes.directory import FakeDirectory
from tests.harness.fakes.scripted import ScriptedServices
from tests.harness.serving import Served


@pytest.fixture(scope="session")
def directory() -> Iterator[FakeDirectory]:
    with FakeDirectory() as fake:
        yield fake


@pytest.fixture(scope="session")
def desk() -> Iterator[tuple[ScriptedServices, str]]:
    """Incidents, as a test says, and where."""
    scripted = ScriptedServices(incident_service_pb2)
    with scripted.serving() as address:
        yield scripted, address


@pytest.fixture(scope="session")
def served(
    mongod: str,
    nats: str,
    directory: FakeDirectory,
    desk: tuple[ScriptedServices, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    keys = tmp_path_factory.mktemp("knowledge-keys")
    addresses = {"directory": directory.address, "incidents": desk[1]}
    with Served("knowledge", start, KnowledgeSettings, mongod, nats, keys, addresses) as running:
        yield running


@dataclass
class Shelf:
    """A provider's articles and someone of each kind to read them; ids are new for each test."""

    served: Served
    articles: ArticleServiceStub
    directory: FakeDirectory
    mark: str = field(default_factory=lambda: secrets.token_hex(4))

    def __post_init__(self) -> None:
        self.provider = f"prv_{self.mark}"
        self.acme, self.lumen = f"ten_acme{self.mark}", f"ten_lumen{self.mark}"
        self.directory.add_provider(self.provider, f"north{self.mark}")
        for tenant in (self.acme, self.lumen):
            self.directory.add_tenant(tenant, self.provider, tenant.removeprefix("ten_"))

    def write(
        self, title: str, caller: Caller | None = None, publish: bool = True, **fields
    ) -> article_pb2.Article:
        values = {"audience": "AUDIENCE_ALL_CLIENTS", "locale": "en", "body": f"All about {title}.", **fields}
        new = article_pb2.Article(title=title, **values)
        made = call(self.articles.CreateArticle, pb.CreateArticleRequest(article=new), caller or self.admin)
        return self.publish(made) if publish else made

    def publish(self, article: article_pb2.Article) -> article_pb2.Article:
        return call(
            self.articles.PublishArticle, pb.PublishArticleRequest(article_id=article.article_id), self.admin
        )

    def get(self, article: article_pb2.Article, caller: Caller) -> article_pb2.Article:
        return call(self.articles.GetArticle, pb.GetArticleRequest(article_id=article.article_id), caller)

    def titles(self, caller: Caller, **fields) -> set[str]:
        request = pb.ListArticlesRequest(**fields)
        return {article.title for article in call(self.articles.ListArticles, request, caller).articles}

    def search(self, query: str, caller: Caller, **fields) -> list[str]:
        request = pb.SearchArticlesRequest(query=query, **fields)
        return [hit.article.title for hit in call(self.articles.SearchArticles, request, caller).results]

    def suggest(self, title: str, caller: Caller, **fields) -> list[str]:
        request = pb.SuggestArticlesRequest(title=title, **fields)
        return [hit.article.title for hit in call(self.articles.SuggestArticles, request, caller).results]

    @property
    def admin(self) -> Caller:
        return self.served.admin(self.provider)

    @property
    def requester(self) -> Caller:
        """Jane, of Acme."""
        return self.served.person(self.provider, self.acme, person_id=f"per_jane{self.mark}")

    @property
    def other_requester(self) -> Caller:
        """Luc, of Lumen."""
        return self.served.person(self.provider, self.lumen, person_id=f"per_luc{self.mark}")

    @property
    def technician(self) -> Caller:
        """Tess, granted Acme alone."""
        return self.served.person(
            self.provider, self.acme, role=Role.TECHNICIAN, person_id=f"per_tess{self.mark}"
        )


@pytest.fixture
def shelf(served: Served, directory: FakeDirectory) -> Shelf:
    return Shelf(served, ArticleServiceStub(served.channel()), directory)


@pytest.fixture
def stranger(served: Served, directory: FakeDirectory) -> Shelf:
    """Another provider with clients and articles of its own."""
    return Shelf(served, ArticleServiceStub(served.channel()), directory)
