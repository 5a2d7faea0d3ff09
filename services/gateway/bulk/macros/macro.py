"""A macro: which actions it takes, and which macros can be kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import get_args

from chassis.errors import InvalidArgument
from services.gateway.bulk.macros.placeholders import check_placeholders

# Language (BCP 47) → text; one of them may be missing.
Texts = Mapping[str, str]
LANGUAGES = ("en", "fr")
# As many as one person, or all of a provider's staff together, find their way in.
MOST_MACROS = 100
_LONGEST_NAME = 60
_LONGEST_TEXT = 10_000
_LONGEST_REASON = 500


@dataclass(frozen=True)
class Assign:
    """assignee: a person's id, or "me": whoever does the macro. What is empty stays as it is."""

    assignee_id: str = ""
    assignment_group_id: str = ""


@dataclass(frozen=True)
class Classify:
    """The kind stays as it is."""

    category: str


@dataclass(frozen=True)
class Prioritize:
    """Words of the matrix: high, medium or low."""

    impact: str
    urgency: str


@dataclass(frozen=True)
class Note:
    """For staff alone."""

    text: str


@dataclass(frozen=True)
class Reply:
    """In the requester's language."""

    text: Texts


@dataclass(frozen=True)
class Hold:
    """awaiting: the word of an awaited party. The client reads the reason."""

    awaiting: str
    reason: Texts


@dataclass(frozen=True)
class Resolve:
    """code: of the record's resolution codes. The requester reads the text."""

    code: str
    text: Texts


MacroAction = Assign | Classify | Prioritize | Note | Reply | Hold | Resolve
# In the order in which they are done: words before what ends the work.
ORDER: tuple[type[MacroAction], ...] = get_args(MacroAction)


@dataclass(frozen=True)
class Macro:
    """owner: the subject of whoever keeps it for themselves; "" where all staff share it. Times are UTC."""

    macro_id: str
    provider_id: str
    name: str
    actions: tuple[MacroAction, ...]
    owner: str = ""
    revision: int = 0
    update_time: datetime | None = None

    @property
    def shared(self) -> bool:
        return not self.owner


def check_macro(macro: Macro) -> Macro:
    """The macro with its name tidied and its actions in their order.

    Raises InvalidArgument, naming the field: "macro_name_invalid", "macro_empty", "macro_ends_twice", "text_missing",
    "text_too_long", "placeholder_unknown", "value_missing".
    """
    name = " ".join(macro.name.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        message = f"A macro needs a name of at most {_LONGEST_NAME} characters."
        raise InvalidArgument("macro_name_invalid", message, field="name")
    kinds = [type(action) for action in macro.actions]
    if not kinds or len(kinds) != len(set(kinds)):
        raise InvalidArgument(
            "macro_empty", "A macro does at least one thing, and each once.", field="actions"
        )
    if Hold in kinds and Resolve in kinds:
        message = "A macro cannot both hold and resolve."
        raise InvalidArgument("macro_ends_twice", message, field="actions")
    for action in macro.actions:
        _check_values(action)
        for field, text, longest in _texts(action):
            _check_text(field, text, longest)
    return replace(
        macro, name=name, actions=tuple(sorted(macro.actions, key=lambda one: ORDER.index(type(one))))
    )


def _check_values(action: MacroAction) -> None:
    match action:
        case Assign("", ""):
            raise _missing("assign")
        case Classify(category) if not category.strip():
            raise _missing("category")
        case Prioritize(impact, urgency) if not (impact and urgency):
            raise _missing("impact")
        case Hold(awaiting, _) if not awaiting:
            raise _missing("awaiting")
        case Resolve(code, _) if not code:
            raise _missing("code")


def _missing(field: str) -> InvalidArgument:
    return InvalidArgument("value_missing", "Something is missing.", field=field)


def _texts(action: MacroAction) -> Iterator[tuple[str, Texts, int]]:
    """Each field with a text in it, and how long that may be."""
    match action:
        case Note(text):
            yield "note", {"en": text}, _LONGEST_TEXT
        case Reply(text):
            yield "reply", text, _LONGEST_TEXT
        case Hold(_, reason):
            yield "reason", reason, _LONGEST_REASON
        case Resolve(_, text):
            yield "text", text, _LONGEST_TEXT


def _check_text(field: str, texts: Texts, longest: int) -> None:
    if not any(text.strip() for text in texts.values()):
        raise InvalidArgument("text_missing", "Write it in at least one language.", field=field)
    for language, text in texts.items():
        if language not in LANGUAGES or len(text) > longest:
            message = f"At most {longest} characters, in {' or '.join(LANGUAGES)}."
            raise InvalidArgument("text_too_long", message, field=field)
        check_placeholders(text, field)
