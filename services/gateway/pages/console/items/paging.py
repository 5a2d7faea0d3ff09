"""What the pages of configuration items have in common."""

from typing import Any

from flask import request

from services.gateway.auth.access import current_caller
from services.gateway.pages.console.admin.choices import tenant_choices
from services.gateway.pages.console.admin.doing import Problems, next_key
from services.gateway.pages.console.admin.said import done_words
from services.gateway.pages.console.frame import is_overseer, render
from services.gateway.pages.console.items import said
from services.gateway.pages.console.names import tenant_names

HOME = "/console/items"
# In a choice of clients: the provider itself.
SHARED = "shared"


def item_page(template: str, problems: Problems, **values: Any) -> str:
    """One of them. Its template extends layouts/items.html."""
    caller = current_caller()
    return render(
        f"pages/console/items/{template}",
        "items",
        home=HOME,
        may_share=is_overseer(caller),
        clients=tenant_choices(caller),
        client_name=lambda tenant_id: tenant_names(caller, [tenant_id]).get(tenant_id, ""),
        done=done_words().get(request.args.get("done", ""), ""),
        values=request.form,
        problems=problems,
        once_key=next_key(problems),
        said=said,
        **values,
    )
