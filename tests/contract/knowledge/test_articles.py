"""Writing and reading articles over gRPC."""

import pytest

from chassis.errors import InvalidArgument, InvalidState, NotFound, PermissionDenied, RevisionConflict
from chassis.rpc import call
from fairlead.knowledge.v1 import article_pb2, events_pb2
from fairlead.knowledge.v1 import article_service_pb2 as pb
from tests.harness.streams import read_stream
from tests.harness.waiting import wait_until

INTERNAL = "AUDIENCE_INTERNAL"
NAMED = "AUDIENCE_NAMED_CLIENTS"


def update(shelf, article, caller, **fields):
    sent = article_pb2.Article(article_id=article.article_id, **fields)
    return call(shelf.articles.UpdateArticle, pb.UpdateArticleRequest(article=sent), caller)


def retire(shelf, article, caller):
    return call(shelf.articles.RetireArticle, pb.RetireArticleRequest(article_id=article.article_id), caller)


def test_an_article_begins_as_a_draft_that_clients_do_not_see(shelf):
    draft = shelf.write("Resetting a password", publish=False, summary="How to", categories=["accounts"])
    assert draft.state == article_pb2.ARTICLE_STATE_DRAFT
    assert shelf.get(draft, shelf.technician).body == "All about Resetting a password."
    with pytest.raises(NotFound):
        shelf.get(draft, shelf.requester)
    live = shelf.publish(draft)
    assert (live.state, live.revision) == (article_pb2.ARTICLE_STATE_PUBLISHED, 2)
    assert live.HasField("publish_time")
    assert shelf.get(draft, shelf.requester).categories == ["accounts"]
    assert shelf.publish(draft) == live


def test_a_retired_article_is_gone_for_clients_and_history_for_staff(shelf):
    article = shelf.write("Fax machine")
    gone = retire(shelf, article, shelf.admin)
    assert gone.state == article_pb2.ARTICLE_STATE_RETIRED
    assert retire(shelf, article, shelf.admin) == gone
    with pytest.raises(NotFound):
        shelf.get(article, shelf.requester)
    assert shelf.get(article, shelf.technician).title == "Fax machine"
    for attempt in (lambda: shelf.publish(article), lambda: update(shelf, article, shelf.admin, title="x")):
        with pytest.raises(InvalidState) as refused:
            attempt()
        assert refused.value.reason == "article_retired"
    draft = shelf.write("Draft", publish=False)
    with pytest.raises(InvalidState) as refused:
        retire(shelf, draft, shelf.admin)
    assert refused.value.reason == "article_draft"


def test_each_audience_reads_what_is_for_it(shelf, stranger):
    shelf.write("For all")
    shelf.write("For staff", audience=INTERNAL)
    shelf.write("For Acme", audience=NAMED, tenant_ids=[shelf.acme])
    shelf.write("For Lumen", audience=NAMED, tenant_ids=[shelf.lumen])
    shelf.write("Draft", publish=False)
    assert shelf.titles(shelf.requester) == {"For all", "For Acme"}
    assert shelf.titles(shelf.other_requester) == {"For all", "For Lumen"}
    assert shelf.titles(shelf.technician) == {"For all", "For staff", "For Acme", "Draft"}
    assert shelf.titles(shelf.admin) == {"For all", "For staff", "For Acme", "For Lumen", "Draft"}
    assert shelf.titles(shelf.admin, tenant_id=shelf.lumen) == {"For all", "For Lumen"}
    assert shelf.titles(stranger.admin) == set()
    assert shelf.titles(shelf.served.peer("triage", shelf.provider)) == shelf.titles(shelf.admin)
    with pytest.raises(NotFound):
        shelf.titles(shelf.technician, tenant_id=shelf.lumen)


def test_what_is_not_for_a_reader_does_not_exist_for_them(shelf, stranger):
    lumens = shelf.write("For Lumen", audience=NAMED, tenant_ids=[shelf.lumen])
    internal = shelf.write("For staff", audience=INTERNAL)
    assert shelf.get(lumens, shelf.other_requester).tenant_ids == [shelf.lumen]
    outsiders = {
        "a requester of another client": (shelf.requester, (lumens, internal)),
        "a technician without the grant": (shelf.technician, (lumens,)),
        "another provider's administrator": (stranger.admin, (lumens, internal)),
        "another provider's requester": (stranger.requester, (lumens, internal)),
    }
    for caller, hidden in outsiders.values():
        for article in hidden:
            for attempt in (
                lambda c=caller, a=article: shelf.get(a, c),
                lambda c=caller, a=article: update(shelf, a, c, title="Mine"),
                lambda c=caller, a=article: retire(shelf, a, c),
                lambda c=caller, a=article: call(
                    shelf.articles.PublishArticle, pb.PublishArticleRequest(article_id=a.article_id), c
                ),
                lambda c=caller, a=article: call(
                    shelf.articles.SendFeedback,
                    pb.SendFeedbackRequest(article_id=a.article_id, helpful=True),
                    c,
                ),
            ):
                with pytest.raises(NotFound) as refused:
                    attempt()
                assert refused.value.reason == "article_not_found"


def test_a_client_does_not_learn_which_other_clients_an_article_is_for(shelf):
    both = shelf.write("For two", audience=NAMED, tenant_ids=[shelf.acme, shelf.lumen])
    assert shelf.get(both, shelf.requester).tenant_ids == [shelf.acme]
    assert set(shelf.get(both, shelf.admin).tenant_ids) == {shelf.acme, shelf.lumen}


def test_clients_and_services_write_nothing(shelf):
    for caller in (shelf.requester, shelf.served.peer("triage", shelf.provider)):
        with pytest.raises(PermissionDenied):
            shelf.write("Mine", caller)
    article = shelf.write("For all")
    for attempt in (
        lambda: update(shelf, article, shelf.requester, title="x"),
        lambda: retire(shelf, article, shelf.requester),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_nobody_writes_for_a_client_that_is_not_theirs(shelf, stranger):
    for caller, tenant in (
        (shelf.technician, shelf.lumen),
        (shelf.admin, stranger.acme),
        (shelf.admin, "ten_none"),
    ):
        with pytest.raises(NotFound) as refused:
            shelf.write("x", caller, audience=NAMED, tenant_ids=[tenant])
        assert refused.value.reason == "tenant_not_found"
    both = shelf.write("For two", audience=NAMED, tenant_ids=[shelf.acme, shelf.lumen])
    with pytest.raises(NotFound):
        update(shelf, both, shelf.technician, title="Changed for Lumen too")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"audience": 0}, "audience"),
        ({"audience": NAMED}, "tenant_ids"),
        ({"tenant_ids": ["ten_x"]}, "tenant_ids"),
        ({"locale": "de"}, "locale"),
        ({"body": " "}, "body"),
        ({"body": "x" * 100_001}, "body"),
        ({"title": "x" * 201}, "title"),
        ({"title": "\x07"}, "title"),
    ],
)
def test_a_bad_value_is_refused_by_its_field(shelf, fields, field):
    with pytest.raises(InvalidArgument) as refused:
        shelf.write(fields.pop("title", "Title"), **fields)
    assert refused.value.values["field"] == field


def test_a_change_keeps_what_it_does_not_name_and_needs_its_revision(shelf):
    article = shelf.write("Printing", summary="How to print")
    changed = update(shelf, article, shelf.technician, title="Printing at home", revision=2)
    assert (changed.title, changed.summary, changed.body) == (
        "Printing at home",
        "How to print",
        article.body,
    )
    assert update(shelf, article, shelf.technician, summary=" ").summary == ""
    with pytest.raises(RevisionConflict) as refused:
        update(shelf, article, shelf.technician, title="x", revision=2)
    assert refused.value.reason == "revision_conflict"


def test_lists_leave_bodies_out_and_go_on_where_they_ended(shelf):
    for number in range(5):
        shelf.write(f"Article {number}", locale="fr" if number % 2 else "en")
    found, token = [], ""
    while True:
        request = pb.ListArticlesRequest(page_size=2, page_token=token)
        page = call(shelf.articles.ListArticles, request, shelf.requester)
        assert len(page.articles) <= 2
        assert not any(article.body for article in page.articles)
        found += [article.title for article in page.articles]
        token = page.next_page_token
        if not token:
            break
    assert found == [f"Article {number}" for number in (4, 3, 2, 1, 0)]
    assert shelf.titles(shelf.requester, locale="fr") == {"Article 1", "Article 3"}
    for fields in ({"page_token": "forged"}, {"locale": "de"}):
        with pytest.raises(InvalidArgument):
            shelf.titles(shelf.requester, **fields)


def test_each_person_answers_once(shelf):
    article = shelf.write("Printing")

    def send(caller, helpful):
        request = pb.SendFeedbackRequest(article_id=article.article_id, helpful=helpful)
        answer = call(shelf.articles.SendFeedback, request, caller)
        return answer.helpful_count, answer.unhelpful_count

    assert send(shelf.requester, True) == (1, 0)
    assert send(shelf.requester, True) == (1, 0)
    assert send(shelf.other_requester, True) == (2, 0)
    assert send(shelf.requester, False) == (1, 1)
    seen = shelf.get(article, shelf.technician)
    assert (seen.helpful_count, seen.unhelpful_count, seen.revision) == (1, 1, article.revision)
    with pytest.raises(PermissionDenied):
        send(shelf.served.peer("triage", shelf.provider), True)


def test_an_operator_writes_for_the_provider_it_names(shelf):
    operator = shelf.served.operator()
    made = shelf.write("By the operator", operator, publish=False, provider_id=shelf.provider)
    assert shelf.publish(made).provider_id == shelf.provider
    with pytest.raises(InvalidArgument):
        shelf.write("For nobody", operator)
    with pytest.raises(NotFound):
        shelf.write("For another", shelf.admin, provider_id="prv_other")


def test_publishing_changing_and_retiring_are_announced(shelf):
    article = shelf.write("Printing")
    update(shelf, article, shelf.admin, title="Printing at home")
    retire(shelf, article, shelf.admin)
    shelf.write("Still a draft", publish=False)
    settings = shelf.served.settings

    def announced():
        found = read_stream(settings.nats_url, settings.stream_name)
        mine = [message for message in found if message.aggregate_id == article.article_id]
        return mine if len(mine) == 3 else None

    messages = wait_until(announced, timeout=15, pause=0.2, what="three facts")
    assert [m.headers["Fl-Fact"] for m in messages] == [
        "article_published",
        "article_published",
        "article_retired",
    ]
    assert {m.subject.split(".")[3] for m in messages} == {shelf.provider}
    second = events_pb2.ArticlePublished.FromString(messages[1].payload).article
    assert (second.title, second.revision) == ("Printing at home", 3)
