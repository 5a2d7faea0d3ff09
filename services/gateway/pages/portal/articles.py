"""Articles: found, read, and told whether they helped."""

from typing import Any

from flask import Blueprint, redirect, render_template, request

from fairlead.knowledge.v1.article_pb2 import Article
from services.gateway.auth.context import gateway
from services.gateway.pages.language import current_language
from services.gateway.pages.markdown import to_html
from services.gateway.pages.portal.room import Portal, portal_page

articles = Blueprint("portal_articles", __name__)
_LONGEST_QUERY = 300
_FOUND, _PAGE = 20, 30


@articles.get("/articles")
@portal_page
def list_articles(portal: Portal) -> str:
    """With `q` what matches it, best first; without, everything in the reader's language."""
    query = request.args.get("q", "").strip()[:_LONGEST_QUERY]
    found, next_address, token = [], "", request.args.get("page", "")
    backend, language = gateway().backends.articles, current_language()
    if query:
        search = {"query": query, "tenant_id": portal.tenant_id, "page_size": _FOUND}
        results = backend.search(portal.caller, locale=language, **search) or backend.search(
            portal.caller, **search
        )
        found = [(result.article, result.excerpt or result.article.summary) for result in results]
    else:
        page = backend.list(
            portal.caller, tenant_id=portal.tenant_id, locale=language, page_size=_PAGE, page_token=token
        )
        found = [(article, article.summary) for article in page.articles]
        if page.next_page_token:
            next_address = f"{portal.address}articles?page={page.next_page_token}"
    return render_template(
        "pages/portal/articles.html",
        portal=portal,
        active="articles",
        query=query,
        found=found,
        next_address=next_address,
        first_address=f"{portal.address}articles" if token else "",
    )


@articles.get("/articles/<article_id>")
@portal_page
def show_article(portal: Portal, article_id: str) -> str:
    """One article. Whoever may not read it finds nothing there."""
    article: Article = gateway().backends.articles.get(portal.caller, article_id)
    return render_template(
        "pages/portal/article.html",
        portal=portal,
        active="articles",
        article=article,
        body=to_html(article.body),
        done=request.args.get("done", ""),
    )


@articles.post("/articles/<article_id>/feedback")
@portal_page
def send_feedback(portal: Portal, article_id: str) -> Any:
    """One answer for each person and article; a second replaces the first."""
    helpful = request.form.get("helpful") == "yes"
    gateway().backends.articles.send_feedback(portal.caller, article_id, helpful)
    done = "helped" if helpful else "not_helped"
    return redirect(f"{portal.address}articles/{article_id}?done={done}#fl-feedback", 303)
