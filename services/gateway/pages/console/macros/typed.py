"""A macro's form: what was typed as a macro, and a macro as the form shows it."""

from collections.abc import Iterator, Mapping

from services.gateway.bulk.macros import (
    Assign,
    Classify,
    Hold,
    Macro,
    MacroAction,
    Note,
    Prioritize,
    Reply,
    Resolve,
)
from services.gateway.pages.console.admin.forms import whole
from services.gateway.pages.language import LANGUAGES


def typed_macro(form: Mapping[str, str], macro_id: str = "", shared: bool = False) -> Macro:
    """Not checked yet. A field that is empty asks for nothing."""
    return Macro(
        macro_id=macro_id,
        provider_id="",
        name=form.get("name", ""),
        actions=tuple(_actions(form)),
        # The store puts the caller in its place.
        owner="" if shared else "own",
        revision=whole(form.get("revision", "")) or 0,
    )


def _actions(form: Mapping[str, str]) -> Iterator[MacroAction]:
    if form.get("assignee") or form.get("group"):
        yield Assign(form.get("assignee", ""), form.get("group", ""))
    if category := form.get("category", "").strip():
        yield Classify(category)
    if form.get("impact") or form.get("urgency"):
        yield Prioritize(form.get("impact", ""), form.get("urgency", ""))
    if note := _plain(form.get("note", "")):
        yield Note(note)
    if reply := _texts(form, "reply"):
        yield Reply(reply)
    how, _colon, word = form.get("outcome", "").partition(":")
    text = _texts(form, "text")
    if how == "hold":
        yield Hold(word, text)
    elif how == "resolve":
        yield Resolve(word, text)


def _texts(form: Mapping[str, str], name: str) -> dict[str, str]:
    found = {language: _plain(form.get(f"{name}-{language}", "")) for language in LANGUAGES}
    return {language: text for language, text in found.items() if text}


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def form_of(macro: Macro) -> dict[str, str]:
    """The form's fields, filled."""
    values = {"name": macro.name, "revision": str(macro.revision), "shared": "1" if macro.shared else ""}
    for action in macro.actions:
        match action:
            case Assign(assignee_id, group_id):
                values |= {"assignee": assignee_id, "group": group_id}
            case Classify(category):
                values["category"] = category
            case Prioritize(impact, urgency):
                values |= {"impact": impact, "urgency": urgency}
            case Note(text):
                values["note"] = text
            case Reply(texts):
                values |= {f"reply-{language}": text for language, text in texts.items()}
            case Hold(awaiting, texts):
                values |= {"outcome": f"hold:{awaiting}"}
                values |= {f"text-{language}": text for language, text in texts.items()}
            case Resolve(code, texts):
                values |= {"outcome": f"resolve:{code}"}
                values |= {f"text-{language}": text for language, text in texts.items()}
    return values
