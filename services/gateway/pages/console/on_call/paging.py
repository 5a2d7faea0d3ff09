"""What the pages of on call have in common."""

from typing import Any

from flask import request

from services.gateway.auth.access import current_caller
from services.gateway.pages.console.admin.doing import Problems, next_key
from services.gateway.pages.console.admin.said import done_words
from services.gateway.pages.console.frame import is_overseer, render

HOME = "/console/on-call"


def on_call_page(template: str, problems: Problems, **values: Any) -> str:
    """One of them. Its template extends layouts/on_call.html."""
    return render(
        f"pages/console/on_call/{template}",
        "on-call",
        home=HOME,
        may_plan=is_overseer(current_caller()),
        done=done_words().get(request.args.get("done", ""), ""),
        values=request.form,
        problems=problems,
        once_key=next_key(problems),
        **values,
    )
