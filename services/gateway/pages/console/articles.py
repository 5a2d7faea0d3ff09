"""One article for staff, whoever it is meant for, on the way from an incident and back."""

import re

from flask import Blueprint, request

from fairlead.knowledge.v1 import article_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console import names
from services.gateway.pages.console.frame import render, staff_only
from services.gateway.pages.language import gettext as _
from services.gateway.pages.markdown import to_html

article_pages = Blueprint("console_articles", __name__)
_NUMBER = re.compile(r"[A-Z0-9]{1,20}-\d{1,12}")


@article_pages.get("/console/articles/<article_id>")
@staff_only
def show_article(article_id: str) -> str:
    """Raises NotFound for an article that the caller may not read. `from`: the incident one comes from."""
    caller = current_caller()
    article = gateway().backends.articles.get(caller, article_id)
    number = request.args.get("from", "")
    clients = names.tenant_names(caller, article.tenant_ids)
    return render(
        "pages/console/article.html",
        "queue",
        article=article,
        audience=audience_label(article.audience, sorted(clients.values())),
        body=to_html(article.body),
        number=number if _NUMBER.fullmatch(number) else "",
    )


def audience_label(audience: int, clients: list[str]) -> str:
    """Who may read an article."""
    if audience == article_pb2.AUDIENCE_ALL_CLIENTS:
        return _("All clients may read it")
    if audience == article_pb2.AUDIENCE_NAMED_CLIENTS:
        return _("Some clients may read it: %(names)s", names=", ".join(clients) or "–")
    return _("Only staff may read it")
