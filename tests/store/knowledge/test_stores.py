"""Articles, feedback and words on a real MongoDB."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chassis import clock, mongo
from chassis.errors import NotFound, RevisionConflict
from chassis.ids import new_id
from chassis.tenancy import Caller, Role, TenantScope
from chassis.tokens import CallerSigner, make_keys
from services.knowledge import store
from services.knowledge.config import KnowledgeSettings
from services.knowledge.domain.article import ArticleState, Audience, Wording, new_article, published, retired
from services.knowledge.domain.facts import ArticlePublished
from services.knowledge.domain.index import Query
from services.knowledge.domain.reader import Reader
from services.knowledge.ports import Change

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
ROOM = TenantScope("prv_1", "prv_1")
STAFF = Reader("prv_1", None, staff=True)


def by(*facts):
    caller = Caller("service:knowledge", "prv_1", None, frozenset({Role.SERVICE}))
    return Change(caller, clock.now(), facts)


class Stores:
    def __init__(self, settings: KnowledgeSettings) -> None:
        self.settings = settings
        database = mongo.connect(settings)
        self.time = 0.0
        self.search = store.SearchStore(database, monotonic=lambda: self.time)
        signer = CallerSigner.load(settings.key_dir, "knowledge")
        self.articles = store.ArticleStore(database, signer, on_saved=self.search.forget)
        self.feedback = store.FeedbackStore(database)
        store.prepare()

    def add(self, title="Printing", provider="prv_1", audience=Audience.ALL_CLIENTS, tenant_ids=(), now=NOW):
        wording = Wording(title=title, body="Body", audience=audience, tenant_ids=frozenset(tenant_ids))
        return self.articles.add(new_article(new_id("art"), provider, wording, now), by())

    def found(self, text):
        return [hit.article_id for hit in self.search.search(ROOM, Query(text))]


@pytest.fixture
def stores(mongod: str, installation: str, tmp_path: Path) -> Stores:
    make_keys(tmp_path, ["knowledge"])
    return Stores(KnowledgeSettings(installation=installation, mongodb_uri=mongod, key_dir=tmp_path))


def test_what_is_saved_comes_back_as_it_was(stores):
    article = stores.add(audience=Audience.NAMED_CLIENTS, tenant_ids=["ten_a"])
    assert stores.articles.get(STAFF, article.article_id) == article
    live = published(article, NOW + timedelta(hours=1))
    saved = stores.articles.save(live, by(ArticlePublished(live)))
    assert saved.revision == 2
    assert stores.articles.get(STAFF, article.article_id) == saved
    with pytest.raises(RevisionConflict) as refused:
        stores.articles.save(live, by())
    assert refused.value.reason == "revision_conflict"


def test_the_filter_and_the_rule_agree_for_every_reader_and_article(stores):
    articles = []
    for provider, state, (audience, tenants) in itertools.product(
        ("prv_1", "prv_2"),
        ArticleState,
        (
            (Audience.INTERNAL, ()),
            (Audience.ALL_CLIENTS, ()),
            (Audience.NAMED_CLIENTS, ("ten_a",)),
            (Audience.NAMED_CLIENTS, ("ten_a", "ten_b")),
        ),
    ):
        article = stores.add(provider=provider, audience=audience, tenant_ids=tenants)
        if state is not ArticleState.DRAFT:
            article = stores.articles.save(published(article, NOW), by())
        if state is ArticleState.RETIRED:
            article = stores.articles.save(retired(article, NOW), by())
        articles.append(article)
    ids = [article.article_id for article in articles]
    granted = (None, frozenset(), frozenset({"ten_a"}), frozenset({"ten_b"}), frozenset({"ten_c"}))
    for provider, tenant_ids, staff in itertools.product(("prv_1", "prv_2"), granted, (True, False)):
        reader = Reader(provider, tenant_ids, staff)
        allowed = {article.article_id for article in articles if reader.may_read(article)}
        assert {a.article_id for a in stores.articles.page(reader, "", 200, "").articles} == allowed
        current = {a.article_id for a in articles if a.state is not ArticleState.RETIRED}
        assert {a.article_id for a in stores.articles.readable(reader, ids)} == allowed & current
        assert set(stores.articles.bodies(reader, ids)) == allowed
        for article_id in ids:
            if article_id in allowed:
                stores.articles.get(reader, article_id)
            else:
                with pytest.raises(NotFound):
                    stores.articles.get(reader, article_id)


def test_lists_and_results_leave_the_body_out(stores):
    article = stores.add()
    assert stores.articles.page(STAFF, "", 10, "").articles[0].body == ""
    assert stores.articles.readable(STAFF, [article.article_id])[0].body == ""
    assert stores.articles.bodies(STAFF, [article.article_id]) == {article.article_id: "Body"}


def test_pages_follow_one_another_even_among_equal_times(stores):
    made = {stores.add(f"Article {n}").article_id for n in range(7)}
    seen, token = [], ""
    while True:
        page = stores.articles.page(STAFF, "", 3, token)
        seen += [article.article_id for article in page.articles]
        token = page.next_token
        if not token:
            break
    assert len(seen) == 7
    assert set(seen) == made


def test_what_this_process_saves_is_found_without_waiting(stores):
    assert stores.found("printing") == []
    article = stores.add()
    assert stores.found("printing") == [article.article_id]
    changed = replace(article, title="Parking", update_time=NOW)
    saved = stores.articles.save(changed, by())
    assert stores.found("printing") == []
    assert stores.found("parking") == [article.article_id]
    live = stores.articles.save(published(saved, NOW), by())
    stores.articles.save(retired(live, NOW), by())
    assert stores.found("parking") == []


def test_what_another_process_saves_is_found_at_the_next_look(stores):
    twin = Stores(stores.settings)
    assert stores.found("printing") == []
    article = twin.add()
    assert stores.found("printing") == []
    stores.time += 0.6
    assert stores.found("printing") == [article.article_id]


def test_nothing_is_read_anew_while_nothing_changed(stores):
    stores.add()
    stores.found("printing")
    words = stores.search._providers["prv_1"]
    read = []
    original, words._read = words._read, lambda *arguments: read.append(arguments)
    stores.time += 1
    stores.found("printing")
    assert read == []
    words._read = original


def test_providers_have_words_of_their_own(stores):
    stores.add("Printing", provider="prv_2")
    assert stores.found("printing") == []


def test_an_answer_replaces_the_persons_earlier_one(stores):
    def put(person_id, helpful):
        stores.feedback.put(ROOM, "art_1", person_id, helpful, NOW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: put(f"per_{number % 3}", True), range(24)))
    assert stores.feedback.counts(ROOM, ["art_1", "art_2"]) == {"art_1": (3, 0), "art_2": (0, 0)}
    put("per_0", False)
    assert stores.feedback.counts(ROOM, ["art_1"]) == {"art_1": (2, 1)}
    assert stores.feedback.counts(TenantScope("prv_2", "prv_2"), ["art_1"]) == {"art_1": (0, 0)}


def test_who_was_helped_is_told_by_client_and_time(stores):
    for person, client, helpful, when in (
        ("per_ana", "ten_a", True, NOW),
        ("per_ben", "ten_b", True, NOW),
        ("per_cat", "ten_a", False, NOW),
        ("per_tess", "", True, NOW),
        ("per_dan", "ten_a", True, NOW - timedelta(days=2)),
    ):
        stores.feedback.put(ROOM, "art_1", person, helpful, when, client)
    end = NOW + timedelta(seconds=1)

    def told(clients, start=NOW):
        return sorted(each.person_id for each in stores.feedback.helped(ROOM, clients, start, end))

    assert told(None) == ["per_ana", "per_ben"]
    assert told(frozenset({"ten_a"})) == ["per_ana"]
    assert told(frozenset({"ten_a"}), NOW - timedelta(days=3)) == ["per_ana", "per_dan"]
    assert stores.feedback.helped(ROOM, None, NOW - timedelta(days=9), NOW - timedelta(days=8)) == []
    elsewhere = TenantScope("prv_2", "prv_2")
    assert stores.feedback.helped(elsewhere, None, NOW, end) == []


def test_lists_are_answered_by_an_index(stores):
    stores.add()
    query = {"provider_id": "prv_1", "tenant_id": "prv_1"}
    cursor = stores.articles.records.collection.find(query).sort([("update_time", -1), ("_id", -1)])
    plan = str(cursor.explain()["queryPlanner"]["winningPlan"])
    assert "COLLSCAN" not in plan
    assert "'SORT'" not in plan
