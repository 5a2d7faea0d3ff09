"""The macros one may run, and one to make or change: ordinary forms that post and redirect."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request

from chassis.tenancy import Caller
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.bulk.macros import PLACEHOLDERS, Macro, may_write
from services.gateway.pages.console import choices, names
from services.gateway.pages.console.admin.doing import Problems, address, next_key, submitted
from services.gateway.pages.console.admin.said import done_words
from services.gateway.pages.console.frame import render, staff_only
from services.gateway.pages.console.macros.typed import form_of, typed_macro
from services.gateway.pages.language import LANGUAGES
from services.gateway.pages.language import gettext as _

macro_pages = Blueprint("console_macros", __name__)
HOME = "/console/macros"


@macro_pages.get("/console/macros")
@staff_only
def list_macros() -> str:
    """Shared ones first, each kind by name."""
    return _page("list.html", {}, macros=gateway().macros.all(current_caller()), summary=_summary)


@macro_pages.get("/console/macros/new")
@staff_only
def new_macro() -> str:
    """An empty form."""
    return _form({}, {})


@macro_pages.post("/console/macros")
@staff_only
def create_macro() -> Any:
    """Keeps a macro, for whoever makes it or for all staff."""

    def create() -> str:
        made = typed_macro(request.form, shared=request.form.get("shared") == "1")
        gateway().macros.create(current_caller(), made)
        return address(HOME, "macro_saved")

    return submitted(create, lambda problems: _form(problems, request.form))


@macro_pages.get("/console/macros/<macro_id>")
@staff_only
def show_macro(macro_id: str) -> str:
    """One macro, to look at or to change."""
    macro = gateway().macros.get(current_caller(), macro_id)
    return _form({}, form_of(macro), macro)


@macro_pages.post("/console/macros/<macro_id>")
@staff_only
def save_macro(macro_id: str) -> Any:
    """Saves it; what was asked for by it goes on as it was asked."""
    present = gateway().macros.get(current_caller(), macro_id)

    def save() -> str:
        gateway().macros.update(current_caller(), typed_macro(request.form, macro_id, shared=present.shared))
        return address(HOME, "macro_saved")

    def again(problems: Problems) -> str:
        values = {**request.form}
        if "conflict" in problems:
            values["revision"] = str(gateway().macros.get(current_caller(), macro_id).revision)
        return _form(problems, values, present)

    return submitted(save, again)


@macro_pages.post("/console/macros/<macro_id>/remove")
@staff_only
def remove_macro(macro_id: str) -> Any:
    """For good."""

    def remove() -> str:
        gateway().macros.delete(current_caller(), macro_id)
        return address(HOME, "macro_removed")

    def again(problems: Problems) -> str:
        present = gateway().macros.get(current_caller(), macro_id)
        return _form(problems, form_of(present), present)

    return submitted(remove, again)


def _form(problems: Problems, values: Mapping[str, str], macro: Macro | None = None) -> str:
    caller = current_caller()
    return _page(
        "edit.html",
        problems,
        values=values,
        macro_id=macro.macro_id if macro else "",
        name=macro.name if macro else "",
        shared=bool(macro and macro.shared),
        may_write=macro is None or may_write(caller, macro.shared),
        may_share=may_write(caller, True),
        languages=LANGUAGES,
        placeholders=PLACEHOLDERS,
        **_offered(caller),
    )


def _page(template: str, problems: Problems, **values: Any) -> str:
    return render(
        f"pages/console/macros/{template}",
        "queue",
        home=HOME,
        done=done_words().get(request.args.get("done", ""), ""),
        problems=problems,
        once_key=next_key(problems),
        **values,
    )


def _offered(caller: Caller) -> dict[str, Any]:
    as_it_is = ("", _("Leave as it is"))
    staff = [(one.person_id, one.display_name) for one in names.staff_to_choose(caller)]
    ends = [
        (f"hold:{key}", _("Hold: wait for %(party)s", party=text)) for key, text in choices.awaited_choices()
    ]
    ends += [
        (f"resolve:{key}", _("Resolve: %(code)s", code=text)) for key, text in choices.resolution_choices()
    ]
    return {
        "people": [as_it_is, ("me", _("Whoever runs it")), *staff],
        "groups": [as_it_is, *((one.group_id, one.name) for one in names.groups_to_choose(caller))],
        "impacts": [as_it_is, *choices.impact_choices()],
        "urgencies": [as_it_is, *choices.urgency_choices()],
        "ends": [("", _("Neither")), *ends],
    }


def _summary(macro: Macro) -> str:
    words = {
        "assign": _("Assign"),
        "classify": _("Classify"),
        "prioritize": _("Priority"),
        "note": _("Internal note"),
        "reply": _("Reply to the client"),
        "hold": _("Hold"),
        "resolve": _("Resolve"),
    }
    return ", ".join(words[type(action).__name__.lower()] for action in macro.actions)
