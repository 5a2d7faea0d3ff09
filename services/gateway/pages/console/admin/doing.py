"""Changing things: once, however often a form is sent; with what is wrong said beside its field."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import redirect, request

from chassis.errors import FairleadError, NotFound, PermissionDenied
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.auth.repeats import KeptAnswer, fingerprint_of
from services.gateway.pages.console.admin.said import problem_words, taken_fields
from services.gateway.pages.language import gettext as _
from services.gateway.pages.portal.room import fresh_key, once_key
from services.gateway.pages.signs import explain

Problems = dict[str, str]
Again = Callable[[Problems], str]
_CONFLICTS = ("ABORTED", "ALREADY_EXISTS", "FAILED_PRECONDITION")


class Refused(Exception):
    """What the page itself finds wrong with a form, by field."""

    def __init__(self, **problems: str) -> None:
        super().__init__(*problems)
        self.problems = problems


def submitted(do: Callable[[], str], again: Again) -> Any:
    """Does it once and leads to the address it answers; where that fails, the form again with what is wrong.

    A record that is not there, and what the reader may not do, are refused as a whole.
    """
    try:
        return redirect(once(do), 303)
    except Refused as refused:
        return again(refused.problems), 422
    except (NotFound, PermissionDenied):
        raise
    except FairleadError as error:
        return again(problems_of(error)), _status(error)


def once(do: Callable[[], str]) -> str:
    """What `do` answers; a form sent again with its key gets the answer of the first time."""
    repeats, subject = gateway().auth.repeats, current_caller().subject
    key = f"page:{once_key()}"
    sent = sorted((name, value) for name, value in request.form.items(multi=True) if name != "csrf_token")
    kept = repeats.begin(subject, key, fingerprint_of("POST", request.path, repr(sent).encode()))
    if kept:
        return kept.body.decode()
    try:
        answer = do()
    except Exception:
        repeats.forget(subject, key)
        raise
    repeats.keep(subject, key, KeptAnswer(303, {}, answer.encode()))
    return answer


def next_key(problems: Problems) -> str:
    """The key for the form as it is shown again: a fresh one where the old stands for something that was done."""
    return fresh_key() if request.method != "POST" or "used" in problems else once_key()


def problems_of(error: FairleadError) -> Problems:
    """Field → sentence; "form" for what concerns no field, "conflict" where somebody else was quicker."""
    if error.status == "ABORTED":
        return {"conflict": explain(error)}
    if error.reason == "idempotency_key_reused":
        return {
            "form": _("This form was sent before with other words. Check it and send it again."),
            "used": "1",
        }
    field = error.values.get("field", "") or taken_fields().get(error.reason, "")
    text = problem_words().get(error.reason) or (
        _("Please check this.") if error.status == "INVALID_ARGUMENT" else explain(error)
    )
    return {_plain(field): text} if field else {"form": text}


def address(path: str, done: str = "", **more: str) -> str:
    """Where a change leads, and what is said there."""
    query = urlencode({name: value for name, value in {"done": done, **more}.items() if value})
    return f"{path}?{query}" if query else path


def _status(error: FairleadError) -> int:
    if error.status == "UNAVAILABLE":
        return 503
    return 409 if error.status in _CONFLICTS else 422


def _plain(field: str) -> str:
    """ "targets[3].goal_seconds" → "targets": a list's problem is said once, above it."""
    return field.partition("[")[0].partition(".")[0]
