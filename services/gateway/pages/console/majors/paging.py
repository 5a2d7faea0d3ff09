"""What the pages of major incidents have in common."""

from typing import Any

from flask import request

from fairlead.incidents.v1 import major_incident_pb2 as pb
from services.gateway.auth.access import current_caller
from services.gateway.backends.words import word_of
from services.gateway.pages.console import names
from services.gateway.pages.console.admin.doing import Problems, next_key
from services.gateway.pages.console.frame import is_overseer, render
from services.gateway.pages.console.majors.said import (
    action_words,
    done_words,
    fact_words,
    role_words,
    severity_words,
    state_signs,
    updates_in_words,
)

HOME = "/console/major-incidents"


def major_page(template: str, problems: Problems, **values: Any) -> str:
    """One of them. Its template extends layouts/majors.html."""
    caller = current_caller()
    return render(
        f"pages/console/majors/{template}",
        "major-incidents",
        home=HOME,
        may_keep=is_overseer(caller),
        done=done_words().get(request.args.get("done", ""), ""),
        values=request.form,
        problems=problems,
        once_key=next_key(problems),
        clients=names.clients(caller),
        state_of=state_of,
        severity_of=lambda number: word_of(pb.MajorSeverity.DESCRIPTOR, number) or "sev1",
        role_of=lambda number: role_words()[word_of(pb.MajorRole.DESCRIPTOR, number) or "expert"],
        action_of=lambda number: word_of(pb.ActionState.DESCRIPTOR, number) or "open",
        severities=list(severity_words().items()),
        roles=list(role_words().items()),
        action_states=list(action_words().items()),
        fact_words=fact_words(),
        updates_in_words=updates_in_words,
        state_names={word: sign.label for word, sign in state_signs().items()},
        **values,
    )


def state_of(number: int) -> Any:
    """How a state is shown: word, label, icon, tone."""
    return state_signs()[word_of(pb.MajorState.DESCRIPTOR, number) or "declared"]
