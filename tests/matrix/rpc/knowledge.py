"""Articles."""

from typing import Any

from tests.matrix import records as a
from tests.matrix.probes import Probe

_TENANT = {"tenant_id": "{tenant_id}"}
_PERIOD = {"start_time": "2020-01-01T00:00:00Z", "end_time": "2100-01-01T00:00:00Z"}
_WORDING = {"locale": "en", "title": "How to", "summary": "In short", "body": "At length"}


def _articles(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"knowledge ArticleService.{method}", request, **more)


PROBES = [
    _articles(
        "CreateArticle",
        {"article": {**_WORDING, "audience": "AUDIENCE_NAMED_CLIENTS", "tenant_ids": ["{tenant_id}"]}},
        record=a.tenant,
    ),
    _articles(
        "UpdateArticle", {"article": {"article_id": "{article_id}", "summary": "New"}}, record=a.article
    ),
    _articles("PublishArticle", {"article_id": "{article_id}"}, record=a.draft_article, fresh=True),
    _articles("RetireArticle", {"article_id": "{article_id}"}, record=a.article, fresh=True),
    _articles("GetArticle", {"article_id": "{article_id}"}, record=a.article, owner="requester"),
    _articles("ListArticles", {"page_size": 200}, owner="requester", listing=True, shows="zephyrine"),
    _articles("ListArticles", _TENANT, record=a.tenant, listing=True, by="tenant"),
    _articles("SearchArticles", {"query": "{word}"}, record=a.marked_word, owner="requester", listing=True),
    _articles(
        "SearchArticles", {"query": "printer"}, owner="requester", listing=True, shows="art_", by="words"
    ),
    _articles(
        "SearchArticles",
        {**_TENANT, "query": "printer"},
        record=a.tenant,
        listing=True,
        shows="art_",
        by="tenant",
    ),
    _articles(
        "SuggestArticles", {"title": "printer {word}"}, record=a.marked_word, owner="requester", listing=True
    ),
    _articles(
        "SuggestArticles",
        {**_TENANT, "title": "printer zephyrine"},
        record=a.tenant,
        listing=True,
        shows="art_",
        by="tenant",
    ),
    _articles(
        "SendFeedback", {"article_id": "{article_id}", "helpful": True}, record=a.article, owner="requester"
    ),
    _articles("CountDeflections", _PERIOD, record=a.helped, owner="technician", listing=True),
    _articles(
        "CountDeflections",
        {**_PERIOD, "tenant_ids": ["{tenant_id}"]},
        record=a.helped,
        owner="technician",
        listing=True,
        shows="helped",
        by="tenant",
    ),
]
